"""Which programs run on this machine itself: names of processes, those of its containers left out.

Lines: `ns PATH INODE` (the process namespace of each process, as far as it may be seen; `/proc/self/…` is our own) and
`/proc/PID/comm:NAME`. The kernel keeps 15 letters of a name.
"""

import re

from checks.facts.text import Options, split_lines
from checks.facts.values import Parsed, ParseError, Record

NAME_LENGTH = 15
_SPACE = re.compile(r"ns /proc/(self|\d{1,10})/ns/pid (\d{1,20})\Z")
_NAME = re.compile(r"/proc/(\d{1,10})/comm:(.{1,64})\Z")


def processes(text: str, options: Options) -> Parsed:
    """Records: name, pid. A process whose namespace may not be seen counts as the machine's own."""
    all_lines = split_lines(text)
    spaces: dict[str, str] = {}
    found: list[Record] = []
    for number, line in enumerate(all_lines, start=1):
        if space := _SPACE.match(line):
            spaces[space[1]] = space[2]
        elif name := _NAME.match(line):
            found.append(Record({"pid": name[1], "name": name[2]}, number))
        elif line.strip():
            raise ParseError(f"第 {number} 行不是进程")
    if not any(record.fields["pid"] == "1" for record in found):
        raise ParseError("看不到 1 号进程，别的用户的进程被藏起来了")
    own = spaces.get("self")
    return Parsed(lines=all_lines, records=tuple(r for r in found if spaces.get(str(r.fields["pid"]), own) == own))


def running(parsed: Parsed) -> frozenset[str]:
    """Names of the programs that run."""
    return frozenset(str(record.fields["name"]) for record in parsed.records or ())


def is_running(parsed: Parsed, *names: str) -> bool:
    """Whether one of these programs runs; names may be longer than the kernel keeps."""
    return not running(parsed).isdisjoint(name[:NAME_LENGTH] for name in names)
