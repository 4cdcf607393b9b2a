"""The batch's framed output → facts. Pure; whatever the bytes are it returns, in time linear in their number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from audit.gather.batch import Batch, Planned
from audit.gather.sections import Section, Sections, moment, read_sections
from audit.gather.text import clean_bytes, first_words
from audit.gather.unpack import unpack
from checks.language.platform import FactSpec, Source
from checks.model.fact import Fact, FactStatus, Origin

TIMED_OUT = frozenset({124, 137, 143})
"""Exit statuses of the dialects of timeout (GNU; killed; busybox)."""
_DENIED = re.compile(
    rb"permission denied|operation not permitted|must be root|are you root|\xe6\x9d\x83\xe9\x99\x90", re.I
)
_NO_TOOL = re.compile(rb": (command )?not found\s*$", re.M | re.I)
_INSTANCE = re.compile(r"[A-Za-z0-9._:/@,=+-]{1,128}\Z")


@dataclass(frozen=True)
class Decoded:
    """The facts of one batch and how its output was."""

    facts: tuple[Fact, ...]
    complete: bool
    """The end mark was seen: every fact has had its turn."""
    cut: str = ""
    noise: int = 0
    digest: str = ""
    """Digest of the batch that ran, as it says itself."""
    ran_at: datetime | None = None
    """The target's own clock when it ran."""


def decode(
    stdout: bytes,
    stderr: bytes,
    batch: Batch,
    asset: str,
    at: datetime,
    origin: Origin = "live",
    nonce: str | None = None,
) -> Decoded:
    """Facts of every planned name; those that did not come are unreachable, those cut off truncated."""
    unpacked = unpack(stdout, total_limit(batch), nonce)
    sections = read_sections(unpacked, stderr)
    when = min(at, sections.ran_at) if origin == "imported" and sections.ran_at else at
    return Decoded(
        facts=tuple(_facts(batch, sections, asset, when, origin)),
        complete=sections.finished and not unpacked.cut,
        cut=unpacked.cut or ("" if sections.finished else "会话中途结束"),
        noise=unpacked.noise,
        digest=sections.digest,
        ran_at=sections.ran_at,
    )


def total_limit(batch: Batch) -> int:
    """Bytes that the framed output may have: every fact at its limit, its instances counted, at most 128 MiB."""
    instances = {p.name: p.spec.limit for p in batch.planned if isinstance(p.spec, Source)}
    total = sum((p.limit + 1024) * instances.get(p.source or "", 1) for p in batch.planned)
    return min(total + 65_536, 128 * 1024 * 1024)


def unreached(batch: Batch, asset: str, at: datetime, detail: str, origin: Origin = "live") -> tuple[Fact, ...]:
    """Every planned fact as unreachable: the session never got as far."""
    return tuple(_missing(p, asset, at, origin, FactStatus.UNREACHABLE, detail) for p in batch.planned)


def _facts(batch: Batch, sections: Sections, asset: str, at: datetime, origin: Origin) -> Iterator[Fact]:
    instances: dict[str, tuple[Fact, tuple[str, ...]]] = {}
    for planned in batch.planned:
        if planned.source is None:
            fact = _fact(planned, sections, asset, "", at, origin)
            yield fact
            if isinstance(planned.spec, Source):
                instances[planned.name] = (fact, _keys(fact))
            continue
        source, keys = instances[planned.source]
        for key in keys:
            yield _fact(planned, sections, asset, key, at, origin)
        if source.status is not FactStatus.OK:
            # Instances may exist that nobody saw: without this the judge would take "none listed" for "none there".
            yield _missing(
                planned, asset, at, origin, source.status, f"来源 {source.name} 没有完整取得：{source.detail}"[:300]
            )


def _keys(source: Fact) -> tuple[str, ...]:
    """Instance keys of a source's lines; the target may be hostile, so they are checked here once more."""
    firsts = (line.split("\t", 1)[0] for line in source.text.splitlines())
    return tuple(dict.fromkeys(key for key in firsts if _INSTANCE.match(key)))[:256]


def _missing(planned: Planned, asset: str, at: datetime, origin: Origin, status: FactStatus, detail: str) -> Fact:
    return Fact(
        asset=asset, name=planned.name, status=status, detail=detail[:300], method=planned.method, origin=origin, at=at
    )


def _fact(planned: Planned, sections: Sections, asset: str, instance: str, at: datetime, origin: Origin) -> Fact:
    section = sections.get(planned.name, instance)
    if section is None:
        fact = _missing(planned, asset, at, origin, FactStatus.UNREACHABLE, "会话在取这个事实之前就结束了")
        return fact.model_copy(update={"instance": instance})
    status, detail = judge_section(planned, section, cut=sections.unheard(section))
    return Fact(
        asset=asset,
        name=planned.name,
        instance=instance,
        status=status,
        text=clean_bytes(section.body[: planned.limit]),
        exit_status=section.exit_status,
        detail=detail[:300],
        method=planned.method,
        origin=origin,
        at=at,
        evidence_at=moment(section.mtime),
    )


def judge_section(planned: Planned, section: Section, *, cut: bool = False) -> tuple[FactStatus, str]:
    """How a fact ended, and the cause when it is not OK. In doubt it is not OK. `cut`: its stderr never came."""
    if not section.ended or cut:
        return FactStatus.TRUNCATED, "会话在取这个事实的过程中中断"
    error = section.error or b""
    said = first_words(error) if error else ""
    if section.status != "ok":
        return _flagged(section.status), _FLAG_DETAIL.get(section.status, said) or said
    if section.exit_status is None or len(section.body) > planned.limit:
        return FactStatus.TRUNCATED, f"输出超过上限 {planned.limit} 字节"
    spec = planned.spec
    ok_exit, absent_exit = (spec.ok_exit, spec.absent_exit) if isinstance(spec, FactSpec) else ((0,), None)
    code = section.exit_status
    if code not in ok_exit and code != absent_exit:
        return _failed(code, error, said, spec.timeout)
    if error and _DENIED.search(error):
        return FactStatus.DENIED, said
    if error and _NO_TOOL.search(error):
        return FactStatus.NO_TOOL, said
    return (FactStatus.ABSENT, said) if code == absent_exit else (FactStatus.OK, "")


_FLAG_DETAIL = {
    "denied": "没有读取所需的权限",
    "no-tool": "目标上没有所需的命令",
    "timeout": "本次采集的时间用完了，没有轮到这个事实",
    "truncated": "有内容不合规范或超过上限，没有全部取得",
    "failed": "不是普通文件，没有读取",
    "absent": "",
}


def _flagged(word: str) -> FactStatus:
    try:
        return FactStatus(word)
    except ValueError:
        return FactStatus.FAILED


def _failed(code: int, error: bytes, said: str, timeout: int) -> tuple[FactStatus, str]:
    if code in TIMED_OUT:
        return FactStatus.TIMEOUT, f"超过 {timeout} 秒没有结束"
    if code == 127 or _NO_TOOL.search(error):
        return FactStatus.NO_TOOL, said or "命令不存在"
    if code == 126 or _DENIED.search(error):
        return FactStatus.DENIED, said or "没有执行权限"
    return FactStatus.FAILED, said or f"退出状态 {code}，没有错误输出"
