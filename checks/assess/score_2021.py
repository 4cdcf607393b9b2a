"""Points by the 2021 report template: every shortfall costs its item's weight. Both ends while items are open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from checks.assess.settings import Scoring
from checks.model.assessment import Interval, ItemResult
from checks.model.verdict import Verdict

TECHNICAL = frozenset(("安全物理环境", "安全通信网络", "安全区域边界", "安全计算环境", "安全管理中心"))
_WORTH = {Verdict.PASS: 1.0, Verdict.PARTIAL: 0.5, Verdict.FAIL: 0.0}


@dataclass(frozen=True)
class _Loss:
    """What an item costs, in shares of 100/n, and whether it may still turn out not applicable."""

    technical: bool
    least: float
    most: float
    may_drop: bool


def score_2021(items: Sequence[ItemResult], scoring: Scoring) -> Interval:
    """M = Vt + Vm, V = max(0, 100·share − Σ f(w)·(1−x)·100/n), 0 to 100; nothing applicable: 0 to 100.

    An open item that turns out not applicable makes n smaller and every other shortfall dearer, so the low end is the
    lowest over all numbers of such items. Source: 2021 report template; `thirds` is a variant from published code.
    """
    losses = [_loss(i, scoring) for i in items if set(i.possible) != {Verdict.NOT_APPLICABLE}]
    if not losses:
        return Interval(low=0.0, high=100.0)
    high = _points(_split(losses, "least"), len(losses), scoring)
    return Interval(low=round(_lowest(losses, scoring), 2), high=round(high, 2))


def _loss(item: ItemResult, scoring: Scoring) -> _Loss:
    low, high = _worth(item, scoring)
    weight = scoring.weight(item.item) / (3 if scoring.score_2021.formula == "thirds" else 1)
    may_drop = Verdict.NOT_APPLICABLE in item.possible
    return _Loss(item.layer in TECHNICAL, weight * (1 - high), weight * (1 - low), may_drop)


def _worth(item: ItemResult, scoring: Scoring) -> tuple[float, float]:
    """x of an item, lowest and highest: by its verdict, or as the mean over its records."""
    counting = [ends for ends in (_ends(record.possible) for record in item.records) if ends]
    if scoring.score_2021.unit == "average" and counting and not item.determination:
        return sum(low for low, _ in counting) / len(counting), sum(high for _, high in counting) / len(counting)
    return _ends(item.possible) or (0.0, 1.0)


def _ends(possible: Iterable[Verdict]) -> tuple[float, float] | None:
    worth = [_WORTH[v] for v in possible if v in _WORTH]
    return (min(worth), max(worth)) if worth else None


def _split(losses: Iterable[_Loss], end: str) -> tuple[float, float]:
    lost = {True: 0.0, False: 0.0}
    for loss in losses:
        lost[loss.technical] += getattr(loss, end)
    return lost[True], lost[False]


def _points(lost: tuple[float, float], n: int, scoring: Scoring) -> float:
    technical, management = (100 / n * part for part in lost)
    if scoring.score_2021.formula == "thirds":
        return max(0.0, 100 - technical - management)
    y = scoring.score_2021.y
    return max(0.0, 100 * y - technical) + max(0.0, 100 * (1 - y) - management)


def _lowest(losses: Sequence[_Loss], scoring: Scoring) -> float:
    """Dropping the cheapest of the items that may drop leaves the most lost, so only their number has to be tried."""
    technical, management = _split(losses, "most")
    saved = [
        list(accumulate(sorted(x.most for x in losses if x.may_drop and x.technical is part), initial=0.0))
        for part in (True, False)
    ]
    return min(
        _points((technical - t, management - m), n, scoring)
        for dropped_t, t in enumerate(saved[0])
        for dropped_m, m in enumerate(saved[1])
        if (n := len(losses) - dropped_t - dropped_m) > 0
    )
