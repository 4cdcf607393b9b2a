"""The lockout that really holds for SSH logins: pam_faillock or pam_tally2 on sshd's stack, with faillock.conf."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checks.facts.conf import arguments, settings
from checks.facts.pam import Step, service, stack
from checks.facts.release import FAILLOCK_CONF, older_than
from checks.facts.values import Entry, Parsed

SERVICE = "sshd"
FAILLOCK_DEFAULTS = {"deny": "3", "unlock_time": "600"}
"""faillock.conf(5). unlock_time 0 and `never` both mean: until an administrator unlocks."""
TALLY_DEFAULTS = {"deny": "0", "unlock_time": "never"}
"""pam_tally2(8): without deny= it only counts."""
TALLIES = ("pam_tally2", "pam_tally")
PASSWORD_MODULES = ("pam_unix", "pam_sss", "pam_ldap", "pam_winbind", "pam_krb5")


@dataclass(frozen=True)
class Lockout:
    """What happens after failed logins. deny 0: nothing. seconds `never`: until unlocked by hand."""

    module: str
    deny: str
    seconds: str
    root: bool
    origin: str


def lockout(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries: module (or none), deny (0: never locks), seconds (`never`: until unlocked by hand), root (yes/no).

    Sources: the pam files, faillock.conf, os-release.
    """
    pam, conf, os_release = (parsed for _, parsed in parts)
    found = _found(pam, conf, os_release)
    values = {
        "module": found.module,
        "deny": found.deny,
        "seconds": found.seconds,
        "root": "yes" if found.root else "no",
    }
    return Parsed(lines=(found.origin[:500],), entries={key: (Entry(value, 1),) for key, value in values.items()})


def _found(pam: Parsed, conf: Parsed, os_release: Parsed) -> Lockout:
    steps = stack(pam, service(pam, SERVICE), "auth")
    faillock = [step for step in steps if step.module == "pam_faillock"]
    tally = [step for step in steps if step.module in TALLIES]
    cited = "；".join(dict.fromkeys(pam.lines[step.line - 1].strip() for step in faillock or tally))
    if faillock:
        written = {} if older_than(os_release, FAILLOCK_CONF) else settings(conf.lines)
        refusing, fault = _faillock(steps)
        return _lockout(refusing, {**FAILLOCK_DEFAULTS, **written}, fault, f"{cited}；faillock.conf：{_shown(written)}")
    if tally:
        refusing, fault = _tally(steps)
        return _lockout(refusing, TALLY_DEFAULTS, fault, cited)
    return Lockout("none", "0", "0", False, "sshd 的 auth 栈里没有 pam_faillock 或 pam_tally2")


def _lockout(refusing: Sequence[Step], base: dict[str, str], fault: str, origin: str) -> Lockout:
    if fault:
        return Lockout("none", "0", "0", False, f"{fault}：{origin}")
    each = [{**base, **arguments(step.arguments)} for step in refusing]
    return Lockout(
        module=refusing[0].module,
        deny=_weakest([one["deny"] for one in each], largest=True),
        seconds=_weakest([_seconds(one["unlock_time"]) for one in each], largest=False),
        root=all("even_deny_root" in one or "root_unlock_time" in one for one in each),
        origin=origin,
    )


def _faillock(steps: Sequence[Step]) -> tuple[list[Step], str]:
    """The steps that refuse a locked account, whose settings hold; and why it does not lock at all.

    `authfail` counts, after the password was wrong; `preauth` before the password, or `authsucc` after it, refuses.
    """
    at = [index for index, step in enumerate(steps) if step.module in PASSWORD_MODULES]
    first, last = (at[0], at[-1]) if at else (len(steps), -1)
    own = [(index, step) for index, step in enumerate(steps) if step.module == "pam_faillock"]
    if not any("authfail" in step.arguments and index > last for index, step in own):
        return [], "口令模块之后没有 authfail，失败不计数"
    refusing = [
        step
        for index, step in own
        if ("preauth" in step.arguments and step.enforced and index < first)
        or ("authsucc" in step.arguments and index > last)
    ]
    return refusing, "" if refusing else "口令模块之前没有起作用的 preauth，锁了也照样放行"


def _tally(steps: Sequence[Step]) -> tuple[list[Step], str]:
    """The steps that refuse: required, and before a password module lets the login through."""
    first = next((i for i, step in enumerate(steps) if step.module in PASSWORD_MODULES), len(steps))
    refusing = [s for i, s in enumerate(steps) if s.module in TALLIES and s.enforced and i < first]
    return refusing, "" if refusing else "它不是 required，或排在口令模块之后"


def _seconds(text: str) -> str:
    return "never" if text in ("0", "never") else text


def _weakest(values: Iterable[str], *, largest: bool) -> str:
    """The weakest of several settings: the halves of faillock may differ. Something not understood stays as it is."""
    seen = list(dict.fromkeys(values))
    plain = [value for value in seen if value.isascii() and value.isdigit() and len(value) < 10]
    strange = [value for value in seen if value not in plain and value != "never"]
    if strange or not plain:
        return strange[0] if strange else "never"
    if largest:
        return "0" if any(int(value) == 0 for value in plain) else max(plain, key=int)
    return min(plain, key=int)


def _shown(written: dict[str, str]) -> str:
    return " ".join(f"{key}={value}" if value else key for key, value in sorted(written.items())) or "没有写任何设置"
