"""The parts of the report in the order they are read. A new part is a line here, a template and a word for its heading."""

from collections.abc import Callable
from dataclasses import dataclass

from checks.model.operation import Operation
from checks.model.run import Run


@dataclass(frozen=True, slots=True)
class Told:
    """What a report tells of: a run, and what stands beside it in its folder."""

    run: Run
    operations: tuple[Operation, ...] = ()


def _always(_: Told) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Section:
    """`key` is the word of its heading and names its template `key.html.j2`; its address is the key with `-` for `_`."""

    key: str
    count: Callable[[Told], int] | None = None
    """The number beside its name in the navigation."""
    shown: Callable[[Told], bool] = _always
    """A part that has nothing to say in most reports shows itself only when it has."""

    @property
    def address(self) -> str:
        return self.key.replace("_", "-")


SECTIONS = (
    Section("overview"),
    Section("fix_first", count=lambda told: len(told.run.fix_first)),
    Section("high_risk"),
    Section("not_covered", count=lambda told: len(told.run.not_covered)),
    Section("people"),
    Section("items"),
    Section("findings", count=lambda told: len(told.run.findings)),
    Section("gathering"),
    Section("operations", count=lambda told: len(told.operations), shown=lambda told: bool(told.operations)),
)


def sections_of(told: Told) -> tuple[Section, ...]:
    """The parts this report has."""
    return tuple(section for section in SECTIONS if section.shown(told))
