"""Whether the kernel's audit is on and somebody takes its records: `auditctl -s`, or that there is nothing to ask."""

import re

from checks.facts.processes import is_running
from checks.facts.text import Options, split_lines
from checks.facts.values import Entry, Parsed, ParseError

MISSING = "auditctl missing"
DAEMONS = ("auditd", "auditbeat", "go-audit", "osqueryd", "kaudit-agent", "sysmon")
"""Programs that take the kernel's audit records."""
_PAIR = re.compile(r"([a-z_]{1,40})[ =](\d{1,12})\b")


def audit_status(text: str, options: Options) -> Parsed:
    """Entries of `auditctl -s`: enabled, pid, lost, backlog_limit … (also as RHEL 6 wrote them, on one line)."""
    all_lines = split_lines(text)
    if all_lines[:1] == (MISSING,):
        return Parsed(lines=all_lines)
    pairs = [(m, number) for number, line in enumerate(all_lines, start=1) for m in _PAIR.finditer(line)]
    entries = {match[1]: (Entry(match[2], number),) for match, number in pairs}
    if "enabled" not in entries:
        raise ParseError("不是 auditctl -s 的输出")
    return Parsed(lines=all_lines, entries=entries)


def audit_state(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries: running (yes/no), and those of the status. Sources: status, processes, container.

    Without auditctl, no daemon among the processes of a whole machine says that nobody takes audit records. Inside a
    container the host's daemon may, and a daemon does not say whether the kernel is told to make records: ParseError.
    """
    status, processes, container = (parsed for _, parsed in parts)
    if "enabled" in status.entries:
        on = status.entries["enabled"][0].value in ("1", "2") and _number(status, "pid") > 0
        line = status.entries["enabled"][0].line
        return Parsed(lines=status.lines, entries={**status.entries, "running": (Entry("yes" if on else "no", line),)})
    if container.lines != ("no",):
        raise ParseError("这是容器，没有 auditctl；它的审计由宿主机做，要到宿主机上看")
    if is_running(processes, *DAEMONS):
        raise ParseError("有审计守护进程在跑，但没有 auditctl，问不到内核有没有打开审计")
    said = "没有 auditctl，进程里也没有 auditd 或别的审计守护进程，也不是容器"
    return Parsed(lines=(said,), entries={"running": (Entry("no", 1),)})


def _number(parsed: Parsed, key: str) -> int:
    entries = parsed.entries.get(key, ())
    return int(entries[0].value) if entries else 0
