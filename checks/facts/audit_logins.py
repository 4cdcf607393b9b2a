"""Whether records carry who logged in: pam_loginuid on the session stack of every way in."""

from checks.facts.pam import service, stack
from checks.facts.values import FieldValue, Parsed, Record

WAYS_IN = ("sshd", "login", "crond", "cron", "gdm-password", "lightdm", "sddm", "cockpit", "remote")
"""PAM services by which people (or their jobs) come in; those whose file exists count."""


def audit_logins(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records: service, loginuid (yes/no). Source: the pam files."""
    (_, pam), *_ = parts
    present = {str(record.fields["file"]) for record in pam.records or ()}
    lines: list[str] = []
    records = []
    for name in (name for name in WAYS_IN if name in present):
        has = any(step.module == "pam_loginuid" for step in stack(pam, service(pam, name), "session"))
        lines.append(f"{name} 的会话栈里{'有' if has else '没有'} pam_loginuid")
        fields: dict[str, FieldValue] = {"service": name, "loginuid": "yes" if has else "no"}
        records.append(Record(fields, len(lines)))
    return Parsed(lines=tuple(lines), records=tuple(records))
