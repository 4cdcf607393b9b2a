"""What changed between two runs of one campus, finding by finding."""

from datetime import datetime
from typing import Literal

from checks.model.assessment import Interval
from checks.model.base import Model
from checks.model.finding import Scalar
from checks.model.run import Campus
from checks.model.text import Text
from checks.model.verdict import Severity, Verdict

Kind = Literal["new", "fixed", "open", "not-measured", "measured", "gone"]
"""new: failing, and conforming or not there before. fixed: failed before, and is known not to now. open: failing both
times. not-measured: was known, is not now. measured: was not known, is now. gone: is no longer judged, nothing is known
of it: never the same as fixed."""
KINDS: tuple[Kind, ...] = ("new", "not-measured", "open", "fixed", "measured", "gone")
"""In reading order: what needs somebody's hand comes first."""

Because = Literal[
    "", "subject-gone", "asset-gone", "asset-removed", "check-gone", "new-subject", "new-asset", "new-check"
]
"""What explains a finding that stands in one of the runs only. asset-gone: its host was looked at and it is not there any
more; asset-removed: campus.yaml no longer names it."""

Rule = Literal["check", "parameters", "version"]
"""What else differs that can turn a verdict: the check's definition, its thresholds, the program's version."""


class FindingChange(Model):
    """One finding that is not the same in both runs, or is failing in both."""

    kind: Kind
    finding: str
    """Its id in the newer run; in the older one when it is only there."""
    check: str
    title: Text
    asset: str
    subject: str = ""
    severity: Severity
    before: Verdict | None = None
    """None: no such finding."""
    after: Verdict | None = None
    because: Because = ""
    cause: str = ""
    """For not-measured: what is missing and why, in Chinese."""
    observed: str = ""
    rules: tuple[Rule, ...] = ()
    """Not empty: the change of verdict may come from the rules and not from the asset."""
    waived: bool = False
    """A waiver in force accepts it in the newer run."""

    @property
    def newly_failing(self) -> bool:
        """Fails now and did not before, however it was unknown or absent then: what «no new failures» counts."""
        return self.after is not None and self.after.failing and not (self.before and self.before.failing)


class ParameterChange(Model):
    """A threshold that had another value in the older run."""

    name: str
    before: tuple[Scalar, ...]
    after: tuple[Scalar, ...]
    unit: str = ""


class RateChange(Model):
    """The compliance rate of one graded system, before and after, in %."""

    system: str
    name: str
    before: Interval | None
    after: Interval | None
    before_grade: str = ""
    after_grade: str = ""


class RunMark(Model):
    """Which run is meant."""

    id: str
    as_of: datetime
    dengbao_version: str
    content_digest: str


class Comparison(Model):
    """The newer run against the older one."""

    campus: Campus
    old: RunMark
    new: RunMark
    changes: tuple[FindingChange, ...]
    """By kind in reading order, then severity, check, asset, subject."""
    unchanged: int
    """Findings that were met or did not apply both times."""
    added: int
    """Findings not there before that are met or do not apply."""
    still_unmeasured: int
    """Findings unknown or waiting for a person both times, or new and so."""
    campus_changed: bool = False
    """campus.yaml says something else: declarations, thresholds, assets."""
    content_changed: bool = False
    changed_checks: tuple[str, ...] = ()
    added_checks: tuple[str, ...] = ()
    removed_checks: tuple[str, ...] = ()
    parameters: tuple[ParameterChange, ...] = ()
    added_assets: tuple[str, ...] = ()
    removed_assets: tuple[str, ...] = ()
    rates: tuple[RateChange, ...] = ()

    @property
    def version_changed(self) -> bool:
        return self.old.dengbao_version != self.new.dengbao_version

    def of(self, kind: Kind) -> tuple[FindingChange, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)
