"""Tools that notice changed files: which is there, how old what it compares with is, and whether it runs by itself."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from checks.facts.processes import is_running
from checks.facts.text import Options, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record

DAY = 86_400


class Tool(NamedTuple):
    """What a tool is known by."""

    programs: tuple[str, ...]
    database: str
    """Pattern of the path of what it compares with."""
    daemons: tuple[str, ...]
    jobs: str
    """Pattern of the names of its jobs (cron, timers)."""


TOOLS: Mapping[str, Tool] = {
    "AIDE": Tool(("aide",), r"/aide\.db(\.gz)?$", (), r"aide"),
    "Tripwire": Tool(("tripwire",), r"\.twd$", (), r"tripwire"),
    "Samhain": Tool(("samhain",), r"/samhain_file$", ("samhain",), r"samhain"),
    "Wazuh": Tool(("wazuh-control", "wazuh-syscheckd"), r"^$", ("wazuh-syscheckd",), r"^$"),
    "OSSEC": Tool(("ossec-control", "ossec-syscheckd"), r"^$", ("ossec-syscheckd",), r"^$"),
}
WATCHING = ("Wazuh", "OSSEC", "Samhain")
"""Tools whose daemon keeps what it compares with by itself."""
_DATABASE = re.compile(r"database (\d{1,12}) (\d{1,20}) (/.{1,400})\Z")


def integrity_places(text: str, options: Options) -> Parsed:
    """Records: kind (tool or database), name, and of a database days and size. Lines: `now`, `tool`, `database`."""
    all_lines = split_lines(text)
    if not all_lines or not re.fullmatch(r"now \d{1,12}", all_lines[0], re.ASCII):
        raise ParseError("开头没有 now 一行")
    now = int(all_lines[0][4:])
    records = []
    for number, line in enumerate(all_lines[1:], start=2):
        if line.startswith("tool "):
            records.append(Record({"kind": "tool", "name": line[5:]}, number))
        elif match := _DATABASE.match(line):
            age = str(max(0, (now - int(match[1])) // DAY))
            records.append(Record({"kind": "database", "name": match[3], "size": match[2], "days": age}, number))
        elif line.strip():
            raise ParseError(f"第 {number} 行看不懂")
    return Parsed(lines=all_lines, records=tuple(records))


def file_integrity(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records of the tools that are there: tool, database (yes/no), days (its age), scheduled (yes/no).

    Sources: programs and databases, scheduled jobs, processes.
    """
    places, jobs, processes = (parsed for _, parsed in parts)
    there = {str(r.fields["name"]) for r in places.records or () if r.fields["kind"] == "tool"}
    lines: list[str] = []
    records = []
    for name, tool in TOOLS.items():
        if there.isdisjoint(tool.programs):
            continue
        alive = bool(tool.daemons) and is_running(processes, *tool.daemons)
        ages = _ages(places, tool)
        if alive and name in WATCHING:
            ages = ages or [0]
        runs = alive or _scheduled(jobs, tool)
        fields: dict[str, FieldValue] = {
            "tool": name,
            "database": "yes" if ages else "no",
            "scheduled": "yes" if runs else "no",
        }
        if ages:
            fields["days"] = str(min(ages))
        based = f"比对的基准 {min(ages)} 天前建立" if ages else "还没有建立比对的基准"
        lines.append(f"{name}：{based}，{'会自己定时检查' if runs else '没有定时检查'}")
        records.append(Record(fields, len(lines)))
    return Parsed(lines=tuple(lines), records=tuple(records))


def _ages(places: Parsed, tool: Tool) -> list[int]:
    found = [r.fields for r in places.records or () if r.fields["kind"] == "database" and r.fields["size"] != "0"]
    return [int(str(fields["days"])) for fields in found if re.search(tool.database, str(fields["name"]))]


def _scheduled(jobs: Parsed, tool: Tool) -> bool:
    names = (str(r.fields["job"]).rpartition("/")[2] + " " + str(r.fields["source"]) for r in jobs.records or ())
    return any(re.search(tool.jobs, name) for name in names)
