"""Which important actions the audit rules record: what is loaded now, and what the files load at the next boot."""

from collections.abc import Mapping, Sequence

from checks.facts.audit_rules import ANY, Rule, rules, watched
from checks.facts.values import FieldValue, Parsed, Record

MAIN = "/etc/audit/audit.rules"
Need = tuple[str, str]
"""`w` and a path whose changes are recorded, `x` and a program whose runs are, `s` and a system call."""


def _needs(kind: str, *names: str) -> tuple[Need, ...]:
    return tuple((kind, name) for name in names)


EVENTS: Mapping[str, tuple[tuple[Need, ...], ...]] = {
    "identity": (_needs("w", "/etc/passwd", "/etc/shadow", "/etc/group"),),
    "sudoers": (_needs("w", "/etc/sudoers", "/etc/sudoers.d"),),
    "privileged": (_needs("x", "/usr/bin/sudo", "/usr/bin/su"), _needs("s", "execve")),
    "time": (_needs("s", "adjtimex", "settimeofday", "clock_settime"),),
    "sshd": (_needs("w", "/etc/ssh/sshd_config"),),
    "pam": (_needs("w", "/etc/pam.d"),),
    "modules": (
        _needs("s", "init_module", "finit_module", "delete_module"),
        _needs("x", "/usr/bin/kmod"),
        _needs("x", "/usr/sbin/insmod", "/usr/sbin/modprobe", "/usr/sbin/rmmod"),
    ),
    "audit": (_needs("w", "/etc/audit"), _needs("w", "/etc/audit/auditd.conf", "/etc/audit/rules.d")),
    "logins": (
        _needs("w", "/var/log/wtmp", "/var/log/btmp"),
        _needs("w", "/var/log/lastlog", "/run/faillock"),
        _needs("w", "/var/log/lastlog", "/var/log/tallylog"),
        _needs("w", "/var/log/lastlog", "/var/log/faillog"),
    ),
}
"""Kind of event → ways to record it, each a list of needs that all must hold: the important operations of GB/T 28448
for an operating system, as the sample rules of audit-userspace write them."""
TITLES = {
    "identity": "账户文件",
    "sudoers": "sudo 规则",
    "privileged": "特权命令",
    "time": "改时间",
    "sshd": "SSH 配置",
    "pam": "PAM 配置",
    "modules": "内核模块",
    "audit": "审计配置",
    "logins": "登录记录",
}


def audit_coverage(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records: event, loaded (yes/no). Sources: the loaded rules, the state of audit."""
    (_, loaded), (_, state) = parts
    if state.entries["running"][0].value == "no":
        return _table(dict.fromkeys(EVENTS, ("内核审计没有在记录",)), "loaded")
    in_force = rules(loaded.records or ())
    return _table({event: _gaps(event, in_force) for event in EVENTS}, "loaded")


def audit_coverage_at_boot(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records of the events recorded now: event, boot (yes/no). Sources: `audit-coverage`, rule files, start of auditd.

    augenrules makes audit.rules anew from rules.d (moving `-D` to the front); without it audit.rules is loaded as it is.
    """
    (_, now), (_, written), (_, start) = parts
    records = written.records or ()
    if any("augenrules" in line for line in start.lines):
        chosen = [r for r in records if r.fields["file"] != MAIN and str(r.fields["rule"]).split() != ["-D"]]
    else:
        chosen = [r for r in records if r.fields["file"] == MAIN]
    at_boot = rules(chosen)
    recorded = [str(r.fields["event"]) for r in now.records or () if r.fields["loaded"] == "yes"]
    return _table({event: _gaps(event, at_boot) for event in recorded}, "boot")


def _gaps(event: str, in_force: Sequence[Rule]) -> tuple[str, ...]:
    """What is not recorded of an event, on the way that lacks least; empty when it is recorded."""
    ways = [tuple(_shown(need) for need in way if not _recorded(need, in_force)) for way in EVENTS[event]]
    return min(ways, key=len)


def _recorded(need: Need, in_force: Sequence[Rule]) -> bool:
    """The first rule about it that leaves nobody out decides, as in the kernel."""
    first = next((rule for rule in in_force if not rule.narrowed and _about(need, rule)), None)
    return first is not None and first.action == "always"


def _about(need: Need, rule: Rule) -> bool:
    kind, what = need
    if rule.action == "never" and not rule.watches and ANY in rule.syscalls:
        return rule.lists in ("task", "exit")
    if rule.lists != "exit" or not rule.native:
        return False
    if kind == "s":
        return not rule.watches and bool(rule.syscalls & {what, ANY})
    return kind in rule.perm and watched(what, rule)


def _table(gaps: Mapping[str, tuple[str, ...]], column: str) -> Parsed:
    lines: list[str] = []
    records = []
    for number, (event, gap) in enumerate(gaps.items(), start=1):
        fields: dict[str, FieldValue] = {"event": event, column: "no" if gap else "yes"}
        lines.append(f"{TITLES[event]}（{event}）：{'没有记录 ' + '、'.join(gap) if gap else '有规则'}")
        records.append(Record(fields, number))
    return Parsed(lines=tuple(lines), records=tuple(records))


def _shown(need: Need) -> str:
    kind, what = need
    return {"w": f"{what} 的改动", "x": f"{what} 的执行", "s": f"系统调用 {what}"}[kind]
