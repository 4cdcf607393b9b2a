"""The password rules that really hold where passwords are changed: PAM arguments over pwquality.conf over conf.d."""

from dataclasses import dataclass, replace

from checks.facts.conf import arguments, number, settings
from checks.facts.pam import Step, stack
from checks.facts.release import QUALITY_WITHOUT_CREDITS, older_than
from checks.facts.text import files
from checks.facts.values import Entry, Parsed

SERVICES = ("passwd", "sshd", "login", "gdm-password", "lightdm", "sddm")
"""Where people change passwords (an expired one is changed while logging in). Those that exist all count."""
SHARED = ("common-password", "system-auth", "password-auth")
"""Read instead when none of them has a password stack of its own."""
CREDITS = ("dcredit", "ucredit", "lcredit", "ocredit")
_WORDS = (
    "difok minlen minclass maxrepeat maxclassrepeat maxsequence gecoscheck dictcheck usercheck usersubstr enforcing"
)
_SWITCHES = ("badwords", "dictpath", "retry", "enforce_for_root", "local_users_only")
KNOWN = frozenset((*CREDITS, *_WORDS.split(), *_SWITCHES))
"""pwquality.conf(5). An unknown word makes the library refuse the whole file."""
MAIN = "/etc/security/pwquality.conf"
UNKNOWN = "?"
"""Not understood: no number, so that checks come out undecided."""


@dataclass(frozen=True)
class Defaults:
    """Length, credits and shortest length of a module when nothing is written."""

    minlen: int
    credit: int
    floor: int


NEW = Defaults(minlen=8, credit=0, floor=6)
DEFAULTS = {"pam_pwquality": NEW, "pam_cracklib": Defaults(minlen=9, credit=1, floor=5)}
OLD_QUALITY = replace(NEW, minlen=9, credit=1)
OTHERS = ("pam_passwdqc", "pam_pwdfile", "pam_kysec", "pam_sss", "pam_ldap", "pam_winbind")
"""Modules that have password rules of their own, which are not understood here."""


@dataclass(frozen=True)
class Rules:
    """What one service enforces. `minlen`: the shortest password it accepts; None: not understood."""

    service: str
    module: str
    enforced: bool
    minlen: int | None
    classes: int | None
    root: bool
    origin: str


def password_quality(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries, a value for every service that changes passwords: module, enforced, minlen, classes, root.

    Sources: the pam files, the pwquality files, os-release.
    """
    pam, conf, os_release = (parsed for _, parsed in parts)
    rules = [_rules(service, steps, pam, conf, os_release) for service, steps in password_stacks(pam)]
    lines = tuple(f"{r.service}：{r.origin}"[:500] for r in rules)
    columns = {name: tuple(Entry(_cell(r, name), line) for line, r in enumerate(rules, start=1)) for name in _CELLS}
    return Parsed(lines=lines, entries=columns if rules else {})


def password_stacks(pam: Parsed) -> list[tuple[str, tuple[Step, ...]]]:
    """Services with their password stack, those without one left out."""
    present = {str(record.fields["file"]) for record in pam.records or ()}
    for names in (SERVICES, SHARED):
        found = [(name, stack(pam, name, "password")) for name in names if name in present]
        if any(steps for _, steps in found):
            return [(name, steps) for name, steps in found if steps]
    return []


def _rules(service: str, steps: tuple[Step, ...], pam: Parsed, conf: Parsed, os_release: Parsed) -> Rules:
    step = next((step for step in steps if step.module in DEFAULTS), None)
    if step is None:
        return _without(service, steps)
    old = older_than(os_release, QUALITY_WITHOUT_CREDITS)
    written, refused = _written(conf) if step.module == "pam_pwquality" else ({}, "")
    given = {**written, **arguments(step.arguments)}
    defaults = OLD_QUALITY if old and step.module == "pam_pwquality" else DEFAULTS[step.module]
    bypassed = _bypassed(steps, step)
    minlen, classes = _strength(given, defaults)
    origin = f"{pam.lines[step.line - 1].strip()}；合并配置文件后：{_shown(given)}"
    return Rules(
        service=service,
        module=step.module,
        enforced=step.enforced and given.get("enforcing") != "0" and not bypassed,
        minlen=None if refused else minlen,
        classes=None if refused else classes,
        root="enforce_for_root" in (arguments(step.arguments) if old else given),
        origin=f"{origin}；{bypassed or refused}" if bypassed or refused else origin,
    )


def _without(service: str, steps: tuple[Step, ...]) -> Rules:
    other = next((step.module for step in steps if step.module in OTHERS), None)
    if other and not any(step.module == "pam_unix" for step in steps):
        return Rules(service, other, True, None, None, False, f"口令由 {other} 管，看不出它的规则")
    if other in ("pam_passwdqc", "pam_kysec"):
        return Rules(service, other, True, None, None, True, f"用的是 {other}，看不出它的规则")
    origin = "修改口令的 PAM 栈里没有 pam_pwquality 或 pam_cracklib"
    return Rules(service, "none", False, 0, 0, False, origin)


def _bypassed(steps: tuple[Step, ...], step: Step) -> str:
    """Why the module never gets to judge: pam_unix stores the password before it."""
    before = steps[: steps.index(step)]
    unix = next((s for s in before if s.module == "pam_unix"), None)
    return "" if unix is None else f"pam_unix 排在 {step.module} 前面，口令已经改完"


def _strength(given: dict[str, str], defaults: Defaults) -> tuple[int | None, int | None]:
    """(shortest accepted length, kinds of characters required). A credit above 0 shortens, below 0 requires a kind."""
    minlen, minclass = number(given.get("minlen"), defaults.minlen), number(given.get("minclass"), 0)
    written = [number(given.get(name), defaults.credit) for name in CREDITS]
    known = [credit for credit in written if credit is not None]
    if len(known) < len(written):
        return None, None
    length = None if minlen is None else max(defaults.floor, minlen - sum(c for c in known if c > 0))
    return length, None if minclass is None else max(minclass, sum(1 for c in known if c < 0))


def _written(conf: Parsed) -> tuple[dict[str, str], str]:
    """(settings, why the library refuses them): conf.d in the order of its names, then the main file over it."""
    by_file: dict[str, list[str]] = {}
    for path, _, line in files(conf.lines):
        by_file.setdefault(path, []).append(line)
    merged: dict[str, str] = {}
    for path in sorted(by_file, key=lambda path: (path == MAIN, path)):
        merged |= settings(by_file[path])
    strange = sorted(set(merged) - KNOWN)
    return merged, f"配置文件里有不认识的设置 {strange[0][:40]}，整个文件会被拒绝" if strange else ""


def _shown(given: dict[str, str]) -> str:
    words = " ".join(f"{key}={value}" if value else key for key, value in sorted(given.items()))
    return words[:300] or "没有写任何设置"


_CELLS = ("module", "enforced", "minlen", "classes", "root")


def _cell(rules: Rules, name: str) -> str:
    value = getattr(rules, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return UNKNOWN if value is None else str(value)
