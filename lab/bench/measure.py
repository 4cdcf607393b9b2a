"""Measuring two ways of the same work in turns: what happens to the machine meanwhile happens to both."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")


class UnequalWorkError(Exception):
    """The two ways did not do the same work: their times mean nothing. The only thing that fails a bench."""


def require(condition: bool, otherwise: str) -> None:
    """Raises UnequalWorkError, saying what is the matter, unless `condition` holds."""
    if not condition:
        raise UnequalWorkError(otherwise)


@dataclass(frozen=True)
class Row:
    """One line of the table. Values carry their unit as text; `measured` is compared with `goal`, lower is better."""

    what: str
    ours: str
    other: str
    measured: float
    shown: str
    goal: float | None
    note: str = ""

    @classmethod
    def ratio(cls, what: str, ours: float, other: float, goal: float | None) -> "Row":
        """Seconds of both ways and the ratio ours / other."""
        return cls(what, seconds(ours), seconds(other), ours / other, f"{ours / other:.2f}", goal)

    @classmethod
    def absolute(cls, what: str, value: float, unit: str, goal: float | None) -> "Row":
        """A figure that has no other side."""
        return cls(what, f"{value:.1f} {unit}", "", value, "", goal)

    @classmethod
    def skipped(cls, what: str, why: str) -> "Row":
        """A row that could not be measured here."""
        return cls(what, "", "", 0.0, "", None, why)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        return None if self.goal is None else self.measured <= self.goal


def compare(
    what: str,
    ours: Callable[[], T],
    other: Callable[[], T],
    *,
    pairs: int,
    goal: float | None,
    check: Callable[[T, T], None] | None = None,
) -> Row:
    """Run both in turns, once unmeasured and then `pairs` times; medians. Each pair must bring the same. Raises UnequalWorkError."""
    ours_s, other_s = [], []
    for number in range(pairs + 1):
        mine, took = timed(ours)
        theirs, took_other = timed(other)
        (check or _equal)(mine, theirs)
        if number:
            ours_s.append(took)
            other_s.append(took_other)
    return Row.ratio(what, median(ours_s), median(other_s), goal)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work returned, and its seconds of wall clock."""
    begun = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begun


def median_cpu_ms(work: Callable[[], object], times: int) -> float:
    """Median milliseconds of processor time of `times` runs, after one unmeasured: other work on the machine hardly counts."""

    def once() -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    return 1000 * median([once() for _ in range(times + 1)][1:])


def child_environment() -> dict[str, str]:
    """The environment of measured Python processes: compiled modules are kept, as on any user's machine."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(value: float) -> str:
    """A time as people read it."""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms" if value < 0.1 else f"{value * 1000:.0f} ms"


def _equal(ours: object, other: object) -> None:
    require(ours == other, "两边取得的不一样")
