"""waivers.yaml from disk to checked waivers: every mistake with file, line and hint."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from os.path import lexists
from pathlib import Path

from audit.campus.model.campus import CampusFile
from audit.campus.view import assets, systems
from audit.waivers.model import WaiverEntry, WaiversFile
from audit.written.mistakes import shape
from audit.written.read import parse_document, read_text
from checks.language.load import Content
from checks.language.source import Document, Problem, SourceError, suggest
from checks.model.waiver import Waiver


@dataclass(frozen=True)
class Referable:
    """What a waiver may name."""

    checks: Collection[str]
    assets: Collection[str]

    @classmethod
    def of(cls, campus: CampusFile, content: Content) -> "Referable":
        """The content's checks, and everything of the campus a finding can hang on."""
        holders = [*(a.id for a in assets(campus)), *(s.id for s in systems(campus))]
        return cls({check.id for _, check in content.checks()}, frozenset(holders))

    def knows_asset(self, asset: str) -> bool:
        """Whether it is written, or may be found on one that is (`cache-01/redis:6380`)."""
        return asset in self.assets or asset.partition("/")[0] in self.assets


def load_waivers(path: Path, referable: Referable) -> tuple[Waiver, ...]:
    """The waivers of a school, none when there is no such file. Raises SourceError with every problem."""
    if not lexists(path):
        return ()
    return parse_waivers(read_text(path, "用 dengbao waivers init 生成一份"), str(path), referable)


def parse_waivers(text: str, name: str, referable: Referable) -> tuple[Waiver, ...]:
    """Check the text of a waivers.yaml. Pure. Raises SourceError with every problem, sorted by line."""
    document = parse_document(text, name)
    if document.data is None:
        return ()
    shaped = shape(document, WaiversFile)
    entries = shaped.value.waivers if shaped.value else {}
    problems = [*shaped.problems, *_unknown(entries, document, referable), *_twice(entries, document)]
    if problems:
        raise SourceError(sorted(problems, key=lambda problem: problem.line))
    return tuple(Waiver(id=key, **entry.model_dump(exclude_none=True)) for key, entry in entries.items())


def _unknown(entries: dict[str, WaiverEntry], document: Document, referable: Referable) -> Iterator[Problem]:
    for key, entry in entries.items():
        if entry.check and entry.check not in referable.checks:
            hint = suggest(entry.check, sorted(referable.checks))
            yield document.problem(("waivers", key, "check"), f"没有检查 {entry.check}", hint)
        if entry.asset and not referable.knows_asset(entry.asset):
            hint = suggest(entry.asset, sorted(referable.assets))
            yield document.problem(("waivers", key, "asset"), f"campus.yaml 里没有资产 {entry.asset}", hint)


def _twice(entries: dict[str, WaiverEntry], document: Document) -> Iterator[Problem]:
    first: dict[tuple[str | None, ...], str] = {}
    for key, entry in entries.items():
        before = first.setdefault((entry.finding, entry.check, entry.asset, entry.subject), key)
        if before != key:
            yield document.problem(("waivers", key), f"{key} 和 {before} 豁免的是同一个范围", "删掉其中一个")
