"""Rules of the kernel's audit, as files write them and as `auditctl -l` lists what is loaded."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from checks.facts.text import Options, files, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record

NONE = ("No rules", "auditctl missing")
ANY = "all"
HARMLESS = frozenset(("arch", "path", "dir", "perm", "key", "euid", "uid!=euid", "euid!=uid", "gid!=egid", "egid!=gid"))
"""Filters that leave no person's action out (auid is harmless as a lower bound or as «set», see `_narrows`)."""
MAX_RULES = 4000
"""More than anybody writes; bounds the work on what a hostile target lists."""
UNSET = ("-1", "4294967295", "unset")
WALL_CLOCK = frozenset(("clock_settime",))
ITS_FILTERS = (("a0", "=", "0x0"), ("a0", "=", "0"))
"""The clock that clock_settime sets: 0 is the wall clock, the others do not change the time of day."""
Filter = tuple[str, str, str]
"""Name, operator and value of `-F auid>=1000`."""


@dataclass(frozen=True)
class Rule:
    """What one rule records, or keeps from being recorded."""

    action: str
    lists: str
    trees: frozenset[str] = frozenset()
    """Watched files, or folders with all below them."""
    exact: frozenset[str] = frozenset()
    """Watched files, or folders by themselves."""
    perm: str = "rwxa"
    syscalls: frozenset[str] = frozenset((ANY,))
    narrowed: bool = False
    """It looks at some accounts, programs or outcomes only."""
    native: bool = True
    """It sees the calls of the machine's own word size."""
    line: int = field(default=0, compare=False)

    @property
    def watches(self) -> bool:
        """Whether it is about files."""
        return bool(self.trees or self.exact)


def audit_rules(text: str, options: Options) -> Parsed:
    """Records: file (empty for what is loaded), rule. Comments and blank lines are no records."""
    all_lines = split_lines(text)
    found = []
    of_files = bool(all_lines) and all_lines[0].startswith("==> ")
    rows: Iterable[tuple[str, int, str]] = files(all_lines)
    if not of_files:
        rows = (("", number, line) for number, line in enumerate(all_lines, start=1))
    for path, number, line in rows:
        body = line.strip()
        if body and not body.startswith("#") and body not in NONE:
            if not of_files and not body.startswith("-"):
                raise ParseError(f"第 {number} 行不是审计规则")
            fields: dict[str, FieldValue] = {"file": path, "rule": body}
            found.append(Record(fields, number))
    return Parsed(lines=all_lines, records=tuple(found))


def rules(records: Iterable[Record]) -> tuple[Rule, ...]:
    """The rules in force after these lines, in the order the kernel asks them; `-D` and `-W` undo what stands before.

    Raises ParseError when there are too many.
    """
    kept: list[Rule] = []
    for count, record in enumerate(records):
        if count >= MAX_RULES:
            raise ParseError(f"审计规则超过 {MAX_RULES} 条")
        words = str(record.fields["rule"]).split()
        if words == ["-D"]:
            kept.clear()
        elif words[0] in ("-W", "-d"):
            gone = _rule(["-w" if words[0] == "-W" else "-a", *words[1:]], record.line)
            kept = [rule for rule in kept if rule != gone]
        elif words[0] in ("-w", "-a", "-A") and (rule := _rule(words, record.line)):
            kept.insert(0 if words[0] == "-A" else len(kept), rule)
    # The task list is asked when a process starts, long before any other.
    return tuple(sorted(kept, key=lambda rule: rule.lists != "task"))


def _rule(words: list[str], line: int) -> Rule | None:
    """The rule of a line; None when there is nothing to understand."""
    options = list(_options(words))
    if not options:
        return None
    (first, value), rest = options[0], options[1:]
    filters = [_filter(given) for name, given in rest if name in ("-F", "-C")]
    perms = [given for name, given in rest if name == "-p"] + [v for name, _, v in filters if name == "perm"]
    if first == "-w":
        return Rule("always", "exit", frozenset((value,)), perm=perms[-1] if perms else "rwxa", line=line)
    calls = frozenset(call for name, given in rest if name == "-S" for call in given.split(",")) or frozenset((ANY,))
    parts = value.split(",")
    action = next((part for part in parts if part in ("always", "never")), "")
    return Rule(
        action=action,
        lists=next((part for part in parts if part != action), ""),
        trees=frozenset(v for name, _, v in filters if name == "dir"),
        exact=frozenset(v for name, _, v in filters if name == "path"),
        perm=perms[-1] if perms else "rwxa" if ANY in calls else "",
        syscalls=calls,
        narrowed=any(_narrows(*one) for one in filters if not (calls == WALL_CLOCK and one in ITS_FILTERS)),
        native=not any(name == "arch" and v in ("b32", "i386", "i686") for name, _, v in filters),
        line=line,
    )


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    index = 0
    while index + 1 < len(words):
        if words[index].startswith("-"):
            yield words[index], words[index + 1]
            index += 2
        else:
            index += 1


def _filter(text: str) -> Filter:
    """`auid>=1000` in its parts; a comparison of two fields (`uid!=euid`) is a name of its own."""
    for sign in ("!=", ">=", "<=", "&=", "=", ">", "<", "&"):
        name, found, value = text.partition(sign)
        if found:
            return (text, "", "") if value in ("uid", "euid", "gid", "egid") else (name, sign, value)
    return text, "", ""


def _narrows(name: str, sign: str, value: str) -> bool:
    if name == "auid":
        return not (sign in (">=", ">") or (sign == "!=" and value in UNSET))
    return name not in HARMLESS


def watched(path: str, rule: Rule) -> bool:
    """Whether a rule watches this path, or a folder above it with all it holds."""
    wanted = _place(path)
    trees = [_place(one) for one in rule.trees]
    return wanted in map(_place, rule.exact) or any(wanted == t or wanted.startswith(t + "/") for t in trees)


SAME = (("/bin/", "/usr/bin/"), ("/sbin/", "/usr/sbin/"), ("/var/run/", "/run/"))
"""Folders that are one since the merge of /usr; rules may name either."""


def _place(path: str) -> str:
    clean = posixpath.normpath(path)
    old, new = next(((old, new) for old, new in SAME if clean.startswith(old)), ("", ""))
    return new + clean[len(old) :]
