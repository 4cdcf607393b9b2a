"""The worked examples of the scoring notes, through the real functions."""

import itertools

import pytest

from audit.content import read_baselines
from checks.assess.conclusion import conclude_2021, conclude_2025
from checks.assess.rates import count, rate
from checks.assess.score_2021 import score_2021
from checks.model.assessment import CaseResult, ItemResult, RecordResult
from checks.model.verdict import Verdict

SCORING = read_baselines().scoring
P, H, F, N = (Verdict.PASS,), (Verdict.PARTIAL,), (Verdict.FAIL,), (Verdict.NOT_APPLICABLE,)
OPEN = (Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL)


def items(*groups: tuple[int, str, tuple[Verdict, ...]]) -> list[ItemResult]:
    made = []
    for number, layer, possible in groups:
        for _ in range(number):
            verdict = possible[0] if len(possible) == 1 else Verdict.MANUAL
            made.append(
                ItemResult(
                    item=f"{layer}-{len(made)}",
                    topic="t",
                    level=2,
                    layer=layer,
                    control_point="c",
                    summary="s",
                    verdict=verdict,
                    automatic=verdict,
                    possible=possible,
                    records=(),
                )
            )
    return made


def case(kind: str, state: str) -> CaseResult:
    return CaseResult(case="c", title="t", kind=kind, state=state, items=())


TECH, MANAGE = "安全计算环境", "安全管理制度"


@pytest.fixture
def example():
    """§6: 45 items, 5 not applicable; technical 24 (4 with problems), management 16 (4 with problems)."""
    made = items(
        (1, TECH, F), (2, TECH, H), (1, TECH, F), (20, TECH, P), (2, MANAGE, F), (2, MANAGE, H), (12, MANAGE, P), (5, TECH, N)
    )  # fmt: skip
    importance = {made[0].item: 3, made[1].item: 2, made[2].item: 2, made[24].item: 2, made[25].item: 2}
    return made, SCORING.model_copy(update={"importance": importance})


def test_the_2021_example(example):
    made, scoring = example
    assert score_2021(made, scoring).model_dump() == {"low": 72.5, "high": 72.5}
    assert conclude_2021(made, [], scoring).label == "中"
    assert conclude_2021(made, [case("case", "hit")], scoring).label == "差"


def test_the_2025_example(example):
    made, scoring = example
    assert rate(made).low == 80.0
    assert rate(made, 0.5).low == 85.0
    for cases in ([], [case("case", "hit")], [case("major-hazard", "hit")]):
        assert conclude_2025(made, [], cases, scoring).label == "基本符合"


def test_the_bound_example():
    made = items((36, TECH, P), (4, TECH, H))
    assert (rate(made).low, rate(made, 0.5).low) == (90.0, 95.0)
    assert conclude_2025(made, [], [], SCORING).label == "符合"
    assert conclude_2025(made, [], [case("major-hazard", "hit")], SCORING).label == "基本符合"
    assert conclude_2025(made, [], [case("major-hazard", "cannot-tell")], SCORING).label == "未定"
    strict = SCORING.model_copy(update={"rate": SCORING.rate.model_copy(update={"upper_inclusive": False})})
    assert conclude_2025(made, [], [], strict).label == "基本符合"


def test_the_floor_example():
    made = items((2, TECH, F), (2, MANAGE, P))
    scoring = SCORING.model_copy(update={"importance": {made[0].item: 3, made[1].item: 3}})
    assert score_2021(made, scoring).low == 50.0


@pytest.mark.parametrize(
    ("passed", "open_", "low", "high", "label"),
    [(100, 15, 76.92, 88.46, "基本符合"), (110, 12, 84.62, 93.85, "未定")],
)
def test_open_items_make_an_interval(passed, open_, low, high, label):
    rest = 130 - passed - open_
    made = items((passed, TECH, P), (open_, TECH, OPEN), (rest, TECH, F), (5, TECH, N))
    assert len(made) == 135
    found = conclude_2025(made, [], [], SCORING)
    assert (found.figure.low, found.figure.high, found.label) == (low, high, label)


def test_an_item_that_cannot_conform_any_more_is_not_open():
    made = items((1, TECH, (Verdict.PARTIAL, Verdict.FAIL)), (1, TECH, OPEN), (1, TECH, P))
    counts = count(made)
    assert (counts.open, counts.undecided_failure, counts.passed, counts.total) == (1, 1, 1, 3)
    assert (rate(made).low, rate(made).high) == (33.33, 66.67)


