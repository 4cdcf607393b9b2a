"""The lockout that really holds for SSH logins: pam_faillock or pam_tally2 on sshd's stack, with faillock.conf."""

from checks.facts.pam import Step, stack
from checks.facts.text import keyvalue
from checks.facts.values import Entry, Parsed

SERVICES = ("sshd", "password-auth", "system-auth", "common-auth")
FAILLOCK_DEFAULTS = {"deny": "3", "unlock_time": "600"}
"""faillock.conf(5). unlock_time 0 and `never` both mean: until an administrator unlocks."""
TALLY2_DEFAULTS = {"deny": "0", "unlock_time": "never"}
"""pam_tally2(8): without deny= it only counts."""


def lockout(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries: module (or none), deny (0: never locks), seconds (`never`: until unlocked by hand), root (yes/no).

    Sources: the pam files, faillock.conf.
    """
    steps = stack(parts[0][1], _service(parts[0][1]), "auth")
    faillock = [step for step in steps if step.module == "pam_faillock"]
    if faillock:
        return _faillock(faillock, parts[1][1], parts[0][1])
    tally = next((step for step in steps if step.module == "pam_tally2"), None)
    if tally is not None:
        return _entries("pam_tally2", {**TALLY2_DEFAULTS, **_given(tally)}, parts[0][1].lines[tally.line - 1])
    return _entries("none", {"deny": "0", "unlock_time": "0"}, "sshd 的 auth 栈里没有 pam_faillock 或 pam_tally2")


def _faillock(steps: list[Step], conf: Parsed, pam: Parsed) -> Parsed:
    """Both halves are needed: `preauth` refuses, `authfail` counts."""
    if not {"preauth", "authfail"} <= {word for step in steps for word in step.arguments}:
        origin = "；".join(pam.lines[step.line - 1].strip() for step in steps)
        return _entries("pam_faillock", {"deny": "0", "unlock_time": "0"}, f"缺少 preauth 或 authfail：{origin}")
    parsed = keyvalue("\n".join(conf.lines), {"separator": "=", "repeat": "last"})
    written = {key: entries[0].value for key, entries in parsed.entries.items()}
    settings = {**FAILLOCK_DEFAULTS, **written}
    for step in steps:
        settings |= _given(step)
    origin = "；".join(pam.lines[step.line - 1].strip() for step in steps)
    return _entries("pam_faillock", settings, f"{origin}；faillock.conf：{written or '没有写任何设置'}")


def _given(step: Step) -> dict[str, str]:
    return {key: value for argument in step.arguments for key, _, value in [argument.partition("=")]}


def _service(pam: Parsed) -> str:
    present = {str(record.fields["file"]) for record in pam.records or ()}
    return next((name for name in SERVICES if name in present), SERVICES[0])


def _entries(module: str, settings: dict[str, str], origin: str) -> Parsed:
    seconds = settings["unlock_time"]
    values = {
        "module": module,
        "deny": settings["deny"],
        "seconds": "never" if module != "none" and seconds in ("0", "never") else seconds,
        "root": "yes" if "even_deny_root" in settings else "no",
    }
    return Parsed(lines=(origin[:500],), entries={key: (Entry(value, 1),) for key, value in values.items()})
