"""Accounts as the batch reduces them on the target: passwd and shadow without any hash.

Lines: `P name uid gid home shell` and `S name state algorithm lastchg min max warn inactive expire tag`, TAB between.
state: empty (no password needed), set, locked (a password behind !), none (no password can match). No S line: none,
because passwd then points to a shadow entry that does not exist.
"""

from collections.abc import Mapping

from checks.facts.text import Options, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record

PASSWD = ("name", "uid", "gid", "home", "shell")
SHADOW = ("name", "state", "algorithm", "lastchg", "min", "max", "warn", "inactive", "expire", "tag")
NO_LOGIN = ("nologin", "false", "sync", "halt", "shutdown")


def accounts(text: str, options: Options) -> Parsed:
    """One record an account: passwd and shadow fields, and `login`: whether its shell lets it log in."""
    all_lines = split_lines(text)
    shadow: dict[str, Mapping[str, str]] = {}
    rows: list[tuple[int, dict[str, str]]] = []
    for number, line in enumerate(all_lines, start=1):
        kind, *cells = line.split("\t")
        if kind == "S" and len(cells) == len(SHADOW):
            shadow.setdefault(cells[0], dict(zip(SHADOW, cells, strict=True)))
        elif kind == "P" and len(cells) == len(PASSWD):
            rows.append((number, dict(zip(PASSWD, cells, strict=True))))
        elif line.strip():
            raise ParseError(f"第 {number} 行不是账户")
    if not rows:
        raise ParseError("一个账户也没有，不像真的")
    return Parsed(lines=all_lines, records=tuple(_record(number, row, shadow) for number, row in rows))


def _record(number: int, row: dict[str, str], shadow: Mapping[str, Mapping[str, str]]) -> Record:
    fields: dict[str, FieldValue] = {**row, "login": "no" if row["shell"].rpartition("/")[2] in NO_LOGIN else "yes"}
    hidden = shadow.get(row["name"], {"state": "none"})
    # An empty ageing field means «never»: it is left out, so that a check states what that means.
    fields |= {key: value for key, value in hidden.items() if value not in ("", "-")}
    return Record(fields, number)
