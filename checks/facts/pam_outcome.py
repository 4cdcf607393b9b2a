"""Whether a PAM stack can let somebody in when some of its modules refuse: controls followed as libpam does."""

from collections.abc import Callable, Sequence

from checks.facts.pam import Step

_KNOWLEDGE = (
    "pam_unix pam_unix_auth pam_sss pam_ldap pam_winbind pam_krb5 pam_pwdfile pam_userdb pam_mysql pam_pgsql pam_rootok"
)
_POSSESSION = (
    "pam_google_authenticator pam_oath pam_radius_auth pam_yubico pam_u2f pam_pkcs11 pam_duo pam_otpw pam_fprintd "
    "pam_privacyidea pam_securid pam_biometric pam_deepin_auth"
)
_IGNORING = (
    "pam_env pam_faildelay pam_nologin pam_group pam_keyinit pam_selinux pam_warn pam_echo pam_mail pam_motd pam_umask "
    "pam_limits pam_loginuid pam_gnome_keyring pam_kwallet pam_kwallet5 pam_ecryptfs pam_cap"
)
KNOWLEDGE = frozenset(_KNOWLEDGE.split())
"""Modules that ask for a password, or let in root alone."""
POSSESSION = frozenset(_POSSESSION.split())
"""Modules that ask for something one has or is."""
IGNORING = frozenset(_IGNORING.split())
"""Modules that let nobody in and keep nobody out."""

SUCCESS, REFUSAL, IGNORE = "success", "auth_err", "ignore"
UNKNOWN: tuple[str, ...] = ()
"""A module that is not understood, or whose answer depends on who it is."""
_ANYTHING = (SUCCESS, REFUSAL, IGNORE)

_WORDS = {
    "required": {"success": "ok", "ignore": "ignore", "default": "bad"},
    "requisite": {"success": "ok", "ignore": "ignore", "default": "die"},
    "sufficient": {"success": "done", "default": "ignore"},
    "optional": {"success": "ok", "default": "ignore"},
}
"""pam.conf(5)."""

Says = Callable[[Step], tuple[str, ...]]
"""What a module may return; UNKNOWN when that is not known."""
_State = tuple[int, str]
"""Next step, and the impression so far: none, ok or bad."""


def can_succeed(steps: Sequence[Step], says: Says) -> bool | None:
    """Whether the stack can end in success when its modules answer as `says` tells.

    None: that hangs on modules whose answer is not known.
    """
    if not _reaches(steps, says, _ANYTHING):
        return False
    return True if all(_reaches(steps, says, (answer,)) for answer in _ANYTHING) else None


def _reaches(steps: Sequence[Step], says: Says, unknown: tuple[str, ...]) -> bool:
    """Whether some way through ends in success, with `unknown` as the answers of what is not known."""
    seen: set[_State] = set()
    todo: list[_State] = [(0, "none")]
    while todo:
        at, impression = state = todo.pop()
        if state in seen:
            continue
        seen.add(state)
        if at < len(steps):
            answers = says(steps[at]) or unknown
            todo += [_after(steps[at].control, at, impression, answer, len(steps)) for answer in answers]
        elif impression == "ok":
            return True
    return False


def usual(step: Step) -> tuple[str, ...]:
    """What a module answers somebody who knows no secret and is not root."""
    if step.module in KNOWLEDGE or step.module in POSSESSION or step.module == "pam_deny":
        return (REFUSAL,)
    if step.module == "pam_permit":
        return (SUCCESS,)
    if step.module == "pam_faillock":
        return (REFUSAL,) if "authfail" in step.arguments else (IGNORE,)
    if step.module == "pam_wheel":
        return (SUCCESS, REFUSAL) if "trust" in step.arguments else (IGNORE, REFUSAL)
    return (IGNORE,) if step.module in IGNORING else UNKNOWN


def _after(control: str, at: int, impression: str, result: str, end: int) -> _State:
    action = _action(control, result)
    kept = impression if impression == "bad" else "ok"
    if action.isdigit() and action.isascii() and len(action) < 4:
        return at + 1 + int(action), kept if result == SUCCESS else impression
    if action == "die":
        return end, "bad"
    if action in ("ok", "done"):
        return end if action == "done" else at + 1, kept
    return at + 1, {"bad": "bad", "reset": "none"}.get(action, impression)


def _action(control: str, result: str) -> str:
    known = _WORDS.get(control) or _bracket(control)
    return known.get(result) or known.get("default") or "ignore"


def _bracket(control: str) -> dict[str, str]:
    pairs = (word.partition("=") for word in control.strip("[]").split())
    return {name: value for name, equals, value in pairs if equals}
