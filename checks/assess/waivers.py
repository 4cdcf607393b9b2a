"""Which findings the waivers of a school cover on the day of a run. Verdicts, rates and scores never come by here."""

from collections.abc import Iterable
from datetime import datetime

from checks.model.clock import day
from checks.model.finding import Finding
from checks.model.waiver import Waiver, WaiverState, WaiverUse


def waivers_in_use(waivers: Iterable[Waiver], findings: Iterable[Finding], as_of: datetime) -> tuple[WaiverUse, ...]:
    """Every waiver with its state on the day of `as_of` and the findings in its scope, by id."""
    known = tuple(findings)
    return tuple(_use(waiver, known, as_of) for waiver in sorted(waivers, key=lambda w: w.id))


def _use(waiver: Waiver, findings: tuple[Finding, ...], as_of: datetime) -> WaiverUse:
    covered = [finding for finding in findings if _covers(waiver, finding)]
    return WaiverUse(
        waiver=waiver,
        state=_state(waiver, as_of),
        findings=tuple(f.id for f in covered if f.verdict.failing),
        not_measured=tuple(f.id for f in covered if f.verdict.undecided),
        met=tuple(f.id for f in covered if f.verdict.settled),
    )


def _covers(waiver: Waiver, finding: Finding) -> bool:
    if waiver.finding:
        return waiver.finding == finding.id
    same_place = (waiver.check, waiver.asset) == (finding.check, finding.asset)
    return same_place and waiver.subject in ("", finding.subject)


def _state(waiver: Waiver, as_of: datetime) -> WaiverState:
    today = day(as_of)
    if today > waiver.until:
        return "expired"
    return "not-yet" if today < waiver.approved else "in-force"
