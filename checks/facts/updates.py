"""Pending updates as `apt list --upgradable` tells them from the offline package lists."""

import re

from checks.facts.text import Options, split_lines
from checks.facts.values import Parsed, ParseError, Record

_ROW = re.compile(r"([^\s/]{1,128})/(\S{1,256}) (\S{1,128}) \S{1,32} \[upgradable from: ([^\]]{1,128})\]\Z")


def apt_upgradable(text: str, options: Options) -> Parsed:
    """Records: package, from, to, suites, security (yes/no). Without apt's first line it did not get that far."""
    all_lines = split_lines(text)
    if not all_lines or not all_lines[0].startswith("Listing..."):
        raise ParseError("apt list 没有做完")
    records = []
    for number, line in enumerate(all_lines[1:], start=2):
        found = _ROW.match(line)
        if found:
            security = "yes" if "-security" in found[2] else "no"
            fields = {"package": found[1], "suites": found[2], "to": found[3], "from": found[4], "security": security}
            records.append(Record(fields, number))
        elif line.strip():
            raise ParseError(f"第 {number} 行不是 apt list 的一行")
    return Parsed(lines=all_lines, records=tuple(records))
