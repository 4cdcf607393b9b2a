"""The aspects of an item over its assets: alike answers stand together, so that fifty servers make one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from checks.model.assessment import Answer, AspectResult, Attestation, ItemResult
from checks.model.finding import Finding
from checks.model.verdict import Verdict

LINKS = 3
"""Findings linked from one asset of one aspect; the asset's own section lists the rest."""

_ANSWER_VERDICT: dict[Answer, Verdict] = {
    "yes": Verdict.PASS,
    "partly": Verdict.PARTIAL,
    "no": Verdict.FAIL,
    "not-applicable": Verdict.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Place:
    """One asset of a group and the findings to read about it, worst first."""

    asset: str
    findings: tuple[Finding, ...]
    more: int


@dataclass(frozen=True, slots=True)
class AspectLine:
    """One aspect with one state, on the assets that share it."""

    title: str
    answer: Answer | None
    """None while open."""
    open_because: str
    who: str
    question: str
    attestation: Attestation | None
    places: tuple[Place, ...]

    @property
    def colour(self) -> Verdict:
        """The verdict whose colour the answer is shown in."""
        if self.answer is not None:
            return _ANSWER_VERDICT[self.answer]
        return Verdict.MANUAL if self.open_because == "manual" else Verdict.UNKNOWN


@dataclass(frozen=True, slots=True)
class Known:
    """The run's findings in reading order (worst first), and where in it each id stands."""

    findings: tuple[Finding, ...]
    position: Mapping[str, int]
    _asked: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, ordered: Mapping[str, Finding]) -> "Known":
        """From findings that stand in reading order."""
        return cls(tuple(ordered.values()), {key: number for number, key in enumerate(ordered)})

    def positions(self, aspect: AspectResult) -> tuple[int, ...]:
        """Where the findings an aspect rests on stand, worst first; ids that are not in the run are passed over.

        Systems that share an asset, and items that share a topic, ask for the same ones.
        """
        asked = (aspect.findings, aspect.indications)
        if asked not in self._asked:
            found = {self.position[key] for key in chain(*asked) if key in self.position}
            self._asked[asked] = tuple(sorted(found))
        return self._asked[asked]


def aspect_lines(item: ItemResult, known: Known) -> tuple[AspectLine, ...]:
    """The lines of an item, aspects in the order they first occur."""
    titles: dict[str, dict[tuple[object, ...], list[tuple[str, AspectResult]]]] = {}
    for record in item.records:
        for aspect in record.aspects:
            said = _said(aspect.attestation)
            state = (aspect.possible, aspect.open_because, aspect.who, aspect.question, said)
            titles.setdefault(aspect.aspect, {}).setdefault(state, []).append((record.asset, aspect))
    return tuple(_line(group, known) for states in titles.values() for group in states.values())


def _said(attestation: Attestation | None) -> tuple[str, ...] | None:
    """What makes two attestations read alike; the asset they speak of stands beside them anyway."""
    if attestation is None:
        return None
    return (attestation.answer, attestation.by, str(attestation.on), attestation.reason, *attestation.evidence)


def _line(group: list[tuple[str, AspectResult]], known: Known) -> AspectLine:
    first = group[0][1]
    decided = len(first.possible) == 1
    return AspectLine(
        title=first.title,
        answer=first.possible[0] if decided else None,
        open_because="" if decided else first.open_because,
        who=first.who,
        question=first.question,
        attestation=first.attestation,
        places=tuple(_place(asset, known.positions(aspect), known.findings) for asset, aspect in group),
    )


def _place(asset: str, positions: Sequence[int], findings: tuple[Finding, ...]) -> Place:
    worst = tuple(findings[at] for at in positions[:LINKS])
    return Place(asset, worst, max(0, len(positions) - LINKS))
