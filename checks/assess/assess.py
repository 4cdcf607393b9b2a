"""The assessment of one graded system, and what to fix first. Order of findings and assets does not matter."""

from collections.abc import Iterable, Mapping, Sequence

from checks.assess.aspects import evidence
from checks.assess.conclusion import conclude_2021, conclude_2025
from checks.assess.high_risk import case_results
from checks.assess.items import item_result, items_of
from checks.assess.rates import by_layer, count, rate
from checks.assess.settings import Scoring
from checks.model.assessment import Answers, Assessment
from checks.model.asset import Asset, AssetClass, GradedSystem
from checks.model.catalogue import Catalogue
from checks.model.finding import Finding
from checks.model.run import CheckInfo, FixTask


def assess(
    catalogue: Catalogue,
    scoring: Scoring,
    system: GradedSystem,
    assets: Sequence[Asset],
    findings: Iterable[Finding],
    checks: Mapping[str, CheckInfo],
    answers: Answers,
) -> Assessment:
    """Every item of the system's level over `assets` (implicit ones included): results, rates, cases, conclusions."""
    ordered = sorted(assets, key=lambda a: a.id)
    members = {asset.id for asset in ordered} | {system.id}
    own = [f for f in findings if members & {f.asset, *f.related}]
    applications = tuple(a.id for a in ordered if a.asset_class is AssetClass.APPLICATION)
    known = evidence(catalogue, own, checks, answers.attestations, {system.id: applications})
    items = tuple(item_result(catalogue, system, i, ordered, known, answers) for i in items_of(catalogue, system))
    records = [record for item in items for record in item.records]
    cases = case_results(catalogue, system, items, own, checks, answers, scoring.high_risk)
    return Assessment(
        system=system,
        items=items,
        counts=count(items),
        records=count(records),
        rate=rate(items),
        record_rate=rate(records),
        layers=by_layer(items),
        cases=cases,
        conclusions=(conclude_2025(items, records, cases, scoring), conclude_2021(items, cases, scoring)),
    )


def asked_for(assessments: Iterable[Assessment], findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that some system's items or high-risk cases rest on at its level; what belongs to no system is kept too."""
    whole = tuple(assessments)
    records = [record for assessment in whole for item in assessment.items for record in item.records]
    assessed = {record.asset for record in records}
    used = {name for record in records for aspect in record.aspects for name in (*aspect.findings, *aspect.indications)}
    used |= {name for assessment in whole for case in assessment.cases for name in case.findings}
    return tuple(f for f in findings if f.id in used or not assessed & {f.asset, *f.related})


def fix_first(findings: Iterable[Finding], checks: Mapping[str, CheckInfo]) -> tuple[FixTask, ...]:
    """One task a failing check: suspected high risks first, then severity, then how many assets it is on."""
    failing: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.verdict.failing:
            failing.setdefault(finding.check, []).append(finding)
    tasks = [
        FixTask(
            check=name,
            title=checks[name].title,
            severity=checks[name].severity,
            high_risk=checks[name].high_risk,
            assets=tuple(sorted({f.asset for f in found})),
            findings=tuple(sorted(f.id for f in found)),
        )
        for name, found in failing.items()
    ]
    return tuple(sorted(tasks, key=lambda t: (not t.high_risk, -t.severity.rank, -len(t.assets), t.check)))