def test_nothing_leaves_the_count():
    made = items(
        (3, TECH, P),
        (2, TECH, H),
        (1, TECH, F),
        (4, TECH, N),
        (5, TECH, OPEN),
        (6, TECH, (Verdict.PARTIAL, Verdict.FAIL)),
    )
    counts = count(made)
    parts = (counts.passed, counts.partial, counts.fail, counts.not_applicable, counts.open, counts.undecided_failure)
    assert sum(parts) == counts.total == 21
    assert counts.manual + counts.unknown == counts.open


def with_settings(part: str, **changes: object):
    return SCORING.model_copy(update={part: getattr(SCORING, part).model_copy(update=changes)})


def test_the_variant_of_the_2021_example(example):
    made, scoring = example
    thirds = scoring.model_copy(update={"score_2021": scoring.score_2021.model_copy(update={"formula": "thirds"})})
    assert score_2021(made, thirds).model_dump() == {"low": 90.83, "high": 90.83}


def test_the_bound_example_when_partial_counts_half():
    made = items((36, TECH, P), (4, TECH, H))
    half = with_settings("rate", partial_weight=0.5)
    found = conclude_2025(made, [], [], half)
    assert (found.figure.low, found.label) == (95.0, "符合")


def test_half_counting_takes_the_lowest_and_the_highest_still_possible():
    made = items((1, TECH, (Verdict.PARTIAL, Verdict.FAIL)), (1, TECH, OPEN), (2, TECH, P))
    assert (rate(made, 0.5).low, rate(made, 0.5).high) == (50.0, 87.5)


def test_rounding_for_people_never_lifts_a_rate_over_the_bound():
    made = items((22499, TECH, P), (2501, TECH, F))
    found = conclude_2025(made, [], [], SCORING)
    assert (found.figure.low, found.label) == (90.0, "基本符合")


def test_a_hazard_brings_both_ends_into_one_class():
    made = items((17, TECH, P), (2, TECH, OPEN), (1, TECH, F))
    assert conclude_2025(made, [], [], SCORING).label == "未定"
    assert conclude_2025(made, [], [case("major-hazard", "hit")], SCORING).label == "基本符合"


def test_when_nothing_applies_nothing_is_concluded():
    made = items((3, TECH, N))
    assert (rate(made).low, rate(made).high) == (0.0, 100.0)
    assert conclude_2025(made, [], [], SCORING).label == "未定"
    assert conclude_2021(made, [], SCORING).label == "未定"


def test_what_turns_out_not_applicable_stays_inside_the_interval():
    """Every way the open items may turn out, against the interval reported before."""
    either = (*OPEN, Verdict.NOT_APPLICABLE)
    made = items((2, TECH, P), (1, TECH, F), (2, TECH, either), (1, MANAGE, F), (2, MANAGE, P), (2, MANAGE, either))
    open_ones = [n for n, i in enumerate(made) if len(i.possible) > 1]
    for part in (SCORING, with_settings("score_2021", formula="thirds")):
        scoring = part.model_copy(update={"importance": {made[2].item: 3, made[5].item: 2, made[3].item: 2}})
        before, reached = score_2021(made, scoring), []
        for turned in itertools.product(either, repeat=len(open_ones)):
            done = list(made)
            for n, verdict in zip(open_ones, turned, strict=True):
                done[n] = made[n].model_copy(update={"possible": (verdict,)})
            reached.append(score_2021(done, scoring).low)
            assert rate(made).low <= rate(done).low <= rate(made).high
        assert (min(reached), max(reached)) == (before.low, before.high)


def test_without_a_problem_there_is_no_medium_risk():
    assert conclude_2021(items((4, TECH, P), (4, MANAGE, P)), [], SCORING).label == "优"
    nearly = items((19, TECH, P), (1, TECH, H), (20, MANAGE, P))
    assert conclude_2021(nearly, [], SCORING).label == "未定"
    assert "可能的结论：优、良" in conclude_2021(nearly, [], SCORING).reasons
    assert conclude_2021(nearly, [case("case", "cannot-tell")], SCORING).reasons[-1] == "可能的结论：优、良、差"


def test_an_item_over_several_assets_may_count_by_their_mean():
    one = items((1, TECH, H), (1, MANAGE, P))
    rows = tuple(
        RecordResult(asset=f"a{n}", asset_class="server", verdict=v, possible=(v,), aspects=())
        for n, v in enumerate((Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE))
    )
    made = [one[0].model_copy(update={"records": rows}), one[1]]
    assert score_2021(made, SCORING).low == 75.0
    assert score_2021(made, with_settings("score_2021", unit="average")).low == 87.5
