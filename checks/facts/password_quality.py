"""The password rules that really hold: PAM arguments over pwquality.conf over pwquality.conf.d (pam_pwquality(8))."""

from checks.facts.pam import Step, stack
from checks.facts.text import files
from checks.facts.values import Entry, Parsed

SERVICES = ("passwd", "common-password", "system-auth", "password-auth")
"""Where passwords are changed; the first file that exists counts (a minimal system has no `passwd` service file)."""
MODULES = ("pam_pwquality", "pam_cracklib")
CREDITS = ("dcredit", "ucredit", "lcredit", "ocredit")
DEFAULTS = {"pam_pwquality": {"minlen": 8, "credit": 0}, "pam_cracklib": {"minlen": 9, "credit": 1}}
"""pwquality.conf(5) and pam_cracklib(8): length and credits when nothing is written."""
MAIN = "/etc/security/pwquality.conf"


def password_quality(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries: module (or none), enforced, minlen (shortest password it accepts), classes (kinds of characters it
    requires), root (whether it binds root too). Sources: the pam files, the pwquality files."""
    pam_parsed, conf = parts[0][1], parts[1][1]
    step = _step(pam_parsed)
    if step is None:
        values = {"module": "none", "enforced": "no", "minlen": "0", "classes": "0", "root": "no"}
        return _entries(values, "密码修改的 PAM 栈里没有 pam_pwquality 或 pam_cracklib")
    settings = _settings(conf) if step.module == "pam_pwquality" else {}
    settings |= {k: v for a in step.arguments for k, _, v in [a.partition("=")]}
    off = settings.get("enforcing") == "0"
    credit = [_number(settings.get(name), DEFAULTS[step.module]["credit"]) for name in CREDITS]
    minlen = _number(settings.get("minlen"), DEFAULTS[step.module]["minlen"])
    length = None if minlen is None or None in credit else max(6, minlen - sum(c for c in credit if c and c > 0))
    minclass = _number(settings.get("minclass"), 0)
    classes = None if minclass is None or None in credit else max(minclass, sum(1 for c in credit if c and c < 0))
    values = {
        "module": step.module,
        "enforced": "yes" if step.enforced and not off else "no",
        "minlen": "?" if length is None else str(length),
        "classes": "?" if classes is None else str(classes),
        "root": "yes" if "enforce_for_root" in settings else "no",
    }
    source = pam_parsed.lines[step.line - 1].strip()
    return _entries(values, f"{source}；pwquality.conf 合并后：{_shown(settings)}")


def _step(parsed: Parsed) -> Step | None:
    present = {str(record.fields["file"]) for record in parsed.records or ()}
    service = next((name for name in SERVICES if name in present), None)
    steps = stack(parsed, service, "password") if service else ()
    return next((step for step in steps if step.module in MODULES), None)


def _settings(conf: Parsed) -> dict[str, str]:
    """conf.d in the order of its names, then the main file over it; a bare word is a switch."""
    drop_ins: dict[str, str] = {}
    main: dict[str, str] = {}
    for path, _, line in files(conf.lines):
        body = line.partition("#")[0].strip()
        if body:
            key, _, value = body.partition("=")
            (main if path == MAIN else drop_ins)[key.strip()] = value.strip()
    return drop_ins | main


def _number(text: str | None, default: int) -> int | None:
    if text is None:
        return default
    return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 10 else None


def _shown(settings: dict[str, str]) -> str:
    return (
        " ".join(f"{key}={value}" if value else key for key, value in sorted(settings.items()))[:300]
        or "没有写任何设置"
    )


def _entries(values: dict[str, str], origin: str) -> Parsed:
    return Parsed(lines=(origin,), entries={key: (Entry(value, 1),) for key, value in values.items()})
