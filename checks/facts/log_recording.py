"""Whether messages about logins reach the disk: through rsyslog's rules, or in a journal that is kept."""

from checks.facts.processes import is_running
from checks.facts.rsyslog import selects
from checks.facts.values import Entry, Parsed

FACILITIES = ("auth", "authpriv")
"""sshd logs to the first (RHEL: to the second), sudo, su and PAM to the second."""
JOURNAL = "/var/log/journal"


def log_recording(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries: daemon (every one that runs, or none), journal (persistent/volatile/none), logins (yes/no; not there: not known).

    Sources: rsyslog, journald.conf, the log files, processes.
    """
    rsyslog, journald, log_files, processes = (parsed for _, parsed in parts)
    daemons = [name for name in ("rsyslogd", "syslog-ng", "systemd-journald") if is_running(processes, name)]
    journal = storage(journald, log_files) if "systemd-journald" in daemons else "none"
    files = _files(rsyslog) if "rsyslogd" in daemons else {}
    lines = [f"在跑的日志程序：{'、'.join(daemons) or '没有'}", f"journal 的存放：{journal}"]
    lines += [
        f"{facility} 写到 {'、'.join(files.get(facility, ())) or '（rsyslog 没有写到文件）'}" for facility in FACILITIES
    ]
    entries = {"daemon": tuple(Entry(name, 1) for name in daemons or ["none"]), "journal": (Entry(journal, 2),)}
    kept = journal == "persistent" or all(files.get(facility) for facility in FACILITIES)
    if kept or not ("syslog-ng" in daemons or "unseen" in rsyslog.entries):
        entries["logins"] = (Entry("yes" if kept else "no", 3),)
    return Parsed(lines=tuple(lines), entries=entries)


def storage(journald: Parsed, log_files: Parsed) -> str:
    """Where journald keeps its records (journald.conf(5)): `auto`, the default, keeps them when the folder is there."""
    written = journald.entries.get("Storage", ())
    chosen = written[-1].value.lower() if written else "auto"
    if chosen == "auto":
        there = any(record.fields["path"] == JOURNAL for record in log_files.records or ())
        return "persistent" if there else "volatile"
    return chosen if chosen in ("persistent", "volatile", "none") else "none"


def _files(rsyslog: Parsed) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in rsyslog.records or ():
        fields = record.fields
        for facility in FACILITIES:
            if fields["kind"] == "file" and selects(str(fields["selector"]), facility):
                found.setdefault(facility, []).append(str(fields["path"]))
    return found
