"""A run arranged for reading: what belongs together stands together. Groups and counts, never a verdict."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checks.model.assessment import Assessment, CaseResult, ItemResult
from checks.model.asset import Asset
from checks.model.finding import Finding
from checks.model.run import NotCovered, Run
from checks.model.verdict import Verdict

READING_ORDER = {
    verdict: rank
    for rank, verdict in enumerate(
        (Verdict.FAIL, Verdict.PARTIAL, Verdict.UNKNOWN, Verdict.MANUAL, Verdict.PASS, Verdict.NOT_APPLICABLE)
    )
}
"""What needs somebody's hand comes first."""
SETTLED = (Verdict.PASS, Verdict.NOT_APPLICABLE)
CASE_ORDER = ("hit", "suspected", "cannot-tell", "not-hit")


@dataclass(frozen=True, slots=True)
class AssetFindings:
    """The findings of one asset; `asset` is None for a system's or the campus's own findings."""

    id: str
    asset: Asset | None
    pending: tuple[Finding, ...]
    settled: tuple[Finding, ...]
    tally: Mapping[Verdict, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who still has to answer, and for which items of a system."""

    who: str
    items: tuple[ItemResult, ...]


def reading_order(finding: Finding) -> tuple[int, int, str, str]:
    """Worst first, then by severity, check and subject."""
    return (READING_ORDER[finding.verdict], -finding.severity.rank, finding.check, finding.subject)


def in_reading_order(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Findings by id, worst first."""
    return {finding.id: finding for finding in sorted(findings, key=reading_order)}


def findings_by_asset(run: Run, ordered: Iterable[Finding]) -> tuple[AssetFindings, ...]:
    """Findings (in reading order) under their asset, in the order of the run's assets; wider scopes come first."""
    grouped: dict[str, list[Finding]] = {}
    for finding in ordered:
        grouped.setdefault(finding.asset, []).append(finding)
    assets = {asset.id: asset for asset in run.assets}
    order = [*(key for key in grouped if key not in assets), *(key for key in assets if key in grouped)]
    return tuple(_under(key, assets.get(key), grouped[key]) for key in order)


def _under(asset_id: str, asset: Asset | None, findings: list[Finding]) -> AssetFindings:
    tally = Counter(finding.verdict for finding in findings)
    return AssetFindings(
        id=asset_id,
        asset=asset,
        pending=tuple(f for f in findings if f.verdict not in SETTLED),
        settled=tuple(f for f in findings if f.verdict in SETTLED),
        tally={verdict: tally[verdict] for verdict in READING_ORDER if tally[verdict]},
    )


def by_layer(items: Iterable[ItemResult]) -> dict[str, dict[str, list[ItemResult]]]:
    """Layer → control point → items, each in the order it first occurs."""
    layers: dict[str, dict[str, list[ItemResult]]] = {}
    for item in items:
        layers.setdefault(item.layer, {}).setdefault(item.control_point, []).append(item)
    return layers


def layers(run: Run) -> tuple[str, ...]:
    """The layers the run's items stand in, in their order."""
    return tuple(dict.fromkeys(item.layer for assessment in run.assessments for item in assessment.items))


def item_ids(run: Run) -> tuple[str, ...]:
    """The ids of the items the run assesses, each once."""
    return tuple(dict.fromkeys(item.item for assessment in run.assessments for item in assessment.items))


def mentioned(run: Run) -> tuple[str, ...]:
    """Everything that has findings or records, in the order the page shows it: wider scopes, then the run's assets."""
    found = {finding.asset for finding in run.findings}
    found.update(record.asset for system in run.assessments for item in system.items for record in item.records)
    declared = [asset.id for asset in run.assets if asset.id in found]
    return (*sorted(found.difference(declared)), *declared)


def unmeasured(run: Run) -> int:
    """How many findings lack their evidence."""
    return sum(1 for finding in run.findings if finding.verdict is Verdict.UNKNOWN)


def asked_items(run: Run) -> int:
    """How many items, over all systems, somebody still has to answer."""
    return sum(1 for assessment in run.assessments for item in assessment.items if item.who)


def cases_by_state(assessment: Assessment) -> dict[str, list[CaseResult]]:
    """High-risk cases by state, hit first."""
    return {
        state: found for state in CASE_ORDER if (found := [case for case in assessment.cases if case.state == state])
    }


def fixed_count(cases: Iterable[CaseResult]) -> int:
    """How many of these cases are confirmed as put right since (`n（m 个已整改）`)."""
    return sum(1 for case in cases if case.confirmation is not None and case.confirmation.fixed)


def waiting(assessment: Assessment) -> tuple[Waiting, ...]:
    """Who still has to answer what, whoever has most first."""
    asked: dict[str, list[ItemResult]] = {}
    for item in assessment.items:
        for who in item.who:
            asked.setdefault(who, []).append(item)
    ordered = sorted(asked.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(Waiting(who, tuple(items)) for who, items in ordered)


def not_covered(run: Run) -> list[tuple[str, list[NotCovered]]]:
    """What the run did not look at, under its asset."""
    grouped: dict[str, list[NotCovered]] = {}
    for gap in run.not_covered:
        grouped.setdefault(gap.asset, []).append(gap)
    return list(grouped.items())


def asset_names(run: Run) -> dict[str, str]:
    """How assets are called: `教务前置机（web-01）`. An asset without a name keeps its id, as does an unknown one."""
    names = {asset.id: f"{asset.name}（{asset.id}）" for asset in run.assets if asset.name and asset.name != asset.id}
    return {**implicit_names(run), **names}


def implicit_names(run: Run) -> dict[str, str]:
    """Words for what every campus and system has without declaring it: the system itself, its data, the school."""
    declared = {asset.id for asset in run.assets}
    kinds = {
        record.asset: record.asset_class.zh
        for assessment in run.assessments
        for item in assessment.items
        for record in item.records
        if record.asset not in declared
    }
    return {**kinds, **{system.id: system.name for system in run.systems}}
