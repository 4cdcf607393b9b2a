"""Files as `stat` sees them, without opening them: mode, owner, group, age, size, kind."""

import re

from checks.facts.text import Options, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record

DAY = 86_400
_ROW = re.compile(
    r"([0-7]{1,5})\|([^|]{1,64})\|([^|]{1,64})\|(\d{1,12})\|(\d{1,20})\|([a-z][a-z /()-]{0,40})\|(/.{0,1000})\Z"
)


def file_stat(text: str, options: Options) -> Parsed:
    """Records: path, mode, owner, group, size (bytes), days (since it was last changed, by the target's clock), kind.

    Lines: `now EPOCH`, then `MODE|OWNER|GROUP|EPOCH|BYTES|KIND|PATH`. kind: file, directory or other.
    """
    all_lines = split_lines(text)
    if not all_lines or not re.fullmatch(r"now \d{1,12}", all_lines[0], re.ASCII):
        raise ParseError("开头没有 now 一行")
    now = int(all_lines[0][4:])
    found = []
    for number, line in enumerate(all_lines[1:], start=2):
        row = _ROW.match(line)
        if row is None:
            raise ParseError(f"第 {number} 行不是文件的状态")
        mode, owner, group, changed, size, kind, path = row.groups()
        fields: dict[str, FieldValue] = {
            "path": path,
            "mode": mode,
            "owner": owner,
            "group": group,
            "size": size,
            "days": str(max(0, (now - int(changed)) // DAY)),
            "kind": "file" if kind.startswith("regular") else "directory" if kind == "directory" else "other",
        }
        found.append(Record(fields, number))
    return Parsed(lines=all_lines, records=tuple(found))
