"""High-risk cases and major hazards of a system. A machine only suspects; a person confirms."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from checks.assess.settings import HighRiskSettings
from checks.model.assessment import Answers, CaseConfirmation, CaseResult, ItemResult
from checks.model.asset import GradedSystem
from checks.model.catalogue import Catalogue, HighRiskCase
from checks.model.finding import Finding
from checks.model.run import CheckInfo
from checks.model.verdict import Verdict

State = Literal["hit", "suspected", "not-hit", "cannot-tell"]
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
        _result(catalogue, case, own, suspected.get(case.id, ()), _confirmation(answers, system.id, case.id))
        for _, case in sorted(catalogue.cases.items())
        if concerns(case, system, own, settings)
    )


def concerns(
    case: HighRiskCase, system: GradedSystem, items: Mapping[str, ItemResult], settings: HighRiskSettings
) -> bool:
    """Whether a case is asked of this system: its items are, its level fits and its condition may hold.

    A hazard without items (found by penetration tests, drills or management reviews) is asked of every system.
    """
    if case.id.startswith(SUPERSEDED) and not settings.superseded_cases:
        return False
    if case.levels and system.level not in case.levels:
        return False
    if case.items and not any(item in items for item in case.items):
        return False
    for word, extension in _EXTENSION_WORDS.items():
        if case.condition.startswith(word) and extension not in system.extensions:
            return False
    return not (case.condition.startswith("业务连续性要求高") and not system.continuity_critical)


def _suspected(findings: Iterable[Finding], checks: Mapping[str, CheckInfo]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.verdict in (Verdict.FAIL, Verdict.PARTIAL):
            for case in checks[finding.check].high_risk:
                found.setdefault(case, []).append(finding)
    return found


def _result(
    catalogue: Catalogue,
    case: HighRiskCase,
    items: Mapping[str, ItemResult],
    suspected: Sequence[Finding],
    confirmation: CaseConfirmation | None,
) -> CaseResult:
    concerned = [items[name] for name in case.items if name in items]
    levels = {item.level for item in concerned} or {1, 2, 3, 4}
    telling = [f for f in suspected if any(f.at_level(level) for level in levels)]
    return CaseResult(
        case=case.id,
        title=case.title,
        kind=case.kind,
        state=_state(catalogue, concerned, telling, confirmation),
        items=tuple(item.item for item in concerned),
        findings=tuple(sorted({f.id for f in telling})),
        triggers=case.triggers,
        compensating=case.compensating,
        can_be_lowered=case.can_be_lowered,
        confirmation=confirmation,
    )


def _state(
    catalogue: Catalogue, items: Sequence[ItemResult], telling: Sequence[Finding], confirmation: CaseConfirmation | None
) -> State:
    """A person's word counts; without it findings suspect and conforming items clear, where they can."""
    if confirmation is not None:
        return confirmation.state
    if telling:
        return "suspected"
    return "not-hit" if items and all(_clears(catalogue, item) for item in items) else "cannot-tell"


def _clears(catalogue: Catalogue, item: ItemResult) -> bool:
    """Whether an item's verdict shows that its cases are not hit.

    Where one aspect of several suffices (an account renamed, its default password kept) 符合 says nothing of the others.
    """
    if item.verdict is Verdict.NOT_APPLICABLE:
        return True
    return item.verdict is Verdict.PASS and catalogue.topics[item.topic].rule.kind != "any"


def _confirmation(answers: Answers, system: str, case: str) -> CaseConfirmation | None:
    """The latest word on the case; of two of the same day `hit` counts."""
    matching = [c for c in answers.cases if c.system == system and c.case == case]
    return max(matching, key=lambda c: (c.on, c.state == "hit", c.by, c.reason), default=None)
