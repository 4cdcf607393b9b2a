"""NFS exports: exports(5), one record a directory and client."""

import re
from collections.abc import Iterator

from checks.facts.text import HEADER, Options, split_lines
from checks.facts.values import FieldValue, Parsed, Record

_WORD = re.compile(r'"[^"]{0,1000}"|\S{1,1000}')
_CLIENT = re.compile(r"([^()]{0,200})(?:\(([^()]{0,400})\))?\Z")
ANYBODY = ("", "*", "0.0.0.0/0", "::/0", "0.0.0.0/0.0.0.0")


def exports(text: str, options: Options) -> Parsed:
    """Records: path, client (`*`: anybody), options (a list, the line's own defaults `-…` first)."""
    all_lines = split_lines(text)
    records: list[Record] = []
    for number, line in _joined(all_lines):
        words = [word.strip('"') for word in _WORD.findall(line)]
        if words:
            records += _line(words, number)
    return Parsed(lines=all_lines, records=tuple(records))


def _joined(all_lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Lines without comments, those continued by a backslash as one, numbered where they begin."""
    held, start = "", 0
    for number, line in enumerate((*all_lines, ""), start=1):
        body = "" if HEADER.match(line) else line.partition("#")[0].rstrip()
        if body.endswith("\\") and len(held) < 10_000:
            held, start = held + body[:-1] + " ", start or number
        else:
            yield start or number, held + body
            held, start = "", 0


def _line(words: list[str], number: int) -> Iterator[Record]:
    path, defaults, clients = words[0], [], words[1:]
    if clients and clients[0].startswith("-"):
        defaults, clients = clients[0][1:].split(","), clients[1:]
    for word in clients or ["*"]:
        found = _CLIENT.match(word)
        name, given = (found[1], found[2] or "") if found else (word[:200], "")
        fields: dict[str, FieldValue] = {"path": path, "client": "*" if name in ANYBODY else name}
        yield Record(fields | {"options": (*defaults, *(o.strip() for o in given.split(",") if o.strip()))}, number)
