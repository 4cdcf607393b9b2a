"""What happens when a password is stored: which old ones are refused, and by which algorithm the new one is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from checks.facts.conf import arguments, number, settings
from checks.facts.pam import Step
from checks.facts.password_quality import UNKNOWN, password_stacks
from checks.facts.values import Entry, Parsed

ALGORITHMS = ("md5", "bigcrypt", "sha256", "sha512", "blowfish", "gost_yescrypt", "yescrypt", "sm3")
"""Arguments of pam_unix(8); without one it takes ENCRYPT_METHOD of login.defs."""
REMEMBER_DEFAULT = "10"
"""pam_pwhistory(8)."""


@dataclass(frozen=True)
class History:
    """remember: how many old passwords are refused (text; `?` when not understood). root: also when root sets one."""

    remember: str
    root: bool
    origin: str


def password_storing(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries, a value for every service that changes passwords: remember, root, algorithm (left out: one is not known).

    Sources: the pam files, pam_pwhistory's own settings (`pwhistory`), login.defs.
    """
    pam, own, login_defs = (parsed for _, parsed in parts)
    lines: list[str] = []
    found: dict[str, list[Entry]] = {"remember": [], "root": [], "algorithm": []}
    for service, steps in password_stacks(pam):
        history = _history(steps, own, pam)
        algorithm, why = _algorithm(steps, login_defs)
        lines.append(f"{service}：{history.origin}；{why}"[:500])
        values = {"remember": history.remember, "root": "yes" if history.root else "no", "algorithm": algorithm}
        for key, value in values.items():
            found[key].append(Entry(value, len(lines)))
    if any(entry.value == UNKNOWN for entry in found["algorithm"]):
        del found["algorithm"]
    return Parsed(lines=tuple(lines), entries={key: tuple(entries) for key, entries in found.items() if entries})


def _history(steps: tuple[Step, ...], own: Parsed, pam: Parsed) -> History:
    at = next((i for i, step in enumerate(steps) if step.module == "pam_unix"), len(steps))
    if at == len(steps):
        return History(UNKNOWN, False, "口令不由 pam_unix 保存，看不出记不记旧口令")
    keeper = next((s for s in steps[:at] if s.module == "pam_pwhistory" and s.enforced), None)
    if keeper is None:
        return _by_unix(steps[at], own, pam)
    written, note = _written(own)
    given = {"remember": REMEMBER_DEFAULT, **written, **arguments(keeper.arguments)}
    origin = f"{pam.lines[keeper.line - 1].strip()}；记住 {given['remember']} 个{note}"
    return History(_plain(given["remember"]), "enforce_for_root" in given, origin)


def _by_unix(unix: Step, own: Parsed, pam: Parsed) -> History:
    remember = unix.argument("remember")
    if remember is None:
        return History("0", False, "保存口令之前没有起作用的 pam_pwhistory，pam_unix 也没有 remember")
    shown = pam.lines[unix.line - 1].strip()
    if _said(own, "opasswd") == "no":
        return History("0", False, f"{shown}；没有 /etc/security/opasswd，旧口令无处可记")
    return History(_plain(remember), False, f"{shown}；root 设口令时不查")


def _written(own: Parsed) -> tuple[dict[str, str], str]:
    """(settings of pwhistory.conf, note): older modules do not read the file, whatever stands in it."""
    body = [line for line in own.lines[2:] if not line.startswith("==> ")]
    if not body or _said(own, "reads-conf") == "no":
        return {}, "（这一版的模块不读 pwhistory.conf）" if body else ""
    if _said(own, "reads-conf") == "yes":
        return settings(body), ""
    return {"remember": UNKNOWN}, "（找不到模块文件，不知道它读不读 pwhistory.conf）"


def _said(own: Parsed, key: str) -> str:
    entries = own.entries.get(key, ())
    return entries[0].value if entries else UNKNOWN


def _plain(remember: str) -> str:
    return remember if number(remember) is not None else UNKNOWN


def _algorithm(steps: tuple[Step, ...], login_defs: Parsed) -> tuple[str, str]:
    unix = next((step for step in steps if step.module == "pam_unix"), None)
    if unix is None:
        return UNKNOWN, "口令不由 pam_unix 保存"
    named = [word for word in unix.arguments if word in ALGORITHMS]
    if named:
        return named[-1], f"pam_unix 用 {named[-1]}"
    return _by_login_defs({key: entries[-1].value for key, entries in login_defs.entries.items() if entries})


def _by_login_defs(values: Mapping[str, str]) -> tuple[str, str]:
    if "ENCRYPT_METHOD" in values:
        method = values["ENCRYPT_METHOD"].lower()
        return method, f"pam_unix 没有写算法，用 login.defs 的 {method}"
    if values.get("MD5_CRYPT_ENAB", "").lower() == "yes":
        return "md5", "pam_unix 没有写算法，login.defs 写了 MD5_CRYPT_ENAB"
    return UNKNOWN, "pam_unix 和 login.defs 都没有写算法"
