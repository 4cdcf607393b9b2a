"""Pending updates as `apt-get -s upgrade` simulates them from the offline cache."""

import re

from checks.facts.text import Options, split_lines
from checks.facts.values import Parsed, ParseError, Record

_INSTALL = re.compile(r"Inst (\S{1,128}) (?:\[([^\]]{0,128})\] )?\((\S{1,128}) ([^)]{0,512})\)")
_END = re.compile(r"\d+ upgraded, \d+ newly installed, \d+ to remove and \d+ not upgraded")


def apt_simulation(text: str, options: Options) -> Parsed:
    """Records: package, from, to, security (yes/no). Without apt's closing line the simulation was not finished."""
    all_lines = split_lines(text)
    if not any(_END.search(line) for line in all_lines):
        raise ParseError("apt 的模拟没有做完")
    records = []
    for number, line in enumerate(all_lines, start=1):
        found = _INSTALL.match(line)
        if found:
            security = "yes" if "ecurity" in found[4] else "no"
            fields = {"package": found[1], "from": found[2] or "", "to": found[3], "security": security}
            records.append(Record(fields, number))
    return Parsed(lines=all_lines, records=tuple(records))
