"""Who may change or read each log: the log and what was rotated away from it seen as one, as loose as its loosest file."""

import re

from checks.facts.log_recording import JOURNAL
from checks.facts.values import FieldValue, Parsed, Record

_ROTATED = re.compile(r"([.-]\d{1,8}(-\d{1,10})?)?(\.(gz|xz|bz2|zst|Z))?\Z")
"""Endings that logrotate and auditd give: .1, .2.gz, -20251127, -20251127.xz."""


def log_protection(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records: path (of the log itself), kind, mode (every bit any of its files has), owner and group (of any). Source: log files."""
    (_, files), *_ = parts
    groups: dict[str, list[Record]] = {}
    for record in files.records or ():
        groups.setdefault(_log(record), []).append(record)
    lines: list[str] = []
    records = []
    for path, members in groups.items():
        bits = 0
        for record in members:
            bits |= int(str(record.fields["mode"]), 8)
        loosest = max(members, key=lambda r: (int(str(r.fields["mode"]), 8) & 0o027, r.fields["owner"] != "root"))
        lines.append(files.lines[loosest.line - 1] + (f"（共 {len(members)} 个文件）" if len(members) > 1 else ""))
        fields: dict[str, FieldValue] = {"path": path, "kind": members[0].fields["kind"], "mode": f"{bits:o}"}
        for name in ("owner", "group"):
            fields[name] = tuple(dict.fromkeys(str(record.fields[name]) for record in members))
        records.append(Record(fields, len(lines)))
    return Parsed(lines=tuple(lines), records=tuple(records))


def _log(record: Record) -> str:
    path = str(record.fields["path"])
    if record.fields["kind"] == "directory":
        return path
    return f"{JOURNAL}/*" if path.startswith(f"{JOURNAL}/") else _ROTATED.sub("", path)
