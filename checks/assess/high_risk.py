"""High-risk cases and major hazards of a system. A machine only suspects; a person confirms."""

from collections.abc import Iterable, Mapping, Sequence

from checks.assess.settings import HighRiskSettings
from checks.model.assessment import Answers, CaseConfirmation, CaseResult, ItemResult
from checks.model.asset import GradedSystem
from checks.model.catalogue import Catalogue, HighRiskCase
from checks.model.finding import Finding
from checks.model.run import CheckInfo
from checks.model.verdict import Verdict

SUPERSEDED = "HR20-"
_EXTENSION_WORDS = {
    "移动互联": "mobile",
    "物联网": "iot",
    "工业控制": "ics",
    "云计算平台": "cloud",
    "云客户系统": "cloud",
}


def case_results(
    catalogue: Catalogue,
    system: GradedSystem,
    items: Sequence[ItemResult],
    findings: Iterable[Finding],
    checks: Mapping[str, CheckInfo],
    answers: Answers,
    settings: HighRiskSettings,
) -> tuple[CaseResult, ...]:
    """Every case that concerns the system, with what is known of it."""
    own = {item.item: item for item in items}
    suspected = _suspected(findings, checks)
    return tuple(
        _result(case, own, suspected, _confirmation(answers, system.id, case.id))
        for _, case in sorted(catalogue.cases.items())
        if concerns(case, system, own, settings)
    )


def concerns(
    case: HighRiskCase, system: GradedSystem, items: Mapping[str, ItemResult], settings: HighRiskSettings
) -> bool:
    """Whether a case is asked of this system: its items are, its level fits and its condition may hold."""
    if case.id.startswith(SUPERSEDED) and not settings.superseded_cases:
        return False
    if system.level not in case.levels or not any(item in items for item in case.items):
        return False
    for word, extension in _EXTENSION_WORDS.items():
        if case.condition.startswith(word) and extension not in system.extensions:
            return False
    return not (case.condition.startswith("业务连续性要求高") and not system.continuity_critical)


def _suspected(findings: Iterable[Finding], checks: Mapping[str, CheckInfo]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in findings:
        if finding.verdict in (Verdict.FAIL, Verdict.PARTIAL):
            for case in checks[finding.check].high_risk:
                found.setdefault(case, []).append(finding.id)
    return found


def _result(
    case: HighRiskCase,
    items: Mapping[str, ItemResult],
    suspected: Mapping[str, list[str]],
    confirmation: CaseConfirmation | None,
) -> CaseResult:
    concerned = [items[name] for name in case.items if name in items]
    findings = tuple(sorted(suspected.get(case.id, ())))
    if confirmation is not None:
        state = confirmation.state
    elif findings:
        state = "suspected"  # type: ignore[assignment]
    elif all(item.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE) for item in concerned):
        state = "not-hit"
    else:
        state = "cannot-tell"  # type: ignore[assignment]
    return CaseResult(
        case=case.id,
        title=case.title,
        kind=case.kind,
        state=state,
        items=tuple(item.item for item in concerned),
        findings=findings,
        triggers=case.triggers,
        compensating=case.compensating,
        can_be_lowered=case.can_be_lowered,
        confirmation=confirmation,
    )


def _confirmation(answers: Answers, system: str, case: str) -> CaseConfirmation | None:
    matching = [c for c in answers.cases if c.system == system and c.case == case]
    return max(matching, key=lambda c: (c.on, c.by, c.state), default=None)
