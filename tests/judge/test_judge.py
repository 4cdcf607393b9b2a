"""The judge on small content of its own: scopes, instances, freshness, ids, and the algebra of evidence."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.judge.discover import discovered
from checks.judge.judge import Judgement, judge
from checks.judge.parameters import Override
from checks.judge.snapshot import FactBase
from checks.language.load import build_content
from checks.language.source import read_yaml
from checks.model.asset import Asset, AssetClass
from checks.model.fact import Fact, FactStatus
from checks.model.verdict import Verdict

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FACTS = """\
platform: {title: {zh: 测试}, classes: [server]}
sources:
  boxes: {run: list, variables: [key], asset_class: database, platform: box}
facts:
  conf: {file: /etc/conf, parse: {parser: keyvalue}}
  users: {run: list-users, parse: {parser: table, options: {columns: [name, age]}}}
  cache: {run: list-cache, dated_by: /var/cache, parse: {parser: lines}}
"""
BOX = """\
platform: {title: {zh: 盒子}, classes: [database], inside: linux}
facts:
  box: {run: show, for_each: boxes, parse: {parser: keyvalue}}
"""
CHECK = """\
checks:
  - id: {id}
    title: {{zh: 检查, en: Check}}
    decides: [x.y.z/w]
    severity: medium
    {body}
    why: {{zh: 因为}}
    fix: {{steps: [{{zh: 改}}], risk: {{zh: 无}}, rollback: {{zh: 回}}}}
    tests: [{{verdict: pass, facts: {{}}}}]
"""
PARAMETERS = """\
parameters:
  limit: {title: {zh: 上限}, stricter: lower, unit: 天, source: 测试, levels: {L1: 90, L2: 60, L3: 30, L4: 10}}
"""


def content(*bodies: str, platform: str = "linux"):
    texts = {"linux/facts.yaml": FACTS, "box/facts.yaml": BOX, "levels/parameters.yaml": PARAMETERS}
    texts |= {f"{platform}/c{i}.yaml": CHECK.format(id=f"check-{i}", body=body) for i, body in enumerate(bodies)}
    return build_content({name: read_yaml(text, name) for name, text in texts.items()}).content


def server(name: str = "web-01") -> Asset:
    return Asset(id=name, asset_class=AssetClass.SERVER, platform="linux")


def fact(name: str, text: str = "", asset: str = "web-01", status: FactStatus = FactStatus.OK, **more) -> Fact:
    return Fact(asset=asset, name=name, status=status, text=text, at=NOW, **more)


WEB = server()


def judged(loaded, facts, assets=(WEB,), levels=(2,), **more):
    case = Judgement(
        content=loaded, assets=tuple(assets), levels={a.id: levels for a in assets}, systems=(), as_of=NOW, **more
    )
    return judge(case, FactBase.of(facts))


def verdict(body: str, *facts: Fact, **more) -> Verdict:
    [finding] = judged(content(body), facts, **more)
    return finding.verdict


LE = "needs: [conf]\n    expect: {fact: conf.age, le: $limit}"


def test_a_finding_cites_the_line_it_rests_on():
    [finding] = judged(content(LE), [fact("conf", "# head\nage 75\n")])
    assert finding.verdict is Verdict.FAIL
    assert (finding.reasons[0].cites[0].line, finding.reasons[0].cites[0].text) == (2, "age 75")
    assert finding.reasons[0].matcher == "conf.age 不大于 60"
    assert finding.observed == "75"


def test_a_key_that_is_not_there_is_unknown_unless_a_default_is_reviewed():
    assert verdict(LE, fact("conf", "other 1\n")) is Verdict.UNKNOWN
    with_default = LE.replace("le: $limit", "le: $limit, default: 99")
    assert verdict(with_default, fact("conf", "other 1\n")) is Verdict.FAIL


def test_one_proven_violation_outweighs_what_is_unknown_but_nothing_makes_it_pass():
    both = "needs: [conf]\n    expect: {all: [{fact: conf.a, eq: 1}, {fact: conf.b, eq: 1}]}"
    assert verdict(both, fact("conf", "a 2\n")) is Verdict.FAIL
    assert verdict(both, fact("conf", "a 1\n")) is Verdict.UNKNOWN
    either = both.replace("all:", "any:")
    assert verdict(either, fact("conf", "a 1\n")) is Verdict.PASS
    assert verdict(either, fact("conf", "a 2\n")) is Verdict.UNKNOWN


def test_partial_needs_evidence_of_its_own():
    body = "needs: [conf]\n    expect: {fact: conf.a, eq: 2}\n    partial: {fact: conf.b, eq: 1}"
    assert verdict(body, fact("conf", "a 1\nb 1\n")) is Verdict.PARTIAL
    assert verdict(body, fact("conf", "a 1\nb 0\n")) is Verdict.FAIL
    assert verdict(body, fact("conf", "a 1\n")) is Verdict.FAIL


def test_evidence_that_is_too_old_or_undated_or_from_the_future_decides_nothing():
    body = "needs: [cache]\n    fresh: {cache: $limit}\n    expect: {fact: cache, none: {matches: bad}}"
    at = {days: NOW - timedelta(days=days) for days in (1, 61, -3)}
    assert verdict(body, fact("cache", "good\n", evidence_at=at[1])) is Verdict.PASS
    assert verdict(body, fact("cache", "good\n", evidence_at=at[61])) is Verdict.UNKNOWN
    assert verdict(body, fact("cache", "good\n", evidence_at=at[-3])) is Verdict.UNKNOWN
    assert verdict(body, fact("cache", "good\n")) is Verdict.UNKNOWN


TABLE = """\
  table:
    reference_of: {of}
    parse: {{parser: table, options: {{columns: [name, until]}}}}
    reference: "web\\t{until}\\n"
