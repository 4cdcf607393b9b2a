"""General formats: lines, `key value` files (also many files behind `==> path <==`), tables."""

import re
from collections.abc import Iterator, Mapping

from checks.facts.values import Entry, Parsed, ParseError, Record

Options = Mapping[str, bool | int | str | tuple[str, ...]]
HEADER = re.compile(r"==> (/.*) <==\Z")


def split_lines(text: str) -> tuple[str, ...]:
    """Lines as an editor counts them; only newline separates, so that a form feed cannot shift line numbers."""
    body = text[:-1] if text.endswith("\n") else text
    return tuple(line.removesuffix("\r") for line in body.split("\n")) if body else ()


def lines(text: str, options: Options) -> Parsed:
    """The text as it is."""
    return Parsed(lines=split_lines(text))


def keyvalue(text: str, options: Options) -> Parsed:
    """`key value` a line. Options: separator (default blanks), comment (default #), fold (lower-case keys),
    lower (lower-case values), repeat: all (default), first or last, unset (values that mean «not known»: such lines
    count as not written)."""
    separator = str(options.get("separator", ""))
    comment = str(options.get("comment", "#"))
    unset = options.get("unset", ())
    unset = unset if isinstance(unset, tuple) else ()
    all_lines = split_lines(text)
    found: dict[str, list[Entry]] = {}
    for number, line in enumerate(all_lines, start=1):
        body = line.strip()
        if not body or HEADER.match(body) or (comment and body.startswith(tuple(comment))):
            continue
        key, value = _pair(body, separator)
        if options.get("fold"):
            key = key.lower()
        if options.get("lower"):
            value = value.lower()
        if value in unset:
            continue
        found.setdefault(key, []).append(Entry(value, number))
    pick = {"all": slice(None), "first": slice(1), "last": slice(-1, None)}[str(options.get("repeat", "all"))]
    return Parsed(lines=all_lines, entries={key: tuple(values[pick]) for key, values in found.items()})


def _pair(body: str, separator: str) -> tuple[str, str]:
    if not separator:
        key, _, value = body.replace("\t", " ").partition(" ")
        return key, value.strip()
    key, _, value = body.partition(separator)
    return key.strip(), value.strip()


def table(text: str, options: Options) -> Parsed:
    """A row a line. Options: columns (names, required), separator (default TAB). A row of another width is an error."""
    columns = options.get("columns")
    if not isinstance(columns, tuple) or not columns:
        raise ParseError("table 没有写 columns")
    separator = str(options.get("separator", "\t"))
    all_lines = split_lines(text)
    return Parsed(lines=all_lines, records=tuple(_rows(all_lines, columns, separator)))


def _rows(all_lines: tuple[str, ...], columns: tuple[str, ...], separator: str) -> Iterator[Record]:
    for number, line in enumerate(all_lines, start=1):
        if line.strip():
            cells = line.split(separator)
            if len(cells) != len(columns):
                raise ParseError(f"第 {number} 行有 {len(cells)} 列，应为 {len(columns)} 列")
            yield Record(dict(zip(columns, cells, strict=True)), number)


def files(all_lines: tuple[str, ...]) -> Iterator[tuple[str, int, str]]:
    """(path, line number, line) of a text of several files behind `==> path <==` headers."""
    path = ""
    for number, line in enumerate(all_lines, start=1):
        header = HEADER.match(line)
        if header:
            path = header[1]
        elif path:
            yield path, number, line
