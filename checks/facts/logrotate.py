"""How long logrotate keeps each log: the stanza that names it over what stands in force where the stanza is read."""

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from checks.facts.text import Options, files, split_lines
from checks.facts.values import Parsed, ParseError

MAIN = "/etc/logrotate.conf"
FOLDER = "/etc/logrotate.d"
HOURS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
"""How long one file covers at least: any six months have 181 days."""
TABOO = (".rpmsave", ".rpmorig", ".rpmnew", "~", ".disabled", ".dpkg-old", ".dpkg-dist", ".dpkg-new", ".dpkg-bak",
         ".dpkg-del", ".cfsaved", ".ucf-old", ".ucf-dist", ".ucf-new", ".swp", ",v")  # fmt: skip
"""Endings of files that logrotate leaves out of an included folder (logrotate(8))."""
FOREVER = 99_999
MAX_PATTERN = 300
MAX_STANZAS = 2000
_DIRECTIVE = re.compile(r"([a-z]+)[ \t=]*(.*)\Z")


@dataclass(frozen=True)
class Keeping:
    """What decides how long a log is kept."""

    rotate: int = 0
    hours: int | None = None
    """Of one file; None: it goes by size alone (logrotate's own default is 1 MiB)."""
    capped: bool = False
    """A file is also ended early when it is large (maxsize)."""
    maxage: int | None = None

    @property
    def sure(self) -> bool:
        """Whether `days` is what a record lives, and not only the most it may: nothing goes by size."""
        return self.rotate <= 0 or (self.hours is not None and not self.capped)

    @property
    def days(self) -> int:
        """Most days a record lives; rotate 0 keeps no old file, a negative one keeps all (logrotate(8))."""
        by_time = FOREVER if self.hours is None else self.rotate * self.hours // 24
        by_count = FOREVER if self.rotate < 0 else 0 if self.rotate == 0 else by_time
        return by_count if self.maxage is None else min(by_count, self.maxage)


@dataclass(frozen=True)
class Stanza:
    """The paths of one block and how long they are kept."""

    patterns: tuple[str, ...]
    keeping: Keeping


def logrotate(text: str, options: Options) -> Parsed:
    """The text as it is, checked to be logrotate's; `stanzas` reads it."""
    parsed = Parsed(lines=split_lines(text))
    stanzas(parsed)
    return parsed


def stanzas(parsed: Parsed) -> tuple[Stanza, ...]:
    """Every block that counts, in reading order; the first that names a path counts for it. Raises ParseError."""
    bodies: dict[str, list[str]] = {}
    for path, _, line in files(parsed.lines):
        bodies.setdefault(path, []).append(line.strip())
    if MAIN not in bodies:
        return ()
    reader = _Reader(bodies)
    reader.read(MAIN)
    return tuple(reader.found)


def keeping(found: Sequence[Stanza], path: str) -> Keeping | None:
    """How long a log is kept; None when logrotate does not touch it."""
    return next((s.keeping for s in found if any(_names(pattern, path) for pattern in s.patterns)), None)


def _names(pattern: str, path: str) -> bool:
    """A star does not reach over a slash."""
    if len(pattern) > MAX_PATTERN or pattern.count("/") != path.count("/"):
        return False
    return all(fnmatch.fnmatchcase(a, b) for a, b in zip(path.split("/"), pattern.split("/"), strict=True))


@dataclass
class _Reader:
    """Reads the main file, and the folder's files at the place of its `include`."""

    bodies: dict[str, list[str]]
    found: list[Stanza] = field(default_factory=list)
    common: Keeping = Keeping()
    included: bool = False

    def read(self, path: str) -> None:
        patterns: list[str] = []
        inside: Keeping | None = None
        for line in self.bodies[path]:
            if inside is None and line.startswith("include"):
                self._include(line)
            elif line.startswith("}"):
                if inside is not None:
                    self._add(tuple(patterns), inside)
                inside, patterns = None, []
            elif match := _directive(line):
                given = _applied(inside or self.common, *match)
                self.common, inside = (self.common, given) if inside is not None else (given, None)
            else:
                patterns += [word.strip("\"'") for word in line.replace("{", " ").split() if word.strip("\"'")]
                if "{" in line:
                    inside = self.common

    def _add(self, patterns: tuple[str, ...], inside: Keeping) -> None:
        if len(self.found) >= MAX_STANZAS:
            raise ParseError("logrotate 的配置太长")
        self.found.append(Stanza(patterns, inside))

    def _include(self, line: str) -> None:
        where = line.split()[-1].rstrip("/")
        if where != FOLDER:
            raise ParseError(f"logrotate 还包含了 {where[:80]}，没有读到")
        if not self.included:
            self.included = True
            for path in sorted(p for p in self.bodies if p != MAIN and not p.endswith(TABOO)):
                self.read(path)


def _directive(line: str) -> tuple[str, str] | None:
    match = _DIRECTIVE.match(line)
    known = match and match[1] in (*HOURS, "rotate", "maxage", "size", "minsize", "maxsize", "tabooext")
    return (match[1], match[2]) if match and known else None


def _applied(before: Keeping, name: str, value: str) -> Keeping:
    """The later of a period and `size` counts; `maxsize` holds beside a period."""
    if name in HOURS:
        return replace(before, hours=HOURS[name])
    if name == "size":
        return replace(before, hours=None)
    if name == "maxsize":
        return replace(before, capped=True)
    if name not in ("rotate", "maxage"):
        return before
    if not re.fullmatch(r"-?\d{1,6}", value, re.ASCII):
        raise ParseError(f"logrotate 的 {name} 看不懂：{value[:40]}")
    return replace(before, rotate=int(value)) if name == "rotate" else replace(before, maxage=int(value))
