"""What the kernel really audits: rules as the kernel asks them, loaded ones and those of the next boot."""

import pytest

from checks.facts.values import ParseError
from tests.facts.facting import derived, parsed, rows

HOST = {"processes": "/proc/1/comm:systemd\n", "container": "no\n", "audit-status": "enabled 1\npid 612\n"}
STIG = """\
-w /etc/passwd -p wa -k identity
-w /etc/group -p wa -k identity
-w /etc/shadow -p wa -k identity
-w /etc/sudoers -p wa -k actions
-w /etc/sudoers.d -p wa -k actions
-a always,exit -S all -F path=/usr/bin/su -F perm=x -F auid>=1000 -F auid!=-1 -F key=privileged
-a always,exit -S all -F path=/usr/bin/sudo -F perm=x -F auid>=1000 -F auid!=-1 -F key=privileged
-a always,exit -F arch=b32 -S stime,settimeofday,adjtimex -F key=time-change
-a always,exit -F arch=b64 -S adjtimex,settimeofday -F key=time-change
-a always,exit -F arch=b64 -S clock_settime -F a0=0x0 -F key=time-change
"""
"""Lines of `auditctl -l` on RHEL 8 with rules after the STIG (audit-userspace, rules/30-stig.rules)."""


def recorded(rules: str, **more: str) -> set[object]:
    """Kinds of events that are recorded."""
    table = rows(derived("audit-coverage", HOST | {"audit-rules": rules} | more))
    return {row["event"] for row in table if row["loaded"] == "yes"}


def test_a_hardened_host_is_seen_as_one():
    """`-F a0=0x0` leaves out clocks that do not tell the time of day."""
    assert recorded(STIG) == {"identity", "sudoers", "privileged", "time"}
    assert "time" not in recorded(STIG.replace("a0=0x0", "a0=0x1"))


@pytest.mark.parametrize(
    "line",
    [
        "-a always,exit -F arch=b64 -S init_module,finit_module,delete_module -F auid=1000",
        "-a always,exit -F arch=b64 -S init_module,finit_module,delete_module -F success=0",
        "-a always,exit -F arch=b32 -S init_module,finit_module,delete_module",
        "-a always,exit -F arch=b64 -S init_module,delete_module",
        "-a never,exit -F arch=b64 -S init_module,finit_module,delete_module",
        "-a always,user -S init_module,finit_module,delete_module",
        "-w /usr/bin/kmod -p wa",
        "-w",
        "-a",
    ],
    ids=["one-user", "failures", "other-words", "one-call-less", "never", "other-list", "not-run", "bare", "bare-list"],
)
def test_what_does_not_record_every_loading_of_a_module(line):
    assert "modules" not in recorded(line + "\n")


@pytest.mark.parametrize(
    "line",
    [
        "-a always,exit -F arch=b64 -S init_module,finit_module,delete_module -k modules",
        "-a exit,always -F arch=b64 -S init_module -S finit_module -S delete_module",
        "-w /sbin/insmod -p x\n-w /sbin/modprobe -p x\n-w /sbin/rmmod -p x",
        "-w /bin/kmod",
        "-a always,exit -F dir=/usr/bin -F perm=x",
        "-a always,exit -F arch=b64 -S all",
    ],
    ids=["list", "old-words", "old-names", "default-perm", "folder", "all"],
)
def test_what_records_every_loading_of_a_module(line):
    assert "modules" in recorded(line + "\n")


def test_the_first_rule_about_an_event_decides():
    loud = "-a always,exit -F arch=b64 -S all\n"
    silent = "-a never,exit -F arch=b64 -S execve\n"
    assert "privileged" not in recorded(silent + loud)
    assert "privileged" in recorded(loud + silent)
    assert "privileged" not in recorded(loud + silent.replace("-a", "-A"))
    assert recorded(loud + "-a never,task\n") == set()


def test_a_folder_by_itself_does_not_watch_what_is_in_it():
    assert "pam" not in recorded("-a always,exit -F path=/etc -F perm=wa\n")
    assert "pam" in recorded("-a always,exit -F dir=/etc -F perm=wa\n")
    assert "pam" not in recorded("-w /etc/pam -p wa\n")