"""


@pytest.mark.parametrize(
    ("of", "until", "expected"),
    [
        ("2026-02-01", "2026-03-01", Verdict.PASS),
        ("2026-02-01", "2026-02-28", Verdict.FAIL),
        ("2026-02-01", "one day", Verdict.UNKNOWN),
        ("2020-02-01", "2026-03-01", Verdict.UNKNOWN),
    ],
)
def test_a_table_shipped_with_the_content_is_evidence_of_its_own_day(of, until, expected):
    body = "needs: [table]\n    fresh: {table: 730}\n    expect: {fact: table.until, future: true}"
    texts = {
        "linux/facts.yaml": FACTS + TABLE.format(of=of, until=until),
        "linux/c.yaml": CHECK.format(id="c", body=body),
    }
    loaded = build_content({name: read_yaml(text, name) for name, text in texts.items()}).content
    assert [f.verdict for f in judged(loaded, ())] == [expected]


def test_one_judgement_per_parameter_set_not_per_level():
    found = judged(content(LE), [fact("conf", "age 45\n")], levels=(2, 3))
    assert {(f.levels, f.verdict) for f in found} == {((2,), Verdict.PASS), ((3,), Verdict.FAIL)}
    tight = judged(content(LE), [fact("conf", "age 45\n")], levels=(2, 3), overrides={"limit": Override(20, "campus")})
    assert [(f.levels, f.verdict, f.parameters[0].origin) for f in tight] == [((2, 3), Verdict.FAIL, "campus")]
    loose = judged(content(LE), [fact("conf", "age 45\n")], levels=(3,), overrides={"limit": Override(99, "campus")})
    assert (loose[0].verdict, loose[0].parameters[0].value) == (Verdict.FAIL, 30)


EACH = "needs: [users]\n    each: {fact: users, subject: [name], none: pass}\n    expect: {field: age, le: $limit}"


def test_each_record_is_a_finding_of_its_own():
    found = judged(content(EACH), [fact("users", "wang\t10\nli\t99\n")])
    assert {f.subject: f.verdict for f in found} == {"wang": Verdict.PASS, "li": Verdict.FAIL}


def test_two_records_of_one_name_stay_two_findings():
    found = judged(content(EACH), [fact("users", "wang\t10\nwang\t99\n")])
    assert [f.subject for f in found] == ["wang", "wang #2"]
    assert len({f.id for f in found}) == 2


def test_children_are_found_by_their_source_and_judged_apart():
    body = "needs: [box]\n    expect: {fact: box.lock, eq: 'yes'}"
    loaded = content(body, platform="box")
    facts = [
        fact("boxes", "box:1\nbox:2\n"),
        fact("box", "lock yes\n", instance="box:1"),
        fact("box", "lock no\n", instance="box:2"),
    ]
    children, blind = discovered(loaded, (server(),), FactBase.of(facts))
    found = judged(loaded, facts, assets=(server(), *children))
    assert {f.asset: f.verdict for f in found} == {"web-01/box:1": Verdict.PASS, "web-01/box:2": Verdict.FAIL}
    assert blind == ()


def test_a_source_that_failed_is_said_not_taken_for_none():
    loaded = content("needs: [box]\n    expect: {fact: box.lock, eq: 'yes'}", platform="box")
    children, blind = discovered(loaded, (server(),), FactBase.of([fact("boxes", status=FactStatus.DENIED)]))
    assert children == ()
    assert "权限不足" in blind[0].cause


CAMPUS = "scope: campus\n    needs: [users]\n    each: {fact: users, subject: [name], none: pass}\n    expect: {field: age, unique: true}"


def test_a_campus_check_sees_all_servers_and_does_not_pass_while_one_is_missing():
    assets = (server("a-1"), server("b-1"))
    same = [fact("users", "wang\t7\n", "a-1"), fact("users", "li\t7\n", "b-1")]
    found = {f.subject: f.verdict for f in judged(content(CAMPUS), same, assets=assets)}
    assert found == {"a-1 wang": Verdict.FAIL, "b-1 li": Verdict.FAIL}
    one_missing = [fact("users", "wang\t7\n", "a-1"), fact("users", "", "b-1", FactStatus.DENIED)]
    found = {f.subject: f.verdict for f in judged(content(CAMPUS), one_missing, assets=assets)}
    assert found["a-1 wang"] is Verdict.UNKNOWN


def test_ids_hang_on_check_asset_subject_and_parameters_only():
    first = judged(content(EACH), [fact("users", "wang\t10\n")])
    later = judged(content(EACH), [fact("users", "zhao\t1\nwang\t99\n")])
    assert first[0].id in {f.id for f in later}
    other = judged(content(EACH), [fact("users", "wang\t10\n")], levels=(3,))
    assert first[0].id != other[0].id


texts = st.lists(
    st.tuples(st.sampled_from(["wang", "li", "zhao"]), st.sampled_from(["1", "45", "99", "x", ""])), max_size=4
).map(lambda rows: "".join(f"{n}\t{a}\n" for n, a in rows))
statuses = st.sampled_from([FactStatus.OK, FactStatus.DENIED, FactStatus.TIMEOUT, FactStatus.ABSENT])
LOADED = content(EACH, CAMPUS, LE)
ASSETS = (server("a-1"), server("b-1"), server("c-1"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(texts, statuses), min_size=3, max_size=3), st.integers(0, 999))
def test_the_order_of_facts_and_assets_does_not_matter(given_facts, seed):
    facts = [fact("users", t, a.id, s) for a, (t, s) in zip(ASSETS, given_facts, strict=True)]
    shuffled, assets = list(facts), list(ASSETS)
    random.Random(seed).shuffle(shuffled)  # noqa: S311
    random.Random(seed).shuffle(assets)  # noqa: S311
    assert judged(LOADED, facts, ASSETS) == judged(LOADED, shuffled, assets)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(texts, min_size=3, max_size=3),
    st.integers(0, 2),
    st.sampled_from(["denied", "timeout", "truncated", "failed"]),
)
def test_taking_evidence_away_never_makes_a_pass(given_texts, which, how):
    facts = [fact("users", t, a.id) for a, t in zip(ASSETS, given_texts, strict=True)]
    before = {f.id: f.verdict for f in judged(LOADED, facts, ASSETS)}
    facts[which] = fact("users", "", ASSETS[which].id, FactStatus(how))
    for finding in judged(LOADED, facts, ASSETS):
        if finding.verdict is Verdict.PASS:
            assert before.get(finding.id) is Verdict.PASS


@pytest.mark.parametrize("number", [1, 5])
def test_findings_of_one_asset_do_not_depend_on_the_others(number):
    facts = [fact("users", "wang\t10\n", a.id) for a in ASSETS]
    loaded = content(EACH)
    alone = [f for f in judged(loaded, facts[:1], ASSETS[:1]) if f.asset == "a-1"]
    together = [f for f in judged(loaded, facts[:number], ASSETS) if f.asset == "a-1"]
    assert alone == together
