"""High-risk cases and major hazards: which are asked, and that only people say «hit»."""

from datetime import date

from audit.content import read_baselines
from checks.assess.high_risk import case_results
from checks.assess.settings import HighRiskSettings
from checks.model.assessment import Answers, CaseConfirmation, CaseResult, ItemResult
from checks.model.asset import GradedSystem
from checks.model.finding import Finding
from checks.model.fix import Fix
from checks.model.run import CheckInfo
from checks.model.text import Text
from checks.model.verdict import Severity, Verdict

CATALOGUE = read_baselines().catalogue
OA = GradedSystem(id="oa", name="办公系统", s_level=2, a_level=2)
WEAK = "HR25-6.4.1.1"
ZH = Text(zh="例")
CHECK = CheckInfo(
    id="weak",
    title=ZH,
    severity=Severity.HIGH,
    why=ZH,
    fix=Fix(steps=(ZH,), risk=ZH, rollback=ZH),
    high_risk=(WEAK,),
    platform="linux",
)


def result(name: str, verdict: Verdict) -> ItemResult:
    known = CATALOGUE.items[name]
    return ItemResult(
        item=name,
        topic=known.topic,
        level=known.level,
        layer=known.layer,
        control_point=known.control_point,
        summary="",
        verdict=verdict,
        automatic=verdict,
        possible=(verdict,),
        records=(),
    )


def failing(**more: object) -> Finding:
    return Finding(id="F-1", check="weak", asset="web-01", verdict=Verdict.FAIL, severity=Severity.HIGH, **more)


def confirmed(state: str) -> CaseConfirmation:
    return CaseConfirmation(system="oa", case=WEAK, state=state, by="王老师", on=date(2026, 11, 1), reason="看过")


def cases(
    *items: ItemResult,
    system: GradedSystem = OA,
    findings: tuple[Finding, ...] = (),
    said: tuple[CaseConfirmation, ...] = (),
    old: bool = False,
) -> dict[str, CaseResult]:
    answers, settings = Answers(cases=said), HighRiskSettings(superseded_cases=old)
    found = case_results(CATALOGUE, system, items, findings, {"weak": CHECK}, answers, settings)
    return {case.case: case for case in found}


def test_a_machine_suspects_and_a_person_confirms():
    item = result("L2-CES1-01", Verdict.FAIL)
    assert cases(item)[WEAK].state == "cannot-tell"
    assert cases(item, findings=(failing(),))[WEAK].state == "suspected"
    assert cases(item, findings=(failing(),))[WEAK].findings == ("F-1",)
    assert cases(item, findings=(failing(),), said=(confirmed("hit"),))[WEAK].state == "hit"
    assert cases(item, findings=(failing(),), said=(confirmed("not-hit"),))[WEAK].state == "not-hit"
    assert cases(result("L2-CES1-01", Verdict.PASS))[WEAK].state == "not-hit"


def test_of_two_words_of_one_day_hit_counts():
    for said in ((confirmed("hit"), confirmed("not-hit")), (confirmed("not-hit"), confirmed("hit"))):
        assert cases(result("L2-CES1-01", Verdict.PASS), said=said)[WEAK].state == "hit"


def test_a_finding_judged_for_another_level_does_not_make_it_suspected():
    assert cases(result("L2-CES1-01", Verdict.PASS), findings=(failing(levels=(3,)),))[WEAK].state == "not-hit"


def test_conforming_by_one_way_of_several_does_not_clear_the_case():
    """The account was renamed, so the item conforms; its default password may still be there."""
    default_password = "HR25-6.4.2.1"
    assert "L2-CES1-05" in CATALOGUE.cases[default_password].items
    found = cases(result("L2-CES1-05", Verdict.PASS))
    assert found[default_password].state == "cannot-tell"
    assert cases(result("L2-CES1-05", Verdict.NOT_APPLICABLE))[default_password].state == "not-hit"


def test_hazards_without_items_are_asked_of_every_system_and_wait_for_a_person():
    found = cases()
    general = [case for case in found.values() if not case.items]
    assert len(general) == 6
    assert {(case.kind, case.state) for case in general} == {("major-hazard", "cannot-tell")}


def test_conditions_and_levels_choose_the_cases():
    power = "HR25-6.1.3.1"
    item = result("L3-PES1-19", Verdict.FAIL)
    three = GradedSystem(id="oa", name="办公系统", s_level=3, a_level=3)
    assert power not in cases(item, system=three)
    assert power in cases(item, system=three.model_copy(update={"continuity_critical": True}))
    assert "HR25-6.1.1.1" not in cases(result("L2-PES1-03", Verdict.FAIL))


def test_the_cases_of_2020_count_only_when_set():
    item = result("L2-CES1-21", Verdict.FAIL)
    assert "HR20-12" not in cases(item)
    assert "HR20-12" in cases(item, old=True)
