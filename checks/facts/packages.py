"""Installed packages as dpkg-query and rpm list them: state, name, version, architecture, TAB between."""

import re

from checks.facts.text import Options, split_lines
from checks.facts.values import Parsed, ParseError, Record

_ROW = re.compile(r"([a-zA-Z]{2})[a-zA-Z ]?\t([^\t]{1,200})\t([^\t]{1,200})\t([^\t]{0,40})\Z")
INSTALLED = ("i", "U", "F", "H", "W", "t")
"""dpkg(1), second letter: installed, or stuck on the way to it. `c` and `n` are left-over settings and nothing."""


def packages(text: str, options: Options) -> Parsed:
    """Records: name, version, arch, of what is installed. A list without any package is no list."""
    all_lines = split_lines(text)
    records = []
    for number, line in enumerate(all_lines, start=1):
        row = _ROW.match(line)
        if row is None:
            raise ParseError(f"第 {number} 行不是软件包")
        if row[1][1] in INSTALLED:
            version = row[3].removeprefix("(none):").removeprefix("0:")
            records.append(Record({"name": row[2], "version": version, "arch": row[4]}, number))
    if not records:
        raise ParseError("一个软件包也没有，不像真的")
    return Parsed(lines=all_lines, records=tuple(records))
