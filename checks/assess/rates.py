"""Counts and rates. While items are open a rate is an interval over all applicable items (scoring §7)."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from checks.model.assessment import Counts, Interval, ItemResult, LayerRate
from checks.model.verdict import Verdict


class Judged(Protocol):
    """An item or a record: its verdict and what is still possible."""

    @property
    def verdict(self) -> Verdict: ...

    @property
    def possible(self) -> tuple[Verdict, ...]: ...


def count(results: Iterable[Judged]) -> Counts:
    """How many stand where. Every result is counted exactly once."""
    found = dict.fromkeys(Counts.model_fields, 0)
    for result in results:
        found["total"] += 1
        for name in _places(result):
            found[name] += 1
    return Counts(**found)


_DECIDED = {
    Verdict.PASS: "passed",
    Verdict.PARTIAL: "partial",
    Verdict.FAIL: "fail",
    Verdict.NOT_APPLICABLE: "not_applicable",
}


def _places(result: Judged) -> tuple[str, ...]:
    if len(result.possible) == 1:
        return (_DECIDED[result.possible[0]],)
    if Verdict.PASS not in result.possible:
        return ("undecided_failure",)
    return ("open", "unknown" if result.verdict is Verdict.UNKNOWN else "manual")


def rate(results: Sequence[Judged], partial_weight: float = 0.0) -> Interval:
    """Rate in % to two decimals, for people; conclusions are drawn from `exact_rate`."""
    exact = exact_rate(results, partial_weight)
    return Interval(low=round(exact.low, 2), high=round(exact.high, 2))


def exact_rate(results: Sequence[Judged], partial_weight: float = 0.0) -> Interval:
    """符合 ÷ applicable in %, partial counting `partial_weight`; both ends while items are open.

    Nothing applicable: nothing is known, 0 to 100. What turns out not applicable later stays inside the interval.
    """
    counting = [r.possible for r in results if set(r.possible) != {Verdict.NOT_APPLICABLE}]
    if not counting:
        return Interval(low=0.0, high=100.0)
    low = sum(min(_worth(v, partial_weight) for v in _applicable(p)) for p in counting)
    high = sum(max(_worth(v, partial_weight) for v in _applicable(p)) for p in counting)
    return Interval(low=100 * low / len(counting), high=100 * high / len(counting))


def _applicable(possible: tuple[Verdict, ...]) -> list[Verdict]:
    return [v for v in possible if v is not Verdict.NOT_APPLICABLE]


def _worth(verdict: Verdict, partial_weight: float) -> float:
    return {Verdict.PASS: 1.0, Verdict.PARTIAL: partial_weight}.get(verdict, 0.0)


def by_layer(items: Sequence[ItemResult]) -> tuple[LayerRate, ...]:
    """Counts and rate of each layer, in the standard's order (the order of the items)."""
    layers = dict.fromkeys(item.layer for item in items)
    return tuple(
        LayerRate(layer=layer, counts=count(own), rate=rate(own))
        for layer in layers
        if (own := [item for item in items if item.layer == layer])
    )
