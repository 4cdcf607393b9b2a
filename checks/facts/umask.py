"""The permissions new files really get: umask of the login shells' profiles, else of pam_umask and login.defs."""

import re
from collections.abc import Iterator

from checks.facts.conf import arguments
from checks.facts.pam import stack
from checks.facts.shell_timeout import statements
from checks.facts.text import files
from checks.facts.values import Entry, Parsed

SERVICES = ("sshd", "login")
KERNEL = "022"
"""What a session has that nobody gave another."""
_OCTAL = re.compile(r"0*([0-7]{1,3})\Z")
UNKNOWN = "?"


def default_umask(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entry mode: what a new folder may have at most (octal, one value an assignment that may be the last).

    Which of several profile lines wins depends on the shell and on who logs in, so all count. Sources: the profiles'
    umask lines, login.defs, the pam files.
    """
    (_, profiles), (_, login_defs), (_, pam) = parts
    found = list(_of_profiles(profiles)) or [_of_session(login_defs, pam)]
    return Parsed(
        lines=tuple(line[:500] for line, _ in found),
        entries={"mode": tuple(Entry(_mode(mask), at) for at, (_, mask) in enumerate(found, start=1))},
    )


def _of_profiles(profiles: Parsed) -> Iterator[tuple[str, str]]:
    for path, _, line in files(profiles.lines):
        for words in statements(line):
            at = words.index("umask") if "umask" in words else -1
            if at >= 0 and len(words) > at + 1 and not words[at + 1].startswith(("-", "`")):
                yield f"{path}：{line.strip()}", words[at + 1].strip("\"'")


def _of_session(login_defs: Parsed, pam: Parsed) -> tuple[str, str]:
    entries = login_defs.entries.get("UMASK", ())
    written = entries[-1].value if entries else ""
    for name in SERVICES:
        step = next((s for s in stack(pam, name, "session") if s.module == "pam_umask"), None)
        if step is not None:
            mask = arguments(step.arguments).get("umask") or written or KERNEL
            return f"{name} 的 pam_umask：{mask}", mask
    return (
        f"没有一处在登录时设置 umask（login.defs 的 {written or '空'} 只管新建的家目录），用系统默认 {KERNEL}",
        KERNEL,
    )


def _mode(mask: str) -> str:
    octal = _OCTAL.match(mask)
    return f"{0o777 & ~int(octal[1], 8):04o}" if octal else UNKNOWN
