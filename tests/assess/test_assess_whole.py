"""Whole assessments through the real catalogue: every item has a result, and none is better than its evidence."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.content import read_baselines
from checks.assess.assess import asked_for, assess, fix_first
from checks.assess.items import implicit_assets, items_of
from checks.model.assessment import Answers, Assessment, Attestation, Determination, ItemResult
from checks.model.asset import Asset, AssetClass, GradedSystem
from checks.model.finding import Finding
from checks.model.fix import Fix
from checks.model.run import CheckInfo
from checks.model.text import Text
from checks.model.verdict import Severity, Verdict

BASE = read_baselines()
CATALOGUE, SCORING = BASE.catalogue, BASE.scoring
ZH = Text(zh="例")
DAY = date(2026, 11, 1)
SCHOOL = tuple(Asset(id=name, asset_class=name) for name in ("network", "organisation", "room"))
OA = GradedSystem(id="oa", name="办公系统", s_level=2, a_level=2)
WEB = Asset(id="web-01", asset_class=AssetClass.SERVER)
LOGIN = "ces.identity.login-failure"


def check(name: str, *decides: str, indicates: tuple[str, ...] = (), high_risk: tuple[str, ...] = ()) -> CheckInfo:
    fix = Fix(steps=(ZH,), risk=ZH, rollback=ZH)
    return CheckInfo(
        id=name,
        title=ZH,
        severity=Severity.MEDIUM,
        why=ZH,
        fix=fix,
        decides=decides,
        indicates=indicates,
        high_risk=high_risk,
        platform="linux",
    )


def found(name: str, asset: str, verdict: Verdict, subject: str = "", **more: object) -> Finding:
    key = f"F-{name}-{asset}-{subject}-{more.get('levels', '')}"
    return Finding(id=key, check=name, asset=asset, subject=subject, verdict=verdict, severity=Severity.MEDIUM, **more)


def assessed(
    *findings: Finding,
    checks: tuple[CheckInfo, ...] = (),
    assets: tuple[Asset, ...] = (*SCHOOL, WEB),
    system: GradedSystem = OA,
    answers: Answers | None = None,
) -> Assessment:
    every = (*assets, *implicit_assets(system, assets))
    infos = {c.id: c for c in checks}
    return assess(CATALOGUE, SCORING, system, every, findings, infos, answers or Answers())


def item(assessment: Assessment, name: str) -> ItemResult:
    return next(i for i in assessment.items if i.item == name)


def record(result: ItemResult, asset: str) -> Verdict:
    return next(r.verdict for r in result.records if r.asset == asset)


def said(aspect: str, asset: str, answer: str, **more: object) -> Attestation:
    return Attestation(aspect=aspect, asset=asset, answer=answer, by="王老师", on=DAY, **more)


def test_without_any_evidence_every_item_is_open_and_none_is_left_out():
    result = assessed()
    assert len(result.items) == result.counts.total == result.counts.open == 135
    assert (result.rate.low, result.rate.high) == (0, 100)
    assert all(i.records and i.who for i in result.items)
    assert {c.label for c in result.conclusions} <= {"未定", "差"}


def test_items_stand_in_the_order_of_the_standard():
    layers = [layer.layer for layer in assessed().layers]
    assert layers[0] == "安全物理环境"
    assert layers[3:6] == ["安全计算环境", "安全管理中心", "安全管理制度"]
    mixed = items_of(CATALOGUE, GradedSystem(id="x", name="x", s_level=2, a_level=3))
    assert [i.layer for i in mixed] == sorted((i.layer for i in mixed), key=layers.index)


DECIDES = tuple(f"{LOGIN}/{slug}" for slug in ("failure-handling", "lockout", "timeout"))
ALL_THREE = check("all-three", *DECIDES)


def test_an_asset_conforms_when_every_aspect_is_decided_and_met():
    assert (
        record(item(assessed(found("all-three", "web-01", Verdict.PASS), checks=(ALL_THREE,)), "L2-CES1-02"), "web-01")
        == "pass"
    )
    two = check("two", *DECIDES[:2])
    result = item(assessed(found("two", "web-01", Verdict.PASS), checks=(two,)), "L2-CES1-02")
    assert record(result, "web-01") == "manual"
    open_one = next(a for r in result.records if r.asset == "web-01" for a in r.aspects if len(a.possible) > 1)
    assert (open_one.aspect, open_one.open_because, open_one.who) == (DECIDES[2], "not-covered", "系统管理员")


def test_missing_evidence_is_unknown_and_said_to_be():
    result = item(assessed(found("all-three", "web-01", Verdict.UNKNOWN), checks=(ALL_THREE,)), "L2-CES1-02")
    assert result.verdict is Verdict.UNKNOWN
    assert Verdict.PASS in result.possible


def test_a_finding_counts_only_at_the_levels_it_was_judged_for():
    strict = found("all-three", "web-01", Verdict.FAIL, levels=(3,))
    loose = found("all-three", "web-01", Verdict.PASS, levels=(1, 2))
    assert record(item(assessed(strict, loose, checks=(ALL_THREE,)), "L2-CES1-02"), "web-01") == "pass"


def test_a_machine_never_closes_what_a_person_must_judge():
    every = check("eager", *(a.id for topic in CATALOGUE.topics.values() for a in topic.aspects.values()))
    result = assessed(*(found("eager", a.id, Verdict.PASS) for a in (*SCHOOL, WEB)), checks=(every,))
    aspects = [a for i in result.items for r in i.records if r.asset in ("network", "web-01") for a in r.aspects]
    closed = {a.mode for a in aspects if len(a.possible) == 1}
    assert closed == {"auto"}
    judged_by_people = [a for a in aspects if a.mode != "auto"]
    assert all(a.indications and not a.findings and a.open_because == "manual" for a in judged_by_people)


def test_an_answer_closes_what_is_open_but_does_not_gainsay_the_machine():
    answers = Answers(attestations=tuple(said(a, "web-01", "yes") for a in DECIDES))
    assert record(item(assessed(answers=answers), "L2-CES1-02"), "web-01") == "pass"
    failing = found("all-three", "web-01", Verdict.FAIL)
    assert record(item(assessed(failing, checks=(ALL_THREE,), answers=answers), "L2-CES1-02"), "web-01") == "fail"


def test_an_answer_that_contradicts_passing_evidence_is_not_taken():
    half = (found("all-three", "web-01", Verdict.PASS, "a"), found("all-three", "web-01", Verdict.UNKNOWN, "b"))
    answers = Answers(attestations=tuple(said(a, "web-01", "not-applicable", reason="没有") for a in DECIDES))
    assert record(item(assessed(*half, checks=(ALL_THREE,), answers=answers), "L2-CES1-02"), "web-01") == "unknown"


def test_of_two_answers_of_one_day_the_worse_counts():
    topic = "pes.location.building/answer"
    answers = Answers(attestations=tuple(said(topic, "room", a) for a in ("no", "yes")))
    assert item(assessed(answers=answers), "L2-PES1-01").verdict is Verdict.FAIL


def test_a_topic_only_people_answer_knows_partial():
    answers = Answers(attestations=(said("pes.location.building/answer", "room", "partly"),))
    assert item(assessed(answers=answers), "L2-PES1-01").verdict is Verdict.PARTIAL


BOUNDARY = "abs.boundary.controlled-interfaces"


def test_what_no_asset_is_asked_about_stays_open_under_a_stand_in():
    """The network alone cannot make the item conform: nobody looked at the interfaces of a boundary device."""
    seen = [said(f"{BOUNDARY}/{slug}", "network", "yes") for slug in ("device-present", "no-other-path")]
    result = item(assessed(answers=Answers(attestations=tuple(seen))), "L2-ABS1-01")
    assert result.open
    assert "安全设备" in result.note
    assert "oa/security-device" in result.note
    closed = said(f"{BOUNDARY}/interface-policy", "oa/security-device", "yes")
    assert item(assessed(answers=Answers(attestations=(*seen, closed))), "L2-ABS1-01").verdict is Verdict.PASS


def test_an_item_without_any_asset_waits_for_people():
    result = item(assessed(assets=SCHOOL), "L2-CES1-16")
    assert result.verdict is Verdict.MANUAL
    assert set(result.possible) == {Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL, Verdict.NOT_APPLICABLE}
    assert "没有登记" in result.note
    assert result.who


def test_a_finding_on_a_system_counts_for_the_application_that_stands_for_it():
    encrypted = check("encrypted", "ces.identity.remote-eavesdropping/encrypted")
    portal = Asset(id="portal", asset_class=AssetClass.APPLICATION)
    result = assessed(found("encrypted", "oa", Verdict.FAIL), checks=(encrypted,), assets=(*SCHOOL, portal))
    assert record(item(result, "L2-CES1-03"), "portal") is Verdict.FAIL


def test_a_wider_finding_is_shown_on_the_asset_it_relates_to_and_decides_nothing_there():
    wide = found("all-three", "network", Verdict.FAIL, related=("web-01",))
    result = item(assessed(wide, checks=(ALL_THREE,)), "L2-CES1-02")
    own = next(r for r in result.records if r.asset == "web-01")
    assert own.verdict is Verdict.MANUAL
    assert {a.indications for a in own.aspects} == {(wide.id,)}


def test_a_determination_stands_beside_the_automatic_result():
    changed = Determination(system="oa", item="L2-CES1-02", verdict="pass", by="李校长", on=DAY, reason="有补偿措施")
    failing = found("all-three", "web-01", Verdict.FAIL)
    result = item(assessed(failing, checks=(ALL_THREE,), answers=Answers(determinations=(changed,))), "L2-CES1-02")
    assert (result.verdict, result.possible) == (Verdict.PASS, (Verdict.PASS,))
    assert result.automatic is not Verdict.PASS
    worse = changed.model_copy(update={"verdict": "fail"})
    both = assessed(answers=Answers(determinations=(worse, changed)))
    assert item(both, "L2-CES1-02").verdict is Verdict.FAIL


def test_shares_do_not_apply_only_where_the_catalogue_says_so():
    shares, ports = (f"ces.intrusion.services-and-ports/{s}" for s in ("shares", "ports"))
    for aspect, expected in ((shares, ("not-applicable",)), (ports, ("yes", "partly", "no", "not-applicable"))):
        gone = check("gone", aspect)
        result = assessed(found("gone", "web-01", Verdict.NOT_APPLICABLE), checks=(gone,))
        rows = [
            a for i in result.items for r in i.records if r.asset == "web-01" for a in r.aspects if a.aspect == aspect
        ]
        assert rows[0].possible == expected


verdicts = st.sampled_from([Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE])
HOSTS = tuple(Asset(id=f"h-{n}", asset_class=AssetClass.SERVER) for n in range(3))
PARTS = tuple(check(f"part-{n}", aspect) for n, aspect in enumerate(DECIDES))
some = st.lists(
    st.tuples(st.sampled_from(PARTS), st.sampled_from(HOSTS), st.sampled_from("xy"), verdicts),
    unique_by=lambda t: (t[0].id, t[1].id, t[2]),
)
SMALL = GradedSystem(id="oa", name="办公系统", s_level=1, a_level=1)


def judged(rows) -> list[Finding]:
    return [found(c.id, host.id, verdict, subject) for c, host, subject, verdict in rows]


@settings(max_examples=25, deadline=None)
@given(some, st.randoms())
def test_the_order_of_findings_and_assets_does_not_matter(rows, random):
    findings, hosts = judged(rows), list(HOSTS)
    one = assessed(*findings, checks=PARTS, assets=(*SCHOOL, *hosts), system=SMALL)
    random.shuffle(findings)
    random.shuffle(hosts)
    assert assessed(*findings, checks=PARTS, assets=(*hosts, *SCHOOL), system=SMALL) == one
    assert fix_first(findings, {c.id: c for c in PARTS}) == fix_first(judged(rows), {c.id: c for c in PARTS})


@settings(max_examples=25, deadline=None)
@given(some.filter(bool), st.integers(0, 50))
def test_losing_evidence_never_conforms_and_never_rules_out_what_was_possible(rows, which):
    findings = judged(rows)
    at = which % len(findings)
    lost = [f.model_copy(update={"verdict": Verdict.UNKNOWN}) if n == at else f for n, f in enumerate(findings)]
    before = item(assessed(*findings, checks=PARTS, assets=HOSTS, system=SMALL), "L1-CES1-02")
    after = item(assessed(*lost, checks=PARTS, assets=HOSTS, system=SMALL), "L1-CES1-02")
    assert set(before.possible) <= set(after.possible)
    assert after.verdict is not Verdict.PASS


@settings(max_examples=25, deadline=None)
@given(some.filter(bool), st.data())
def test_one_more_passing_finding_where_one_counts_never_makes_conforming_possible(rows, data):
    counting = [r for r in rows if r[3] is not Verdict.NOT_APPLICABLE]
    if not counting:
        return
    info, host, _, _ = data.draw(st.sampled_from(counting))
    more = [*judged(rows), found(info.id, host.id, Verdict.PASS, "trivial")]
    before = item(assessed(*judged(rows), checks=PARTS, assets=HOSTS, system=SMALL), "L1-CES1-02")
    after = item(assessed(*more, checks=PARTS, assets=HOSTS, system=SMALL), "L1-CES1-02")
    assert (Verdict.PASS in after.possible) <= (Verdict.PASS in before.possible)
    assert (after.verdict is Verdict.PASS) <= (before.verdict is Verdict.PASS)


def test_high_risk_comes_first_then_severity_then_how_many_assets():
    risky, serious, wide, narrow = (
        check("risky", high_risk=("HR25-6.4.1.1",)).model_copy(update={"severity": Severity.LOW}),
        check("serious").model_copy(update={"severity": Severity.HIGH}),
        check("wide"),
        check("narrow"),
    )
    findings = [found("narrow", "h-1", Verdict.PARTIAL), *(found("wide", a, Verdict.FAIL) for a in ("h-1", "h-2"))]
    findings += [
        found("serious", "h-1", Verdict.FAIL),
        found("risky", "h-1", Verdict.FAIL),
        found("wide", "h-3", Verdict.PASS),
    ]
    tasks = fix_first(findings, {c.id: c for c in (risky, serious, wide, narrow)})
    assert [t.check for t in tasks] == ["risky", "serious", "wide", "narrow"]
    assert tasks[2].assets == ("h-1", "h-2")


def test_what_no_item_of_the_level_asks_for_is_no_task_yet_nothing_outside_the_systems_is_lost():
    """Two factors are asked for from level 3 on; an asset of no system has no level that could excuse it."""
    factors = check("factors", indicates=("ces.identity.two-factor/two-factors",))
    lockout = check("lockout", f"{LOGIN}/lockout")
    rows = [found(c.id, host, Verdict.FAIL) for c in (factors, lockout) for host in ("web-01", "spare-01")]
    infos = (factors, lockout)

    def tasks(level: int) -> set[tuple[str, str]]:
        system = OA.model_copy(update={"s_level": level, "a_level": level})
        kept = asked_for([assessed(*rows, checks=infos, system=system)], rows)
        return {(f.check, f.asset) for f in kept}

    everywhere = {("lockout", "web-01"), ("lockout", "spare-01"), ("factors", "spare-01")}
    assert tasks(2) == everywhere
    assert tasks(3) == {*everywhere, ("factors", "web-01")}


@pytest.mark.parametrize(
    ("declared", "expected"), [((), ["oa", "oa/data"]), ((Asset(id="p", asset_class="application"),), ["oa/data"])]
)
def test_every_system_is_an_application_with_data(declared, expected):
    assert [a.id for a in implicit_assets(OA, declared)] == expected
