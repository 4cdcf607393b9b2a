"""The remediation plan (整改清单) of a run, arranged: what to do by when, where, by whom, and how it is proven done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from checks.model.asset import Asset
from checks.model.finding import Finding
from checks.model.fix import Fix
from checks.model.run import CheckInfo, FixTask, Run, Urgency
from reports.fixes.files import FixFile, Fixing, fix_files, fixings
from reports.view import asset_names

URGENCIES: tuple[Urgency, ...] = get_args(Urgency)


@dataclass(frozen=True, slots=True)
class PlanPlace:
    """One asset of a task: what on it, and the script that puts it right there, where there is one."""

    name: str
    subjects: tuple[str, ...]
    file: FixFile | None
    fixing: Fixing


@dataclass(frozen=True, slots=True)
class PlanItems:
    """The items of one graded system that a task concerns, at that system's level."""

    system: str
    grade: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One task of the plan, numbered through all of it."""

    number: int
    task: FixTask
    info: CheckInfo
    places: tuple[PlanPlace, ...]
    items: tuple[PlanItems, ...]
    owner: tuple[str, ...]
    """Who looks after the assets; empty: to be filled in."""

    @property
    def fix(self) -> Fix:
        return self.info.fix


@dataclass(frozen=True, slots=True)
class PlanPart:
    """The tasks of one urgency, most urgent first, and their earliest deadline."""

    urgency: Urgency
    lines: tuple[PlanLine, ...]

    @property
    def due(self) -> date | None:
        return min((line.task.due for line in self.lines if line.task.due), default=None)


def plan_parts(run: Run) -> tuple[PlanPart, ...]:
    """The plan in the order it is worked off. Only findings that are not waived; a task without its check is left out."""
    ordered = [t for urgency in URGENCIES for t in run.fix_first if t.urgency == urgency and t.check in run.checks]
    arranged = _Arranged(run)
    lines = [arranged.line(number, task) for number, task in enumerate(ordered, 1)]
    parts = (PlanPart(u, tuple(line for line in lines if line.task.urgency == u)) for u in URGENCIES)
    return tuple(part for part in parts if part.lines)


class _Arranged:
    def __init__(self, run: Run) -> None:
        self.run = run
        self.names = asset_names(run)
        self.assets: Mapping[str, Asset] = {asset.id: asset for asset in run.assets}
        self.findings: Mapping[str, Finding] = {finding.id: finding for finding in run.findings}
        self.fixings = {(fixing.task.check, fixing.asset): fixing for fixing in fixings(run)}
        self.files = {(f.fixing.task.check, f.fixing.asset): f for f in fix_files(self.fixings.values())}
        self.concerned = _items_by_finding(run)

    def line(self, number: int, task: FixTask) -> PlanLine:
        owners = [self.assets[asset].owner for asset in task.assets if asset in self.assets]
        return PlanLine(
            number=number,
            task=task,
            info=self.run.checks[task.check],
            places=tuple(self._place(task, asset) for asset in task.assets),
            items=tuple(self._items(task)),
            owner=tuple(dict.fromkeys(filter(None, owners))),
        )

    def _place(self, task: FixTask, asset: str) -> PlanPlace:
        own = [self.findings[key] for key in task.findings if key in self.findings]
        subjects = dict.fromkeys(f.subject for f in own if f.asset == asset and f.subject)
        key = (task.check, asset)
        return PlanPlace(self.names.get(asset, asset), tuple(subjects), self.files.get(key), self.fixings[key])

    def _items(self, task: FixTask) -> list[PlanItems]:
        found = []
        for assessment in self.run.assessments:
            system = assessment.system
            items = [item for key in task.findings for item in self.concerned.get((system.id, key), ())]
            if items:
                found.append(PlanItems(system.name, system.grade, tuple(dict.fromkeys(sorted(items)))))
        return found


def _items_by_finding(run: Run) -> dict[tuple[str, str], list[str]]:
    """(system, finding) → items whose aspects it decides or indicates."""
    found: dict[tuple[str, str], list[str]] = {}
    for assessment in run.assessments:
        for item in assessment.items:
            for record in item.records:
                for aspect in record.aspects:
                    for key in (*aspect.findings, *aspect.indications):
                        found.setdefault((assessment.system.id, key), []).append(item.item)
    return found
