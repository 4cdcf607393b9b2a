"""What parsers make of a fact's text: entries (key → values) or records (rows), each remembering its line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

FieldValue = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One value and the 1-based line of the fact's text it stands on."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Record:
    """One row: fields by name. A list field is a tuple of strings."""

    fields: Mapping[str, FieldValue]
    line: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed fact. A parser fills what fits its format; `lines` is always the whole text.

    `records` is None for formats that have no rows; an empty tuple says «a table without rows».
    """

    lines: tuple[str, ...] = ()
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    records: tuple[Record, ...] | None = None


class ParseError(ValueError):
    """The text is not what the parser was promised: the fact counts as `failed`, its checks as unknown."""


Parser = Callable[[str, Mapping[str, bool | int | str | tuple[str, ...]]], Parsed]
"""A parser: text and the options of its `parse:` → Parsed. Pure, linear in the text, raises only ParseError."""

Derivation = Callable[[tuple[tuple[str, Parsed], ...]], Parsed]
"""A derived fact: (name, Parsed) of each of its `sources`, in order → Parsed. Text lines it makes cite their origin."""
