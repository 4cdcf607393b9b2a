"""The parts of the report in the order they are read. A new part is a line here, a template and a word for its heading."""

from collections.abc import Callable
from dataclasses import dataclass

from checks.model.comparison import Comparison
from checks.model.operation import Operation
from checks.model.run import Run


@dataclass(frozen=True, slots=True)
class Told:
    """What a report tells of: a run, and what stands beside it in its folder."""

    run: Run
    operations: tuple[Operation, ...] = ()
    comparison: Comparison | None = None
    """With the run before."""


def _always(_: Told) -> bool:
    return True


def _newly_failing(told: Told) -> int:
    return len(told.comparison.of("new")) if told.comparison else 0


@dataclass(frozen=True, slots=True)
class Section:
    """`key` is the word of its heading and names its template `key.html.j2`; its address is the key with `-` for `_`.

    A heading too long for the navigation has a short word `nav_key` as well.
    """

    key: str
    count: Callable[[Told], int] | None = None
    """The number beside its name in the navigation."""
    shown: Callable[[Told], bool] = _always
    """A part that has nothing to say in most reports shows itself only when it has."""

    searched: bool = False
    """Whether search and filters look through it; the parts they do not are put away while one is asked for."""

    @property
    def address(self) -> str:
        return self.key.replace("_", "-")


SECTIONS = (
    Section("overview"),
    Section("fix_first", count=lambda told: len(told.run.fix_first), searched=True),
    Section("changes", count=_newly_failing, shown=lambda told: told.comparison is not None),
    Section("high_risk"),
    Section("not_covered", count=lambda told: len(told.run.not_covered)),
    Section("waivers", count=lambda told: len(told.run.waivers), shown=lambda told: bool(told.run.waivers)),
    Section("people"),
    Section("items", searched=True),
    Section("findings", count=lambda told: len(told.run.findings), searched=True),
    Section("gathering"),
    Section("operations", shown=lambda told: bool(told.operations)),
)


def sections_of(told: Told) -> tuple[Section, ...]:
    """The parts this report has."""
    return tuple(section for section in SECTIONS if section.shown(told))
