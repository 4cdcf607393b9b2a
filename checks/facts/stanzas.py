"""Device configurations as stanzas: a header at the margin, the indented lines below it (VRP, Comware)."""

import re

from checks.facts.text import Options, split_lines
from checks.facts.values import Parsed, ParseError, Record

_PAGER = re.compile(r"-{2,4} ?more ?-{2,4}", re.I)
_ENDS = ("return", "end")


def stanzas(text: str, options: Options) -> Parsed:
    """Records: header, lines (inside, without indent), and each setting by its first word: the last line that says it
    counts, `undo` takes it back. A line at the margin that opens nothing is a stanza of its own.

    `#` and `!` separate. A pager's remains, or no closing `return`/`end`, mean the configuration is not whole.
    """
    all_lines = split_lines(text)
    if any(_PAGER.search(line) for line in all_lines):
        raise ParseError("里面有分页提示（More），配置不完整")
    if not any(line.strip() in _ENDS for line in all_lines[-3:]):
        raise ParseError("没有以 return 或 end 结尾，配置可能不完整")
    found: list[tuple[int, str, list[str]]] = []
    closed = True
    for number, line in enumerate(all_lines, start=1):
        body = line.strip()
        if not body or body in ("#", "!"):
            closed = True
        elif line[0] != " ":
            found.append((number, body, []))
            closed = False
        elif closed:
            found.append((number, body, []))  # a global line that VRP prints with one leading blank
        else:
            found[-1][2].append(body)
    return Parsed(
        lines=all_lines,
        records=tuple(
            Record({**_settings(inside), "header": header, "lines": tuple(inside)}, number)
            for number, header, inside in found
        ),
    )


def _settings(inside: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in inside:
        word, _, rest = line.partition(" ")
        if word == "undo":
            found.pop(rest.partition(" ")[0], None)
        else:
            found[word] = rest
    return found
