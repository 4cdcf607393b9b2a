"""Whether a run stays inside a gate: each rule with what was measured and what is allowed."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from checks.compare.compare import compare
from checks.compare.sight import host_of
from checks.model.finding import Finding
from checks.model.gate import GateResult, GateRule, RuleName, Thresholds
from checks.model.run import Run
from checks.model.verdict import Severity, Verdict


def judge_gate(thresholds: Thresholds, run: Run, baseline: Run | None = None) -> GateResult:
    """Every rule that is written. `baseline`: the run `new_failures` names. Raises NotComparableError for another school's."""
    return GateResult(
        rules=(
            *_failures(thresholds, run),
            *_not_measured(thresholds, run),
            *_new_failures(thresholds, run, baseline),
            *_coverage(thresholds, run),
        )
    )


def _failures(thresholds: Thresholds, run: Run) -> Iterator[GateRule]:
    counted = _counted(run)
    for severity in Severity:
        limit = getattr(thresholds.failures, severity.value)
        if limit is not None:
            yield _most("failures", limit, [f.id for f in counted if f.severity is severity], severity.value)
    if thresholds.failures.total is not None:
        yield _most("failures", thresholds.failures.total, [f.id for f in counted], "total")


def _counted(run: Run) -> list[Finding]:
    """The failing findings nobody accepted, worst first."""
    waived = run.waived
    failing = [f for f in run.findings if f.verdict.failing and f.id not in waived]
    return sorted(failing, key=lambda f: (-f.severity.rank, f.check, f.asset, f.subject))


def _not_measured(thresholds: Thresholds, run: Run) -> Iterator[GateRule]:
    if thresholds.not_measured is not None:
        unknown = [f.id for f in run.findings if f.verdict is Verdict.UNKNOWN]
        yield _most("not-measured", thresholds.not_measured, unknown)


def _new_failures(thresholds: Thresholds, run: Run, baseline: Run | None) -> Iterator[GateRule]:
    asked = thresholds.new_failures
    if asked is None:
        return
    if baseline is None:
        raise ValueError("new_failures needs its baseline run")
    floor = asked.severity.rank
    changes = compare(baseline, run).changes
    accepted_then = _accepted(baseline)
    new = [
        change.finding
        for change in changes
        if change.after is not None
        and change.after.failing
        and not change.waived
        and change.severity.rank >= floor
        and (change.newly_failing or change.finding in accepted_then)
    ]
    yield _most("new-failures", asked.most, new)


def _accepted(baseline: Run) -> Collection[str]:
    """What was waived in the baseline: it was no failure of its gate, so it is one now if nobody accepts it any more."""
    return baseline.waived.keys()


def _coverage(thresholds: Thresholds, run: Run) -> Iterator[GateRule]:
    whole = run.gathered_whole
    complete = {asset for asset, reached in whole.items() if reached}
    if thresholds.coverage.percent is not None:
        yield GateRule(
            name="coverage",
            measured=100 * len(complete) / len(whole) if whole else 0,
            allowed=thresholds.coverage.percent,
            holds=bool(whole) and 100 * len(complete) >= thresholds.coverage.percent * len(whole),
            breaking=tuple(sorted(set(whole) - complete)),
        )
    yield from (_asset(asset, run, complete) for asset in thresholds.coverage.assets)


def _asset(asset: str, run: Run, complete: Collection[str]) -> GateRule:
    """One that lives in another is measured with its host, if it was found there at all."""
    there = asset in complete or (any(a.id == asset and a.parent for a in run.assets) and host_of(asset) in complete)
    return GateRule(
        name="asset", subject=asset, measured=int(there), allowed=1, holds=there, breaking=() if there else (asset,)
    )


def _most(name: RuleName, limit: int, found: Sequence[str] | Iterable[str], subject: str = "") -> GateRule:
    ids = tuple(found)
    holds = len(ids) <= limit
    return GateRule(
        name=name, subject=subject, measured=len(ids), allowed=limit, holds=holds, breaking=() if holds else ids
    )
