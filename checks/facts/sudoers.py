"""sudoers as sudo reads it: Defaults, aliases and rules of every file it includes, in its order (sudoers(5))."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from checks.facts.text import files
from checks.facts.values import Parsed, ParseError

MAX_RULES = 2000
"""More privileges than this is no sudoers a person wrote: groups of people times groups of commands."""
_COMMENT = re.compile(r"(?<!\\)#(?!include|\d)")
_ALIAS = re.compile(r"(?:User|Runas|Host|Cmnd|Cmd)_Alias\s")
_SCOPE = re.compile(r"Defaults([@:!>]\S+)?(?:\s|\Z)")
_SETTING = re.compile(r"(!*)\s*([A-Za-z_]+)\s*(\+=|-=|=)?")
_TAG = re.compile(r"([A-Z_]+)\s*:\s*")
_OPTION = re.compile(r"(?:ROLE|TYPE|CWD|CHROOT|TIMEOUT|NOTBEFORE|NOTAFTER|APPARMOR_PROFILE|PRIVS|LIMITPRIVS)=\S+\s+")
_DIGEST = re.compile(r"sha\d+:\S+\s+")
_SPACED_TAG = re.compile(r"\b((?:NO)?(?:PASSWD|EXEC|SETENV|LOG_INPUT|LOG_OUTPUT|MAIL|FOLLOW))\s+:")
_NEXT_HOST = re.compile(r"\s:\s*(?=[^=:,\s]+\s*=)")

Aliases = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Setting:
    """One parameter of a Defaults line. scope: empty when it holds for all. value: yes or no for a bare word."""

    scope: str
    name: str
    operator: str
    value: str
    line: int


@dataclass(frozen=True)
class Rule:
    """Who may run one command as whom. runas: empty when not written (root). tags: those in force."""

    who: str
    runas: str
    tags: frozenset[str]
    command: str
    line: int


@dataclass
class Sudoers:
    """What all files say together."""

    settings: list[Setting] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


def read_sudoers(parsed: Parsed) -> Sudoers:
    """Settings and rules of the text behind `==> path <==` headers. Raises ParseError when a line is not understood."""
    lines = tuple(_logical(parsed.lines))
    aliases = dict(_aliases(lines))
    found = Sudoers()
    for number, line in lines:
        scope = _SCOPE.match(line)
        if scope:
            found.settings += _settings(number, scope[1] or "", line[scope.end() :])
        elif not _ALIAS.match(line) and not line.startswith(("@include", "#include")):
            found.rules += islice(_rules(number, line, aliases), MAX_RULES + 1)
        if len(found.rules) > MAX_RULES:
            raise ParseError(f"sudoers 的授权超过 {MAX_RULES} 条")
    return found


def _logical(all_lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """(number, line): continuations joined, comments gone. `#` before digits is an id, before include a directive."""
    held: list[str] = []
    first = 0
    for _, number, line in files(all_lines):
        first = first if held else number
        held.append(line.removesuffix("\\"))
        if not line.endswith("\\"):
            body = _COMMENT.split(" ".join(held), maxsplit=1)[0].strip()
            held = []
            if body:
                yield first, body


def _split(text: str) -> Iterator[str]:
    """Members of a comma list, blanks around dropped; commas in quotes, in parentheses or behind `\\` separate nothing."""
    start, quoted, inside, skip = 0, False, False, False
    for at, letter in enumerate(text):
        if skip or letter == "\\":
            skip = not skip
        elif letter == '"':
            quoted = not quoted
        elif letter in "()" and not quoted:
            inside = letter == "("
        elif letter == "," and not quoted and not inside:
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()


def _settings(number: int, scope: str, text: str) -> Iterator[Setting]:
    for part in _split(text):
        found = _SETTING.match(part)
        if not found:
            raise ParseError(f"第 {number} 行的 Defaults 看不懂")
        value = part[found.end() :].strip().strip('"')
        bare = "no" if len(found[1]) % 2 else "yes"
        yield Setting(scope, found[2], found[3] or "", value if found[3] else bare, number)


def _aliases(lines: tuple[tuple[int, str], ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for _, line in lines:
        kind = _ALIAS.match(line)
        for part in _NEXT_HOST.split(line[kind.end() :]) if kind else ():
            name, equals, members = part.partition("=")
            if equals:
                yield name.strip(), tuple(filter(None, _split(members)))


def _expanded(word: str, aliases: Aliases) -> Iterator[str]:
    """What a name stands for, each once; names behind `!` take away and are left out."""
    seen: set[str] = set()
    todo = [word]
    while todo:
        name = todo.pop()
        if not name or name in seen or name.startswith("!"):
            continue
        seen.add(name)
        if name in aliases:
            todo += reversed(aliases[name])
        else:
            yield name.strip('"')


def _rules(number: int, line: str, aliases: Aliases) -> Iterator[Rule]:
    head, equals, rest = line.partition("=")
    words = re.sub(r"\s*,\s*", ",", head.strip().replace("\\ ", "\\_")).split(None, 1)
    if not equals or len(words) != 2:
        raise ParseError(f"第 {number} 行不是 sudoers 的一条规则")
    people = [name for word in _split(words[0]) for name in _expanded(word, aliases)]
    sections = _NEXT_HOST.split(_SPACED_TAG.sub(r"\1:", rest))
    for section in (sections[0], *(later.partition("=")[2] for later in sections[1:])):
        for runas, tags, command in _commands(section, aliases):
            yield from (Rule(who, runas, tags, command, number) for who in people)


def _commands(text: str, aliases: Aliases) -> Iterator[tuple[str, frozenset[str], str]]:
    """(runas, tags, command) of a list; runas and tags hold for what follows until others are written."""
    runas, tags = "", frozenset[str]()
    for item in _split(text):
        item = item.partition(" #")[0].strip()
        if item.startswith("("):
            inside, _, item = item[1:].partition(")")
            runas, item = _runas(inside, aliases), item.strip()
        while before := _TAG.match(item) or _OPTION.match(item):
            tags = _with(tags, before[1]) if before.re is _TAG else tags
            item = item[before.end() :]
        for command in _expanded(_DIGEST.sub("", item), aliases):
            yield runas, tags, command


def _runas(inside: str, aliases: Aliases) -> str:
    users, colon, group = inside.partition(":")
    names = ",".join(name for word in _split(users) for name in _expanded(word, aliases))
    return names or (":" + group.strip() if colon else "")


def _with(tags: frozenset[str], tag: str) -> frozenset[str]:
    opposite = tag.removeprefix("NO") if tag.startswith("NO") else f"NO{tag}"
    return (tags - {opposite}) | {tag}
