"""The batch's framed output → facts. Pure; whatever the bytes are it returns, in time linear in their number."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from audit.gather.batch import Batch, Planned
from audit.gather.text import clean_bytes, first_words
from audit.gather.unpack import Unpacked, unpack
from checks.language.platform import FactSpec, Source
from checks.model.base import Model
from checks.model.fact import Fact, FactStatus, Origin

TIMED_OUT = frozenset({124, 137, 143})
"""Exit statuses of the dialects of timeout (GNU; killed; busybox)."""
_DENIED = re.compile(
    rb"permission denied|operation not permitted|must be root|are you root|\xe6\x9d\x83\xe9\x99\x90", re.I
)
_NO_TOOL = re.compile(rb": (command )?not found\s*$", re.M | re.I)
_INSTANCE = re.compile(r"[A-Za-z0-9._:/@,=+-]{1,128}\Z")


class Section(Model):
    """What was framed as one fact."""

    name: str
    instance: str
    body: bytes
    exit_status: int | None = None
    ended: bool = False
    status: str = ""
    mtime: int | None = None
    error: bytes | None = None
    """What it wrote to stderr; None when its mark there never came."""


class Decoded(Model):
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
    frames = _Frames(unpacked, stderr)
    when = min(at, frames.ran_at) if origin == "imported" and frames.ran_at else at
    facts = tuple(_facts(batch, frames, asset, when, origin))
    return Decoded(
        facts=facts,
        complete=frames.finished and not unpacked.cut,
        cut=unpacked.cut or ("" if frames.finished else "会话中途结束"),
        noise=unpacked.noise,
        digest=frames.digest,
        ran_at=frames.ran_at,
    )


def total_limit(batch: Batch) -> int:
    """Bytes that the framed output may have: every fact at its limit, its instances counted, at most 128 MiB."""
    instances = {p.name: p.spec.limit for p in batch.planned if isinstance(p.spec, Source)}
    total = sum((p.limit + 1024) * instances.get(p.source or "", 1) for p in batch.planned)
    return min(total + 65_536, 128 * 1024 * 1024)


def unreached(batch: Batch, asset: str, at: datetime, detail: str, origin: Origin = "live") -> tuple[Fact, ...]:
    """Every planned fact as unreachable: the session never got as far."""
    return tuple(_missing(p, asset, at, origin, FactStatus.UNREACHABLE, detail) for p in batch.planned)


class _Frames:
    """Sections by (name, instance), the header and whether the end was seen."""

    def __init__(self, unpacked: Unpacked, stderr: bytes) -> None:
        self.sections: dict[tuple[str, str], Section] = {}
        self.digest = ""
        self.ran_at: datetime | None = None
        self.finished = False
        self._quiet = False
        if not unpacked.nonce:
            return
        errors = dict(_errors(stderr, unpacked.nonce))
        for section in self._read(unpacked.frames, unpacked.nonce):
            key = (section.name, section.instance)
            # A second frame of the same name can only be forged or a fault: the first stands, as cut.
            known = self.sections.get(key)
            entry = section.model_copy(update={"error": errors.get(key)})
            self.sections[key] = known.model_copy(update={"status": "truncated", "ended": True}) if known else entry

    def _read(self, frames: bytes, nonce: str) -> Iterator[Section]:
        marks = list(re.finditer(rb"\n@" + nonce.encode() + rb" ([BXEHZ])(?: ([^\n]{0,400}))?\n", frames))
        begun: tuple[list[str], int] | None = None
        body: bytes | None = None
        code: int | None = None
        for mark in marks:
            kind, words = mark[1], (mark[2] or b"").decode("ascii", "replace").split(" ")
            if kind == b"B":
                if begun:
                    yield _section(begun[0], frames[begun[1] : mark.start()] if body is None else body, code)
                begun, body, code = (words, mark.end()), None, None
            elif kind == b"X" and begun and body is None:
                body, code = frames[begun[1] : mark.start()], _number(words[0])
            elif kind == b"E" and begun and words[0] == begun[0][0]:
                text = frames[begun[1] : mark.start()] if body is None else body
                yield _section(begun[0], text, code, words)
                begun = None
            elif kind == b"H":
                self._header(words)
            elif kind == b"Z":
                self.finished = True
        if begun:
            yield _section(begun[0], frames[begun[1] :] if body is None else body, code)

    def _header(self, words: Sequence[str]) -> None:
        if len(words) >= 3 and words[0] == "1":
            self.digest = words[1] if re.fullmatch(r"[0-9a-f]{64}", words[1]) else ""
            self.ran_at = _time(_number(words[2]))
            self._quiet = words[4:5] == ["1"]

    def unheard(self, section: Section) -> bool:
        """Whether what this fact wrote to stderr never came (cut, or lost in a flood): it may have complained."""
        return section.error is None and not self._quiet


def _section(begin: Sequence[str], body: bytes, code: int | None, end: Sequence[str] = ()) -> Section:
    return Section(
        name=begin[0],
        instance=begin[1] if len(begin) > 1 else "",
        body=body,
        exit_status=code,
        ended=bool(end),
        status=end[1] if len(end) > 1 else "",
        mtime=_number(end[2]) if len(end) > 2 else None,
    )


def _errors(stderr: bytes, nonce: str) -> Iterator[tuple[tuple[str, str], bytes]]:
    """What each fact wrote to stderr, cut to what a detail needs."""
    marks = list(re.finditer(rb"\n@" + nonce.encode() + rb" ([a-z0-9-]{1,100}) ([^\n]{0,200})\n", stderr))
    for index, mark in enumerate(marks):
        end = marks[index + 1].start() if index + 1 < len(marks) else len(stderr)
        yield (mark[1].decode(), mark[2].decode("ascii", "replace")), stderr[mark.end() : min(end, mark.end() + 4096)]


def _number(word: str) -> int | None:
    return int(word) if re.fullmatch(r"[0-9]{1,12}", word, re.ASCII) else None


def _time(epoch: int | None) -> datetime | None:
    return datetime.fromtimestamp(epoch, UTC) if epoch is not None and epoch < 253_402_300_800 else None


def _facts(batch: Batch, frames: _Frames, asset: str, at: datetime, origin: Origin) -> Iterator[Fact]:
    instances: dict[str, tuple[Fact, tuple[str, ...]]] = {}
    for planned in batch.planned:
        if planned.source is None:
            fact = _fact(planned, frames, asset, "", at, origin)
            yield fact
            if isinstance(planned.spec, Source):
                instances[planned.name] = (fact, _keys(fact))
            continue
        source, keys = instances[planned.source]
        for key in keys:
            yield _fact(planned, frames, asset, key, at, origin)
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


def _fact(planned: Planned, frames: _Frames, asset: str, instance: str, at: datetime, origin: Origin) -> Fact:
    section = frames.sections.get((planned.name, instance))
    if section is None:
        fact = _missing(planned, asset, at, origin, FactStatus.UNREACHABLE, "会话在取这个事实之前就结束了")
        return fact.model_copy(update={"instance": instance})
    status, detail = judge_section(planned, section, cut=frames.unheard(section))
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
        evidence_at=_time(section.mtime),
    )


def judge_section(planned: Planned, section: Section, *, cut: bool = False) -> tuple[FactStatus, str]:
    """How a fact ended, and the cause when it is not OK. In doubt it is not OK. `cut`: its stderr never came."""
    error = section.error or b""
    said = first_words(error)
    if not section.ended or cut:
        return FactStatus.TRUNCATED, "会话在取这个事实的过程中中断"
    if section.status != "ok":
        return _flagged(section.status), _FLAG_DETAIL.get(section.status, said) or said
    if section.exit_status is None or len(section.body) > planned.limit:
        return FactStatus.TRUNCATED, f"输出超过上限 {planned.limit} 字节"
    spec = planned.spec
    ok_exit, absent_exit = (spec.ok_exit, spec.absent_exit) if isinstance(spec, FactSpec) else ((0,), None)
    code = section.exit_status
    if code not in ok_exit and code != absent_exit:
        return _failed(code, error, said, spec.timeout)
    if _DENIED.search(error):
        return FactStatus.DENIED, said
    if _NO_TOOL.search(error):
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
