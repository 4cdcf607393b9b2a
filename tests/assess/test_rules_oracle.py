"""The rules against an oracle that is written from the words of the standard, over every small case."""

from itertools import combinations, product

import pytest

from checks.assess.rules import over_assets, restricted, verdicts
from checks.model.catalogue import RuleGroup
from checks.model.verdict import Verdict

ANSWERS = ("yes", "partly", "no", "not-applicable")
SETS = tuple(frozenset(c) for n in range(1, 5) for c in combinations(ANSWERS, n))
DECIDED = (Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL, Verdict.NOT_APPLICABLE)


def by_words(kind: str, answers: tuple[str, ...]) -> Verdict:
    """都做到为符合，都没做到为不符合，其余为部分符合；any 做到一个即符合；single 没有部分符合；不适用的去掉。"""
    asked = [a for a in answers if a != "not-applicable"]
    if not asked:
        return Verdict.NOT_APPLICABLE
    met, unmet = asked.count("yes"), asked.count("no")
    if kind == "any":
        return Verdict.PASS if met else Verdict.FAIL
    if met == len(asked):
        return Verdict.PASS
    return Verdict.PARTIAL if kind == "all" and unmet < len(asked) else Verdict.FAIL


@pytest.mark.parametrize("kind", ["all", "any", "single"])
@pytest.mark.parametrize("size", [1, 2])
def test_flat_rules_over_every_set_of_answers(kind, size):
    names = "ab"[:size]
    for sets in product(SETS, repeat=size):
        expected = {by_words(kind, answers) for answers in product(*sets)}
        assert verdicts(RuleGroup(kind=kind, parts=tuple(names)), dict(zip(names, sets, strict=True))) == expected, sets


@pytest.mark.parametrize("kind", ["all", "any", "single"])
def test_flat_rules_over_every_answer_to_three_aspects(kind):
    for answers in product(ANSWERS, repeat=3):
        known = {name: frozenset((answer,)) for name, answer in zip("abc", answers, strict=True)}
        assert verdicts(RuleGroup(kind=kind, parts=("a", "b", "c")), known) == {by_words(kind, answers)}, answers


def test_the_shared_aspect_of_a_nested_rule_is_one_aspect_not_two():
    """`trusted` stands in both groups: it cannot be met in one and unmet in the other."""
    groups = tuple(RuleGroup(kind="any", parts=(name, "trusted")) for name in ("installed", "updated"))
    rule = RuleGroup(kind="all", parts=groups)
    no, either = frozenset(("no",)), frozenset(("yes", "no"))
    assert verdicts(rule, {"installed": no, "updated": no, "trusted": either}) == {Verdict.PASS, Verdict.FAIL}


@pytest.mark.parametrize("kind", ["all", "any"])
def test_one_aspect_left_answered_in_part_does_not_conform_and_is_not_partial(kind):
    left = restricted(RuleGroup(kind=kind, parts=("a", "b")), frozenset("b"))
    assert left is not None
    assert verdicts(left, {"b": frozenset(("partly",))}) == {Verdict.FAIL}


def item_by_words(records: tuple[Verdict, ...]) -> Verdict:
    asked = {r for r in records if r is not Verdict.NOT_APPLICABLE}
    if not asked:
        return Verdict.NOT_APPLICABLE
    return asked.pop() if len(asked) == 1 else Verdict.PARTIAL


def test_an_item_over_up_to_three_assets_over_every_set_of_verdicts():
    sets = tuple(frozenset(c) for n in range(1, 5) for c in combinations(DECIDED, n))
    for size in (1, 2, 3):
        for records in product(sets, repeat=size):
            expected = {item_by_words(chosen) for chosen in product(*records)}
            assert over_assets(records) == expected, records
