"""Which finding of the newer run is which of the older one."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import zip_longest
from typing import NamedTuple

from checks.model.finding import Finding


class Pair(NamedTuple):
    """The same finding in both runs, or one that stands in one of them only."""

    before: Finding | None
    after: Finding | None


def pairs(old: Iterable[Finding], new: Iterable[Finding]) -> list[Pair]:
    """Findings paired by id, the rest by check, asset and subject.

    Ids hold the thresholds: a tightened one gives the same question a new id, which must not read as a new problem.
    """
    before, after = {f.id: f for f in old}, {f.id: f for f in new}
    same = [Pair(before[key], after[key]) for key in before if key in after]
    left: dict[tuple[str, str, str], tuple[list[Finding], list[Finding]]] = defaultdict(lambda: ([], []))
    for side, (mine, other) in enumerate(((before, after), (after, before))):
        for key, finding in mine.items():
            if key not in other:
                left[finding.check, finding.asset, finding.subject][side].append(finding)
    return same + [pair for gone, come in left.values() for pair in _by_level(gone, come)]


def _by_level(gone: list[Finding], come: list[Finding]) -> Iterable[Pair]:
    """The same question with other thresholds: level by level, then whatever is left in order."""
    at = {finding.levels: finding for finding in come}
    matched = [(finding, at.pop(finding.levels)) for finding in gone if finding.levels in at]
    taken = {before.id for before, _ in matched} | {after.id for _, after in matched}
    rest = zip_longest((f for f in gone if f.id not in taken), (f for f in come if f.id not in taken))
    return [Pair(*pair) for pair in (*matched, *rest)]
