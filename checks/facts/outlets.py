"""Ways out of a server: its interfaces, where its default routes lead, where proxies are set; and what is redundant."""

from checks.facts.text import Options, table
from checks.facts.values import Entry, Parsed, ParseError, Record

_COLUMNS = ("what", "name", "kind", "state")
_MEMBERS = ("kind", "name", "wanted", "good")


def outlets(text: str, options: Options) -> Parsed:
    """Records: what (interface, default, proxy), name, kind, state. Entries `gateway-interface`, each name once."""
    parsed = table(text, {"columns": _COLUMNS})
    if not any(record.fields["what"] == "interface" for record in parsed.records or ()):
        raise ParseError("一块网卡也没有，不像真的")
    gateways: dict[str, Entry] = {}
    for record in parsed.records or ():
        if record.fields["what"] == "default":
            name = str(record.fields["name"])
            gateways.setdefault(name, Entry(name, record.line))
    return Parsed(parsed.lines, {"gateway-interface": tuple(gateways.values())}, parsed.records)


def redundancy(text: str, options: Options) -> Parsed:
    """Records of software RAID and bonds: kind, name, wanted, good (members), missing (wanted and not good)."""
    parsed = table(text, {"columns": _MEMBERS})
    records = []
    for record in parsed.records or ():
        wanted, good = str(record.fields["wanted"]), str(record.fields["good"])
        if not all(word.isascii() and word.isdigit() and len(word) < 6 for word in (wanted, good)):
            raise ParseError(f"第 {record.line} 行不是成员数")
        records.append(Record({**record.fields, "missing": str(int(wanted) - int(good))}, record.line))
    return Parsed(lines=parsed.lines, records=tuple(records))
