"""Evidence that was carried by hand: the output of a printed batch, and the saved configuration of a device."""

from datetime import UTC, datetime
from functools import partial

import re2

from audit.gather.batch import Batch
from audit.gather.devicesecrets import reduce_secrets
from audit.gather.frames import decode, total_limit, unreached
from audit.gather.tags import tag
from audit.gather.text import clean_bytes
from audit.gather.trouble import Trouble
from audit.gather.unpack import gunzip
from checks.model.fact import Collection, CollectionStatus, Fact, FactStatus

CONFIG_LIMIT = 8 * 1024 * 1024
CONFIG_FACT = "config"
_PAGER = re2.compile(r"(?im)^\s*-{2,4} ?\(?more\)? ?-{2,4}|^\s*--more--|---- More ----")
_REFUSED = re2.compile(
    r"(?i)^\s*(?:%|Error:|\^)[^\n]{0,80}(?:unrecognized|invalid input|incomplete|denied|unknown command)"
)
_ENDS = {
    "huawei-vrp": r"return",
    "h3c-comware": r"return",
    "ruijie-rgos": r"end",
    "cisco-ios": r"end",
}
_PROMPT = r"(?:\s*(?:<[^<>\n]{1,64}>|[^\s<>#\n]{1,64}#)[^\n]{0,40})*"
"""What a terminal's log may show after the end: the prompt, perhaps with the command to leave."""


def obtained_by(modified: float, imported: datetime) -> datetime:
    """When a file that was carried by hand was obtained at the latest: when it was written, never after its import.

    Copying keeps a file's date or makes it later, so the content is at least as old as this. `modified`: epoch seconds.
    """
    return datetime.fromtimestamp(max(0, min(int(modified), int(imported.timestamp()))), UTC)


def read_batch_output(raw: bytes, asset: str, batch: Batch, at: datetime) -> Collection:
    """The collection of a printed batch's output, gzip or plain. Facts are dated by the target's clock, never later than `at`.

    `at`: when it was obtained at the latest (see `obtained_by`).
    """
    if raw.startswith(b"\x1f\x8b"):
        raw, _ = gunzip(raw, total_limit(batch) + 65_536)
    decoded = decode(raw, b"", batch, asset, at, origin="imported")
    if not decoded.digest:
        trouble = Trouble("导入的文件里没有批处理的输出", "请确认导入的是打印出的批处理在主机上运行后的完整输出文件")
    elif decoded.digest != batch.digest:
        trouble = Trouble(
            f"输出来自另一版批处理（{decoded.digest[:12]}，本机是 {batch.digest[:12]}）",
            "请重新打印批处理，在主机上运行后再导入",
        )
    else:
        status: CollectionStatus = "complete" if decoded.complete else "partial"
        cause = (
            ""
            if decoded.complete
            else Trouble(f"输出不完整：{decoded.cut}", "请在主机上重新运行批处理，等它结束后导入整个文件").about(asset)
        )
        return _collection(asset, at, status, cause, decoded.facts, batch.digest)
    cause = trouble.about(asset)
    return _collection(asset, at, "failed", cause, unreached(batch, asset, at, cause, "imported"), batch.digest)


def read_device_config(raw: bytes, asset: str, platform: str, at: datetime, tag_key: str = "") -> Collection:
    """The collection of one device's saved configuration, its secrets reduced before anything is kept.

    `platform`: huawei-vrp, h3c-comware, ruijie-rgos, cisco-ios; another is taken as it is, without an end to look for.
    `at`: when it was obtained at the latest. Dates inside the text are no better: they say when somebody last changed or
    saved the configuration, not when it was exported.
    """
    text = clean_bytes(raw[:CONFIG_LIMIT].removeprefix(b"\xef\xbb\xbf"))
    fault = _fault(text, platform, len(raw) > CONFIG_LIMIT)
    reduced = reduce_secrets(text, partial(tag, tag_key))
    fact = Fact(
        asset=asset,
        name=CONFIG_FACT,
        status=fault[0] if fault else FactStatus.OK,
        text=reduced,
        detail=fault[1].fault if fault else "",
        method="导入的设备配置文件",
        origin="imported",
        at=at,
    )
    status: CollectionStatus = "complete" if not fault else "failed" if fault[0] is FactStatus.FAILED else "partial"
    return _collection(asset, at, status, fault[1].about(asset) if fault else "", (fact,), "")


def _fault(text: str, platform: str, too_long: bool) -> tuple[FactStatus, Trouble] | None:
    """Why a configuration cannot be judged as a whole."""
    again = "请在设备上关闭分页后重新导出完整配置，再导入"
    if not text.strip():
        return FactStatus.FAILED, Trouble("导入的配置是空的", again)
    if _REFUSED.search(text.strip()):
        return FactStatus.FAILED, Trouble("导入的文件是设备的报错，不是配置", "请用有权限的账号导出配置，再导入")
    if too_long:
        return FactStatus.TRUNCATED, Trouble(f"导入的配置超过 {CONFIG_LIMIT} 字节", "请确认导入的是一台设备的配置")
    if _PAGER.search(text):
        return FactStatus.TRUNCATED, Trouble("导入的配置里有分页提示（More），内容可能不全", again)
    end = _ENDS.get(platform)
    if end is not None and not re2.search(rf"(?i)(?:^|\n)\s*{end}\s*{_PROMPT}\s*$", text):
        return FactStatus.TRUNCATED, Trouble(f"导入的配置没有以 {end} 结束，后面的内容缺了", again)
    return None


def _collection(
    asset: str, at: datetime, status: CollectionStatus, cause: str, facts: tuple[Fact, ...], digest: str
) -> Collection:
    return Collection(
        asset=asset,
        origin="imported",
        method="import",
        started=at,
        finished=at,
        status=status,
        cause=cause,
        content_digest=digest,
        facts=facts,
    )