def at_boot(start: str, main: str, part: str) -> set[object]:
    files = f"==> /etc/audit/audit.rules <==\n{main}\n==> /etc/audit/rules.d/a.rules <==\n{part}"
    given = HOST | {"audit-rules": "-w /etc -p wa\n", "audit-rule-files": files, "audit-unit": start}
    return {row["event"] for row in rows(derived("audit-coverage-at-boot", given)) if row["boot"] == "yes"}


def test_the_next_boot_reads_what_the_unit_reads():
    watch = "-w /etc/passwd\n-w /etc/group\n-w /etc/shadow\n"
    merged = "ExecStartPost={ path=/sbin/augenrules ; argv[]=/sbin/augenrules --load }\n"
    direct = "ExecStartPost={ path=/sbin/auditctl ; argv[]=/sbin/auditctl -R /etc/audit/audit.rules }\n"
    assert at_boot(merged, "", watch) == {"identity"}
    assert at_boot(merged, watch, "") == set()
    assert at_boot(direct, watch, "") == {"identity"}
    assert at_boot(direct, "", watch) == set()


def test_a_deletion_counts_where_it_stands_but_augenrules_moves_it_to_the_front():
    watch = "-w /etc/passwd\n-w /etc/group\n-w /etc/shadow\n-D\n"
    assert at_boot("ExecStartPost=/sbin/auditctl -R /etc/audit/audit.rules\n", watch, "") == set()
    assert at_boot("ExecStartPost=/sbin/augenrules --load\n", "", watch) == {"identity"}


def test_a_rule_taken_away_again_is_none():
    files = "==> /etc/audit/audit.rules <==\n-w /etc/ssh -p wa\n-W /etc/ssh -p wa\n"
    given = HOST | {"audit-rules": "-w /etc/ssh\n", "audit-rule-files": files, "audit-unit": "ExecStart=/sbin/auditd\n"}
    assert {row["event"]: row["boot"] for row in rows(derived("audit-coverage-at-boot", given))} == {"sshd": "no"}


@pytest.mark.parametrize(
    ("status", "processes", "container", "running"),
    [
        ("enabled 1\npid 612\n", "", "no", "yes"),
        ("enabled 2\npid 612\n", "", "yes", "yes"),
        ("enabled 1\npid 0\n", "/proc/9/comm:auditd\n", "no", "no"),
        ("enabled 0\npid 612\n", "", "no", "no"),
        ("auditctl missing\n", "", "no", "no"),
        ("auditctl missing\n", "", "yes", None),
        ("auditctl missing\n", "/proc/9/comm:auditd\n", "no", None),
    ],
)
def test_who_says_whether_audit_runs(status, processes, container, running):
    given = {"audit-status": status, "processes": f"/proc/1/comm:systemd\n{processes}", "container": f"{container}\n"}
    if running is None:
        with pytest.raises(ParseError):
            derived("audit-state", given)
    else:
        assert derived("audit-state", given).entries["running"][0].value == running


def test_something_else_than_rules_is_not_taken_for_none():
    with pytest.raises(ParseError):
        parsed("audit-rules", "Error sending rule list data request (Operation not permitted)\n")
    with pytest.raises(ParseError):
        parsed("audit-status", "\n")


def test_processes_of_a_container_are_not_the_machines_own():
    text = "ns /proc/self/ns/pid 40\nns /proc/1/ns/pid 40\nns /proc/9/ns/pid 41\n/proc/1/comm:init\n/proc/9/comm:clamd\n/proc/10/comm:a (b) c\n"
    assert [row["name"] for row in rows(parsed("processes", text))] == ["init", "a (b) c"]


def test_hidden_processes_leave_the_list_unknown():
    with pytest.raises(ParseError, match="藏起来"):
        parsed("processes", "/proc/812/comm:bash\n")


def test_the_last_argument_of_the_kernel_counts():
    entries = parsed("kernel-command-line", "root=UUID=a=b ro audit=0 audit=1 quiet\n").entries
    assert {key: entry[0].value for key, entry in entries.items()} == {
        "root": "UUID=a=b", "ro": "yes", "audit": "1", "quiet": "yes",
    }  # fmt: skip
