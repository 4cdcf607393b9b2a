"""Signs of backups on a machine: jobs and agents that make them, and how recent what lies in the usual folders is."""

import re

from checks.facts.processes import NAME_LENGTH, running
from checks.facts.text import Options, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record

TOOLS = re.compile(
    r"^(rsync|borg|borgmatic|restic|rclone|duplicity|rsnapshot|rdiff-backup|btrbk|tarsnap|mysqldump|mariadb-dump|mariabackup"
    r"|xtrabackup|innobackupex|pg_dump|pg_dumpall|pg_basebackup|pgbackrest|barman|rman|expdp|exp|mongodump|dexp|dmrman"
    r"|sys_dump|sys_rman)([@._-].*)?$|backup|bak\.sh$|^bak_|dump.*\.sh$"
)
"""Names of programs, scripts and timers that make copies of data."""
OF_THE_SYSTEM = re.compile(r"^dpkg-db-backup|^dpkg$|^man-db|^rpm")
"""Jobs of the distribution that copy its own package lists: no data of the school."""
AGENTS = (
    "bareos-fd", "bacula-fd", "veeamservice", "veeamagent", "bpcd", "nbdisco", "cvd", "dsmcad", "avagent.bin", "nsrexecd",
    "dbackup3-agent", "i2node", "urbackupclientbackend", "proxmox-backup-client", "acronis_mms", "duplicati-server", "rubrikagent",
)  # fmt: skip
"""Agents of backup systems by the name of their process."""
AGENT_UNITS = re.compile(
    r"^((bareos|bacula)-fd|veeamservice|dsmcad|dbackup3-agent|urbackupclientbackend|acronis_mms)\.service\s+enabled"
)
_FOLDER = re.compile(r"folder (yes|no) (1|7|31|-) (/.{1,200})\Z")


def backups(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records: means (job or agent), where, state (active, or stopped: enabled but not running).

    Sources: scheduled jobs, processes, unit files.
    """
    jobs, processes, units = (parsed for _, parsed in parts)
    found: list[tuple[str, dict[str, FieldValue]]] = []
    for record in jobs.records or ():
        kind, source, job = (str(record.fields[name]) for name in ("kind", "source", "job"))
        name = job.rpartition("/")[2].lower()
        if TOOLS.search(name) and not OF_THE_SYSTEM.search(name):
            found.append((f"{kind} {source} {job}", {"means": name, "where": source, "state": "active"}))
    names = running(processes)
    for agent in AGENTS:
        if agent[:NAME_LENGTH] in names:
            found.append((f"备份客户端 {agent} 在运行", {"means": agent, "where": "process", "state": "active"}))
    for line in units.lines:
        match = AGENT_UNITS.match(line)
        if match and match[1][:NAME_LENGTH] not in names:
            found.append((f"{line.strip()}，但没有在运行", {"means": match[1], "where": "unit", "state": "stopped"}))
    unique = {(str(row["means"]), str(row["where"])): (line, row) for line, row in found}
    return Parsed(
        lines=tuple(line for line, _ in unique.values()),
        records=tuple(Record(row, number) for number, (_, row) in enumerate(unique.values(), start=1)),
    )


def backup_folders(text: str, options: Options) -> Parsed:
    """Records: folder, days (its newest file is at most so old; 99999: older than a month), apart (on another file system).

    Lines: `folder APART NEWEST PATH`; NEWEST is 1, 7, 31 or `-`.
    """
    all_lines = split_lines(text)
    records = []
    for number, line in enumerate(all_lines, start=1):
        match = _FOLDER.match(line)
        if match is None:
            raise ParseError(f"第 {number} 行不是备份目录")
        days = "99999" if match[2] == "-" else match[2]
        records.append(Record({"folder": match[3], "days": days, "apart": match[1]}, number))
    return Parsed(lines=all_lines, records=tuple(records))
