"""Which command a typed line means: every word may be shortened as long as it stays the only one that fits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Fault = Literal["unknown", "ambiguous", "incomplete"]


@dataclass(frozen=True)
class Meant:
    """A line's meaning: the full command and the filter behind `|`; or a fault and the column it is at."""

    command: str = ""
    filter: tuple[str, str] | None = None
    """(include, exclude or begin; the text)."""
    fault: Fault | None = None
    column: int = 0


@dataclass
class _Node:
    words: dict[str, "_Node"] = field(default_factory=dict)
    ends: bool = False


class Grammar:
    """The commands of a device as a tree of words."""

    def __init__(self, commands: Iterable[str], filters: tuple[str, ...] = ()) -> None:
        self._root = _Node()
        self._filters = filters
        for command in commands:
            node = self._root
            for word in command.split():
                node = node.words.setdefault(word, _Node())
            node.ends = True

    def meaning(self, line: str) -> Meant:
        """What `line` means."""
        body, bar, rest = line.partition("|")
        node, full = self._root, []
        for column, word in _words(body):
            fits = [known for known in node.words if known.startswith(word.lower())]
            chosen = word.lower() if word.lower() in node.words else fits[0] if len(fits) == 1 else ""
            if not chosen:
                return Meant(fault="ambiguous" if fits else "unknown", column=column)
            full.append(chosen)
            node = node.words[chosen]
        if not node.ends:
            return Meant(fault="incomplete", column=len(body.rstrip()) + 1)
        return self._filtered(" ".join(full), len(body) + 1, rest) if bar else Meant(" ".join(full))

    def _filtered(self, command: str, column: int, rest: str) -> Meant:
        word, _, pattern = rest.strip().partition(" ")
        fits = [known for known in self._filters if word and known.startswith(word.lower())]
        if len(fits) != 1:
            return Meant(fault="unknown", column=column)
        if not pattern.strip():
            return Meant(fault="incomplete", column=column + len(rest))
        return Meant(command, (fits[0], pattern.strip()))


def _words(body: str) -> list[tuple[int, str]]:
    found, column = [], 0
    for word in body.split():
        column = body.index(word, column)
        found.append((column, word))
        column += len(word)
    return found
