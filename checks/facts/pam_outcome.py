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

Outcome = tuple[str, bool]
"""What a module returns (`success`, `auth_err`, `ignore`), and whether that is certain to be possible."""
SUCCESS: Outcome = ("success", True)
REFUSAL: Outcome = ("auth_err", True)
IGNORE: Outcome = ("ignore", True)
PERHAPS: tuple[Outcome, ...] = (("success", False), REFUSAL, IGNORE)
"""A module that is not understood, or whose answer depends on who it is."""

_WORDS = {
    "required": {"success": "ok", "ignore": "ignore", "default": "bad"},
    "requisite": {"success": "ok", "ignore": "ignore", "default": "die"},
    "sufficient": {"success": "done", "default": "ignore"},
    "optional": {"success": "ok", "default": "ignore"},
}
"""pam.conf(5)."""

Says = Callable[[Step], tuple[Outcome, ...]]
_State = tuple[int, str, bool]
"""Next step, impression so far (none, ok, bad), certain."""


def can_succeed(steps: Sequence[Step], says: Says) -> bool | None:
    """Whether the stack can end in success when its modules answer as `says` tells; None: only in a way that is in doubt."""
    ends: set[bool] = set()
    seen: set[_State] = set()
    todo: list[_State] = [(0, "none", True)]
    while todo:
        state = todo.pop()
        if state in seen:
            continue
        seen.add(state)
        at, impression, certain = state
        if at >= len(steps):
            ends |= {certain} if impression == "ok" else set()
            continue
        for result, sure in says(steps[at]):
            todo.append(_after(steps[at], at, impression, result, len(steps), certain and sure))
    return True if True in ends else None if ends else False


def usual(step: Step) -> tuple[Outcome, ...]:
    """What a module answers somebody who knows no secret and is not root."""
    if step.module in KNOWLEDGE or step.module in POSSESSION or step.module == "pam_deny":
        return (REFUSAL,)
    if step.module == "pam_permit":
        return (SUCCESS,)
    if step.module == "pam_faillock":
        return (REFUSAL,) if "authfail" in step.arguments else (IGNORE,)
    if step.module == "pam_wheel":
        return (SUCCESS, REFUSAL) if "trust" in step.arguments else (IGNORE, REFUSAL)
    return (IGNORE,) if step.module in IGNORING else PERHAPS


def _after(step: Step, at: int, impression: str, result: str, end: int, certain: bool) -> _State:
    action = _action(step.control, result)
    if action.isdigit() and action.isascii() and len(action) < 4:
        kept = "ok" if result == "success" and impression == "none" else impression
        return at + 1 + int(action), kept, certain
    if action == "die":
        return end, "bad", certain
    if action in ("ok", "done"):
        kept = impression if impression == "bad" else "ok"
        return (end if action == "done" else at + 1), kept, certain
    kept = {"bad": "bad", "reset": "none"}.get(action, impression)
    return at + 1, kept, certain


def _action(control: str, result: str) -> str:
    known = _WORDS.get(control) or _bracket(control)
    return known.get(result) or known.get("default") or "ignore"


def _bracket(control: str) -> dict[str, str]:
    pairs = (word.partition("=") for word in control.strip("[]").split())
    return {name: value for name, equals, value in pairs if equals}
