"""Permissions of files, as `stat` and `getfacl` tell them."""

from checks.facts.text import Options, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record

COLUMNS = ("path", "kind", "mode", "owner", "group", "acl")


def file_modes(text: str, options: Options) -> Parsed:
    """Records: path, kind, mode (octal), owner, group, acl (yes: somebody else is let in; left out: cannot be told).

    Lines: these, TAB between. `mode` bounds an ACL too: its group bits are the mask of all entries.
    """
    all_lines = split_lines(text)
    records = []
    for number, line in enumerate(all_lines, start=1):
        cells = line.split("\t")
        if len(cells) == len(COLUMNS):
            fields: dict[str, FieldValue] = dict(zip(COLUMNS, cells, strict=True))
            records.append(Record({k: v for k, v in fields.items() if v != "?"}, number))
        elif line.strip():
            raise ParseError(f"第 {number} 行不是一个文件的权限")
    return Parsed(lines=all_lines, records=tuple(records))
