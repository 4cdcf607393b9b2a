"""Mounted file systems: /proc/self/mounts."""

from checks.facts.text import Options, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record


def mounts(text: str, options: Options) -> Parsed:
    """Records: device, place, kind, options (a list). Of several on one place only the last, the visible one."""
    all_lines = split_lines(text)
    found: dict[str, Record] = {}
    for number, line in enumerate(all_lines, start=1):
        cells = line.split(" ")
        if len(cells) != 6:
            raise ParseError(f"第 {number} 行不是挂载")
        device, place, kind, words = cells[:4]
        fields: dict[str, FieldValue] = {
            "device": device,
            "place": place,
            "kind": kind,
            "options": tuple(words.split(",")),
        }
        found[place] = Record(fields, number)
    if "/" not in found:
        raise ParseError("没有根文件系统，不像真的")
    return Parsed(lines=all_lines, records=tuple(found.values()))
