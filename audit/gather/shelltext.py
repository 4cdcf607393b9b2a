"""Shell text by construction: quoting, globs, plain commands, and the functions a command needs."""

import re
import shlex
from collections.abc import Mapping

_VARIABLE = r"\$(?:[a-z][a-z0-9_]*|\{[a-z][a-z0-9_]*\})"
_WORD = re.compile(
    rf"""(?:[A-Za-z0-9_./:=,@%+-]|"(?:[A-Za-z0-9_./:=,@%+ *?#^()|;<>&!\[\]{{}}~'-]|{_VARIABLE})*"|'[^'\n]*')+"""
)
_PIECE = re.compile(rf"({_VARIABLE}|[*?]|\[[^\]/]*\])")
_FUNCTION = re.compile(
    r"^(db_[a-z0-9_]+)\(\) (?:\{[^\n]*\}|\{[^\n]*\n(?:.*?\n)??\}|\((?:[^\n]*)\n(?:.*?\n)??\))[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_CALLED = re.compile(r"\bdb_[a-z0-9_]+\b")


def words(text: str) -> frozenset[str]:
    """A table of words, written as a text."""
    return frozenset(text.split())


# Words that the shell itself understands: `timeout` cannot run them, so such commands go through a child shell.
SHELL_WORDS = words(
    "! . : [ alias bg break case cd command continue do done echo elif else esac eval exec exit export false fc fg fi "
    "for function getopts hash if in jobs kill local printf pwd read readonly return set shift test then times trap "
    "true type ulimit umask unalias unset until wait while { }"
)


def is_plain(command: str) -> bool:
    """Whether a command is one external program with words only, so that it needs no shell of its own."""
    words = command.strip().split(" ")
    name = words[0]
    if not re.fullmatch(r"[A-Za-z0-9_./-]+", name) or name in SHELL_WORDS or name.startswith("db_"):
        return False
    rest = command.strip()
    while rest:
        match = _WORD.match(rest)
        if match is None:
            return False
        rest = rest[match.end() :]
        if rest and not rest.startswith(" "):
            return False
        rest = rest.lstrip(" ")
    return True


def path_word(path: str) -> str:
    """One shell word for a reviewed path: globs stay alive, variables are double-quoted, all else is literal."""
    word = ""
    for piece in _PIECE.split(path):
        if piece.startswith("$"):
            word += f'"{piece}"'
        elif _PIECE.fullmatch(piece):
            word += piece
        elif piece:
            word += shlex.quote(piece)
    return word


def glob_directories(path: str) -> tuple[str, ...]:
    """The directories (patterns) that must be listed to expand a glob: `/a/*/b*` → `/a`, `/a/*`."""
    parts = path.split("/")
    return tuple("/".join(parts[:i]) or "/" for i, part in enumerate(parts) if re.search(r"[*?\[]", part))


def split_functions(text: str) -> dict[str, str]:
    """Shell functions by name, in the order written.

    A function starts in the first column with `db_name() {` and ends with `}` in the first column. Raises ValueError
    naming the first line that belongs to no function.
    """
    rest = _FUNCTION.sub("", text)
    for line in rest.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            raise ValueError(f"functions 里只能有从第一列开始的 db_ 函数，这一行不是：{line.strip()[:80]}")
    return {match[1]: match[0].rstrip() for match in _FUNCTION.finditer(text)}


def needed_functions(command: str, functions: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the functions a command calls, directly or through others, in the order of `functions`."""
    needed: set[str] = set()
    queue = [command]
    while queue:
        for name in _CALLED.findall(queue.pop()):
            if name in functions and name not in needed:
                needed.add(name)
                queue.append(functions[name])
    return tuple(name for name in functions if name in needed)
