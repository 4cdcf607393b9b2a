"""Selecting what a matcher looks at: values with the lines they stand on, and what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from checks.facts.values import Parsed, Record
from checks.judge.snapshot import Known, Snapshot
from checks.language.check import Match
from checks.model.finding import Citation


@dataclass(frozen=True)
class Value:
    """One value and where it stands."""

    text: str
    cite: Citation


@dataclass(frozen=True)
class Selected:
    """What a selector found. `incomplete`: some evidence is missing, so «all of them» can no longer be said."""

    values: tuple[Value, ...] = ()
    keyed_missing: bool = False
    """The fact was obtained and has no such key."""
    exists: bool | None = None
    """For a selector of a whole fact: whether the thing is there (None: not known)."""
    incomplete: str = ""
    """Cause, empty when everything was obtained."""
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Row:
    """A record at hand inside `each`, and which asset it came from."""

    record: Record
    owner: Snapshot
    fact: Known


@dataclass(frozen=True)
class Scope:
    """What an expression is evaluated on: one asset, or all of a system or campus; an instance; a record."""

    snapshots: Sequence[Snapshot]
    instance: str = ""
    row: Row | None = None
    rows: Sequence[Row] = field(default=())
    """The selected records, for `unique`."""
    rows_missing: str = ""
    """Cause when some asset's records are missing."""


def select(match: Match, scope: Scope) -> Selected:
    """The values a matcher looks at."""
    found = _of_row(match.field, scope.row) if match.field else _of_fact(match.fact or "", scope)
    if not match.split:
        return found
    parts = tuple(
        Value(part.strip(), value.cite)
        for value in found.values
        for part in value.text.split(match.split)
        if part.strip()
    )
    return Selected(parts, found.keyed_missing, found.exists, found.incomplete, found.cites)


def _of_row(name: str | None, row: Row | None) -> Selected:
    if row is None or name is None:
        return Selected(incomplete="field 只能用在 each 里")
    value = row.record.fields.get(name)
    cite = _cite(row.fact, row.record.line)
    if value is None:
        return Selected(keyed_missing=True, cites=(cite,))
    texts = (value,) if isinstance(value, str) else value
    return Selected(tuple(Value(text, cite) for text in texts), cites=(cite,))


def _of_fact(path: str, scope: Scope) -> Selected:
    name, _, key = path.partition(".")
    owners = (scope.row.owner,) if scope.row else scope.snapshots
    parts = [_of_known(snapshot.get(name, scope.instance), key) for snapshot in owners]
    if len(parts) == 1:
        return parts[0]
    exists = [p.exists for p in parts]
    return Selected(
        values=tuple(v for p in parts for v in p.values),
        keyed_missing=all(p.keyed_missing for p in parts),
        exists=True if True in exists else None if None in exists else False,
        incomplete="；".join(dict.fromkeys(p.incomplete for p in parts if p.incomplete)),
        cites=tuple(c for p in parts for c in p.cites),
    )


def _of_known(known: Known, key: str) -> Selected:
    whole = Citation(fact=known.name, instance=known.instance, text=known.cause[:500])
    if known.parsed is None:
        absent = known.status.value == "absent"
        return Selected(exists=False if absent and not key else None, incomplete=known.cause, cites=(whole,))
    exists = known.status.value != "absent"
    if not key:
        values = tuple(_lines(known))
        return Selected(values, exists=exists, cites=(whole,) if not values else ())
    values = tuple(_keyed(known, key))
    missing = not values and (known.parsed.records is None or not _is_column(known.parsed, key))
    return Selected(values, keyed_missing=missing, cites=(whole,) if not values else ())


def _is_column(parsed: Parsed, key: str) -> bool:
    """Whether `key` may be a column of the table: it has no rows, or a row has it."""
    records = parsed.records or ()
    return not records or any(key in record.fields for record in records)


def _lines(known: Known) -> Iterator[Value]:
    for number, line in enumerate(known.parsed.lines if known.parsed else (), start=1):
        if line.strip():
            yield Value(line, _cite(known, number))


def _keyed(known: Known, key: str) -> Iterator[Value]:
    parsed = known.parsed or Parsed()
    for entry in parsed.entries.get(key, ()):
        yield Value(entry.value, _cite(known, entry.line))
    for record in parsed.records or ():
        value = record.fields.get(key, ())
        for text in (value,) if isinstance(value, str) else value:
            yield Value(text, _cite(known, record.line))


def _cite(known: Known, line: int) -> Citation:
    return Citation(fact=known.name, instance=known.instance, line=line, text=line_text(known, line)[:500])


def line_text(known: Known, line: int) -> str:
    """The text of a fact's line (1-based), empty where there is none."""
    lines = known.parsed.lines if known.parsed else ()
    return lines[line - 1] if 0 < line <= len(lines) else ""
