"""What findings make of an aspect: never better than the evidence."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from checks.assess.aspects import by_findings
from checks.assess.rules import OPEN
from checks.model.finding import Finding
from checks.model.verdict import Severity, Verdict

number = itertools.count()


def finding(verdict: Verdict) -> Finding:
    return Finding(id=f"F-{next(number)}", check="c", asset="a", verdict=verdict, severity=Severity.LOW)


def answers(*verdicts: Verdict, may_not_apply: bool = False) -> set[str]:
    return set(by_findings(tuple(map(finding, verdicts)), may_not_apply=may_not_apply))


def test_what_findings_say():
    assert answers(Verdict.PASS, Verdict.PASS) == {"yes"}
    assert answers(Verdict.PASS, Verdict.FAIL) == {"partly"}
    assert answers(Verdict.PARTIAL) == {"partly"}
    assert answers(Verdict.FAIL, Verdict.FAIL) == {"no"}
    assert answers(Verdict.PASS, Verdict.UNKNOWN) == {"yes", "partly"}
    assert answers(Verdict.FAIL, Verdict.UNKNOWN) == {"partly", "no"}
    assert answers(Verdict.UNKNOWN) == set(OPEN)
    assert answers() == set(OPEN)


def test_not_applicable_needs_a_rule():
    assert answers(Verdict.NOT_APPLICABLE) == set(OPEN)
    assert answers(Verdict.NOT_APPLICABLE, may_not_apply=True) == {"not-applicable"}
    assert answers(Verdict.NOT_APPLICABLE, Verdict.FAIL, may_not_apply=True) == {"no"}


verdicts = st.lists(
    st.sampled_from([Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE]), min_size=1
)


@given(verdicts)
def test_a_trivial_passing_check_never_improves_an_aspect(found):
    """Where something already counts, one more pass cannot make «yes» possible that was not."""
    if all(v is Verdict.NOT_APPLICABLE for v in found):
        return
    assert ("yes" in answers(*found, Verdict.PASS)) <= ("yes" in answers(*found))


@given(verdicts, st.integers(0, 50))
def test_losing_evidence_never_gives_a_better_answer(found, which):
    lost = list(found)
    lost[which % len(found)] = Verdict.UNKNOWN
    assert answers(*lost) != {"yes"}


@given(verdicts, st.randoms())
def test_the_order_of_findings_does_not_matter(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert answers(*found) == answers(*shuffled)
