"""What the page filters by, as small numbers in its rows: of thousands of rows every byte counts.

A finding belongs to an item when its kind (its check at its levels) and its asset are both among the item's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from checks.model.assessment import ItemResult
from checks.model.finding import Finding
from checks.model.run import FixTask
from reports.aspects import Known


class Numbers(dict[object, int]):
    """Things numbered in the order they are first asked for."""

    def __missing__(self, key: object) -> int:
        self[key] = number = len(self)
        return number


@dataclass(frozen=True, slots=True)
class Facets:
    """The numbers of one page."""

    known: Known
    kinds: Numbers = field(default_factory=Numbers)
    assets: Numbers = field(default_factory=Numbers)
    _used: dict[tuple[int, ...], tuple[set[int], set[int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, known: Known, assets: Iterable[str]) -> "Facets":
        """With the assets numbered as they stand."""
        made = cls(known)
        for asset in assets:
            _ = made.assets[asset]
        return made

    def kind(self, finding: Finding) -> int:
        """The number all findings of one check at the same levels share."""
        return self.kinds[finding.check, finding.levels]

    def of_item(self, item: ItemResult) -> tuple[str, str]:
        """The kinds of findings an item rests on, and the assets it was looked at on: numbers with spaces between."""
        asked = {self.known.positions(aspect) for record in item.records for aspect in record.aspects}
        used = [self._numbers(positions) for positions in asked]
        kinds = set[int]().union(*(kinds for kinds, _ in used))
        assets = {self.assets[record.asset] for record in item.records}.union(*(assets for _, assets in used))
        return _written(kinds), _written(assets)

    def of_task(self, task: FixTask) -> str:
        """The kinds of findings a task puts right."""
        found = (self.known.position[key] for key in task.findings if key in self.known.position)
        return _written({self.kind(self.known.findings[at]) for at in found})

    def _numbers(self, positions: tuple[int, ...]) -> tuple[set[int], set[int]]:
        """The kinds and assets of some findings; the items of a topic ask for the same ones."""
        if positions not in self._used:
            found = [self.known.findings[at] for at in positions]
            self._used[positions] = ({self.kind(f) for f in found}, {self.assets[f.asset] for f in found})
        return self._used[positions]


def _written(numbers: Iterable[int]) -> str:
    return " ".join(map(str, sorted(numbers)))
