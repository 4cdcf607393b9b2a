"""The bars of the page: where each part starts and how wide it is, in percent of the width."""

from collections.abc import Iterator
from dataclasses import dataclass

from checks.model.assessment import Conclusion, Counts, Interval

MARKS = {"2025": (60, 90), "2021": (70, 80, 90)}
"""Where each method's conclusion changes: drawn as ticks, decided elsewhere."""
HAIR = 0.8
"""The width at which a figure without an interval can still be seen."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a stacked bar: a word's key, how many, where."""

    key: str
    count: int
    start: float
    width: float


def counted(counts: Counts) -> Iterator[tuple[str, int]]:
    """The counts as parts of a whole: open ones by what they wait for, the rest of them as `open`."""
    manual = min(counts.manual, counts.open)
    unknown = min(counts.unknown, counts.open - manual)
    yield "passed", counts.passed
    yield "partial", counts.partial
    yield "undecided_failure", counts.undecided_failure
    yield "fail", counts.fail
    yield "manual", manual
    yield "unknown", unknown
    yield "open", counts.open - manual - unknown
    yield "not_applicable", counts.not_applicable


def stacked(counts: Counts) -> tuple[Part, ...]:
    """The parts of a bar, left to right; they fill it however the total was counted."""
    parts = [(key, count) for key, count in counted(counts) if count > 0]
    total = sum(count for _, count in parts)
    placed, before = [], 0
    for key, count in parts:
        placed.append(Part(key, count, round(100 * before / total, 2), round(100 * count / total, 2)))
        before += count
    return tuple(placed)


def legend(counts: Counts) -> list[tuple[str, int]]:
    """Every usual state with its number, the two unusual ones only where they occur."""
    return [(key, count) for key, count in counted(counts) if count or key not in ("undecided_failure", "open")]


def span(figure: Interval) -> tuple[float, float]:
    """(start, width) of an interval on a scale of 0 to 100."""
    low, high = (min(100.0, max(0.0, end)) for end in (figure.low, figure.high))
    width = max(HAIR, high - low)
    return round(min(low, 100 - width), 2), round(width, 2)


def marks(conclusion: Conclusion) -> tuple[int, ...]:
    """The ticks of a conclusion's scale."""
    return MARKS[conclusion.method]
