"""How many commands shells remember for everybody: assignments of HISTSIZE and HISTFILESIZE in the system's profiles."""

import re

from checks.facts.text import Options, files, split_lines
from checks.facts.values import Entry, Parsed

_ASSIGNED = re.compile(r"""\b(HISTSIZE|HISTFILESIZE)\s*=\s*["']?(-?\w{0,20})""", re.ASCII)


def history_size(text: str, options: Options) -> Parsed:
    """Entries: histsize, histfilesize; a value for every assignment, since which one wins depends on the shell."""
    all_lines = split_lines(text)
    found: dict[str, list[Entry]] = {}
    for _, number, line in files(all_lines):
        for match in _ASSIGNED.finditer(line[:2000]):
            found.setdefault(match[1].lower(), []).append(Entry(match[2], number))
    return Parsed(lines=all_lines, entries={key: tuple(entries) for key, entries in found.items()})
