"""The table of a bench, for a terminal with Chinese characters."""

import unicodedata
from collections.abc import Iterable, Sequence

from lab.bench.measure import Row

HEADER = ("比较（ours / other）", "ours", "other", "ratio", "goal", "")


def lines(rows: Iterable[Row]) -> list[str]:
    """The header and one line a row, columns aligned."""
    cells = [HEADER, *map(_cells, rows)]
    widths = [max(_width(line[column]) for line in cells) for column in range(len(HEADER))]
    return [
        "  ".join(_padded(text, width) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells
    ]


def _cells(row: Row) -> Sequence[str]:
    goal = "" if row.goal is None else f"≤ {row.goal:g}"
    said = {True: "ok", False: "missed", None: ""}[row.met]
    return (row.what, row.ours, row.other, row.shown, goal, said or row.note)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
