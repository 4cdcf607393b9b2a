"""The gate's arithmetic: what counts, what a waiver takes out, what nobody measured can never satisfy."""

import pytest
from comparing import NA, REDIS, WEB, F, H, P, U, finding, later, run, unreached, waived

from checks.compare.compare import NotComparableError
from checks.compare.gate import judge_gate
from checks.model.gate import Coverage, FailureLimits, GateRule, NewFailures, Thresholds
from checks.model.run import Campus, CollectionInfo, NotCovered, Run
from checks.model.verdict import Severity

HIGH, LOW = Severity.HIGH, Severity.LOW
NEW = Thresholds(new_failures=NewFailures(baseline="b.json"))


def rule(thresholds: Thresholds, subject: Run, baseline: Run | None = None) -> GateRule:
    """The only rule of a gate."""
    [only] = judge_gate(thresholds, subject, baseline).rules
    return only


def most(**limits: int) -> Thresholds:
    return Thresholds(failures=FailureLimits(**limits))


FOUR = run(finding(F, "a", severity=HIGH), finding(H, "b", severity=HIGH), finding(F, "c"), finding(F, "d", severity=LOW), finding(P, "e"), finding(U, "f"), finding(NA, "g"))  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "measured", "holds"),
    [({"high": 1}, 2, False), ({"high": 2}, 2, True), ({"medium": 0}, 1, False), ({"low": 1}, 1, True), ({"total": 3}, 4, False), ({"total": 4}, 4, True)],
)  # fmt: skip
def test_failures_are_counted_by_severity_partly_met_ones_too(limits, measured, holds) -> None:
    told = rule(most(**limits), FOUR)
    assert (told.measured, told.holds, len(told.breaking)) == (measured, holds, 0 if holds else measured)


def test_rules_that_are_not_written_are_not_asked() -> None:
    assert [r.subject for r in judge_gate(most(high=0, total=9), FOUR).rules] == ["high", "total"]


@pytest.mark.parametrize(("state", "measured"), [("in-force", 0), ("expired", 1), ("not-yet", 1)])
def test_only_a_waiver_in_force_takes_a_failure_out(state, measured) -> None:
    wrong = finding(F)
    assert rule(most(total=0), run(wrong, waivers=waived(wrong.id, state=state))).measured == measured


def test_what_was_not_measured_is_no_failure_and_no_waiver_helps_it() -> None:
    dark = finding(U)
    subject = run(dark, finding(F, "x"), waivers=waived(dark.id))
    assert rule(Thresholds(not_measured=0), subject).breaking == (dark.id,)
    assert rule(most(total=1), subject).holds


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [((P,), (F,), 1), ((F,), (F,), 0), ((F,), (H,), 0), ((U,), (F,), 1), ((), (F,), 1), ((F,), (P,), 0), ((P,), (U,), 0)],
)  # fmt: skip
def test_new_is_whatever_fails_and_did_not_in_the_baseline(before, after, new) -> None:
    told = rule(NEW, later(*map(finding, after)), run(*map(finding, before)))
    assert (told.measured, told.holds) == (new, not new)


def test_less_severe_ones_and_waived_ones_are_not_new() -> None:
    wrong = finding(F, severity=LOW)
    asked = Thresholds(new_failures=NewFailures(baseline="b", severity=Severity.MEDIUM))
    assert rule(asked, later(wrong), run()).holds
    assert rule(NEW, later(wrong, waivers=waived(wrong.id)), run()).holds


def test_a_failure_whose_waiver_ended_is_new_though_the_baseline_has_it() -> None:
    """Else a gate of «no new failures» alone would let every expired waiver through for ever."""
    wrong = finding(F)
    baseline = run(wrong, waivers=waived(wrong.id))
    assert not rule(NEW, later(wrong, waivers=waived(wrong.id, state="expired")), baseline).holds
    assert rule(NEW, later(wrong, waivers=waived(wrong.id)), baseline).holds


def test_a_tightened_threshold_is_new_for_the_gate() -> None:
    assert rule(NEW, later(finding(F, days=90)), run(finding(P, days=180))).measured == 1
    assert rule(NEW, later(finding(F, days=90)), run(finding(F, days=180))).measured == 0


def test_another_schools_baseline_is_refused() -> None:
    with pytest.raises(NotComparableError):
        judge_gate(NEW, later(), run(campus=Campus(id="other", name="别的")))


def session(asset: str, status) -> CollectionInfo:
    return CollectionInfo(asset=asset, origin="live", method="ssh", status=status)


@pytest.mark.parametrize(
    ("statuses", "percent", "holds"),
    [
        (["complete"] * 2 + ["failed"], 66, True), (["complete"] * 2 + ["failed"], 67, False),
        (["complete", "partial"], 51, False), (["complete"] * 3, 100, True), ([], 1, False),
    ],
)  # fmt: skip
def test_coverage_counts_assets_measured_whole(statuses, percent, holds) -> None:
    sessions = tuple(session(f"s-{number}", status) for number, status in enumerate(statuses))
    told = rule(Thresholds(coverage=Coverage(percent=percent)), run(collections=sessions))
    assert told.holds is holds
    assert set(told.breaking) == {s.asset for s in sessions if s.status != "complete"}


def test_an_asset_that_was_not_even_tried_counts_against_coverage() -> None:
    gap = (NotCovered(asset="db-01", what="收集", cause="这次没有收集"),)
    told = rule(Thresholds(coverage=Coverage(percent=100)), run(not_covered=gap))
    assert (told.measured, told.breaking) == (50, ("db-01",))


def test_required_assets() -> None:
    asked = Thresholds(coverage=Coverage(assets=("web-01", REDIS.id, "db-01")))
    assert [r.holds for r in judge_gate(asked, run(assets=(WEB, REDIS))).rules] == [True, True, False]
    assert [r.holds for r in judge_gate(asked, run(assets=(WEB,))).rules] == [True, False, False], "not found there"
    assert not any(r.holds for r in judge_gate(asked, run(assets=(WEB, REDIS), **unreached())).rules)


def test_the_gate_holds_only_when_every_rule_does() -> None:
    assert judge_gate(most(high=2, low=1), FOUR).holds
    assert not judge_gate(most(high=2, low=0), FOUR).holds
