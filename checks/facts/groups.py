"""Groups and who is in them: /etc/group and gshadow as the batch reduces them, without any hash."""

from checks.facts.text import Options, split_lines
from checks.facts.values import Parsed, ParseError, Record

COLUMNS = 4


def groups(text: str, options: Options) -> Parsed:
    """Records: name, gid, password (none or set), members. Lines: `name gid password member,member`, TAB between."""
    all_lines = split_lines(text)
    records = []
    for number, line in enumerate(all_lines, start=1):
        cells = line.split("\t")
        if len(cells) == COLUMNS:
            name, gid, password, members = cells
            records.append(Record({"name": name, "gid": gid, "password": password, "members": _names(members)}, number))
        elif line.strip():
            raise ParseError(f"第 {number} 行不是一个组")
    if not records:
        raise ParseError("一个组也没有，不像真的")
    return Parsed(lines=all_lines, records=tuple(records))


def group_members(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records, one a membership: group, member; also those whose primary group it is. Sources: groups, accounts."""
    (_, by_group), (_, accounts) = parts
    lines: list[str] = []
    records: list[Record] = []
    for group in by_group.records or ():
        name = str(group.fields["name"])
        named = list(group.fields["members"])
        primary = [str(a.fields["name"]) for a in accounts.records or () if a.fields["gid"] == group.fields["gid"]]
        for member in dict.fromkeys((*named, *primary)):
            lines.append(f"{name}：{member}{'' if member in named else '（主组）'}")
            records.append(Record({"group": name, "member": member}, len(lines)))
    return Parsed(lines=tuple(lines), records=tuple(records))


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name for name in cell.split(",") if name)
