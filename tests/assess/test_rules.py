"""How aspects join: the standard's rules, and properties that keep a verdict from being better than its evidence."""

from hypothesis import given
from hypothesis import strategies as st

from checks.assess.rules import OPEN, over_assets, restricted, verdicts
from checks.model.catalogue import RuleGroup
from checks.model.verdict import Verdict

P, H, F, N = Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL, Verdict.NOT_APPLICABLE
ALL = RuleGroup(kind="all", parts=("a", "b"))
ANY = RuleGroup(kind="any", parts=("a", "b"))
SINGLE = RuleGroup(kind="single", parts=("a", "b"))


def joined(rule: RuleGroup, **answers: str) -> set[Verdict]:
    return set(verdicts(rule, {k: OPEN if v == "open" else frozenset((v,)) for k, v in answers.items()}))


def test_all():
    assert joined(ALL, a="yes", b="yes") == {P}
    assert joined(ALL, a="yes", b="no") == {H}
    assert joined(ALL, a="partly", b="no") == {H}
    assert joined(ALL, a="no", b="no") == {F}
    assert joined(ALL, a="yes", b="not-applicable") == {P}
    assert joined(ALL, a="not-applicable", b="not-applicable") == {N}


def test_any_and_single_know_no_partial():
    assert joined(ANY, a="no", b="yes") == {P}
    assert joined(ANY, a="partly", b="no") == {F}
    assert joined(SINGLE, a="yes", b="no") == {F}
    assert joined(SINGLE, a="yes", b="partly") == {F}
    assert joined(SINGLE, a="yes", b="yes") == {P}


def test_what_is_open_stays_open_unless_it_makes_no_difference():
    assert joined(ALL, a="yes", b="open") == {P, H}
    assert joined(ALL, a="no", b="open") == {H, F}
    assert joined(SINGLE, a="no", b="open") == {F}
    assert joined(ANY, a="yes", b="open") == {P}


def test_one_aspect_left_at_a_level_is_a_single_content():
    left = restricted(ALL, frozenset(("a",)))
    assert left is not None
    assert joined(left, a="partly") == {F}


def test_the_nested_rule_of_malware_protection_at_level_three():
    any_of = (
        RuleGroup(kind="any", parts=("installed", "trusted")),
        RuleGroup(kind="any", parts=("updated", "trusted")),
    )
    rule = RuleGroup(kind="all", parts=(*any_of, "blocked"))
    assert joined(rule, installed="no", updated="no", trusted="yes", blocked="yes") == {P}
    assert joined(rule, installed="yes", updated="no", trusted="no", blocked="yes") == {H}
    level_two = restricted(rule, frozenset(("installed", "updated")))
    assert level_two is not None
    assert joined(level_two, installed="yes", updated="yes") == {P}


def test_an_item_over_its_assets():
    assert over_assets((frozenset((P,)), frozenset((P,)))) == {P}
    assert over_assets((frozenset((F,)), frozenset((F,)))) == {F}
    assert over_assets((frozenset((P,)), frozenset((F,)))) == {H}
    assert over_assets((frozenset((P,)), frozenset((N,)))) == {P}
    assert over_assets((frozenset((N,)),)) == {N}
    assert over_assets((frozenset((P,)), frozenset((P, F)))) == {P, H}


ANSWERS = ("yes", "partly", "no", "not-applicable")
possible = st.frozensets(st.sampled_from(ANSWERS), min_size=1)
rules = st.sampled_from(
    [ALL, ANY, SINGLE, RuleGroup(kind="all", parts=(ANY, "c")), RuleGroup(kind="any", parts=(ALL, "c"))]
)


@given(rules, possible, possible, possible, st.sampled_from("abc"), possible)
def test_less_evidence_never_rules_a_verdict_out(rule, a, b, c, which, more):
    """Widening what an aspect may be keeps every verdict that was possible: missing evidence decides nothing."""
    known = {"a": a, "b": b, "c": c}
    wider = {**known, which: known[which] | more}
    assert verdicts(rule, known) <= verdicts(rule, wider)


@given(rules, possible, possible, possible)
def test_conforming_needs_evidence(rule, a, b, c):
    """符合 alone is only ever reached when no aspect that matters is open."""
    result = verdicts(rule, {"a": a, "b": b, "c": c})
    every_open = verdicts(rule, {"a": OPEN, "b": OPEN, "c": OPEN})
    assert result
    assert every_open != {P}


@given(st.lists(st.frozensets(st.sampled_from((P, H, F, N)), min_size=1), min_size=1, max_size=6), st.randoms())
def test_the_order_of_assets_does_not_matter(records, random):
    shuffled = list(records)
    random.shuffle(shuffled)
    assert over_assets(tuple(records)) == over_assets(tuple(shuffled))


@given(st.lists(st.frozensets(st.sampled_from((P, H, F, N)), min_size=1), min_size=1, max_size=6))
def test_another_conforming_asset_never_turns_an_item_into_conforming(records):
    if over_assets(tuple(records)) & {P, N}:
        return
    assert P not in over_assets((*records, frozenset((P,))))
