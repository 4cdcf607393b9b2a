"""How many kinds of proof an SSH login takes, who may use su, and what new files are like."""

import pytest

from checks.facts.registry import DERIVATIONS, parse_fact
from checks.facts.values import ParseError

ON = "pubkeyauthentication yes\npasswordauthentication yes\nkbdinteractiveauthentication yes\nusepam yes\n"
UNIX = "auth required pam_unix.so\n"
CODE = "auth required pam_google_authenticator.so\n"


def pam(lines: str, name: str = "sshd"):
    return parse_fact("pam", f"==> /etc/pam.d/{name} <==\n{lines}", {})


def kinds(sshd: str, lines: str = UNIX) -> str:
    sources = (("sshd", parse_fact("keyvalue", sshd, {"fold": True})), ("pam", pam(lines)))
    entries = DERIVATIONS["second-factor"](sources).entries
    return entries["kinds"][0].value if entries else ""


@pytest.mark.parametrize(
    ("methods", "number"),
    [
        ("any", "1"),
        ("publickey,password", "2"),
        ("publickey,keyboard-interactive:pam", "2"),
        ("publickey,password publickey", "1"),
        ("publickey,publickey", "1"),
        ("publickey,password hostbased", "2"),
    ],
    ids=["any", "both", "pam", "or-key-alone", "two-keys", "list-that-is-off"],
)
def test_the_easiest_way_in_counts(methods, number):
    assert kinds(f"{ON}authenticationmethods {methods}\n") == number


def test_before_authenticationmethods_was_known_any_method_let_in():
    assert kinds(ON) == "1"


PASSWORDS_ONLY = ON.replace("pubkeyauthentication yes", "pubkeyauthentication no")


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (UNIX + CODE, "2"),
        (UNIX + CODE.replace(".so", ".so nullok"), "1"),
        ("auth sufficient pam_google_authenticator.so\n" + UNIX, "0"),
        (UNIX, "1"),
        ("auth sufficient pam_permit.so\n" + UNIX, "0"),
    ],
    ids=["code-and-password", "nullok", "either-suffices", "password", "backdoor"],
)
def test_what_pam_asks_for_behind_a_password_counts(lines, number):
    assert kinds(PASSWORDS_ONLY, lines) == number


def test_without_pam_a_password_is_only_a_password():
    assert kinds(PASSWORDS_ONLY.replace("usepam yes", "usepam no"), UNIX + CODE) == "1"


def test_no_way_in_at_all_says_nothing():
    assert kinds("pubkeyauthentication no\npasswordauthentication no\nusepam yes\n") == ""


def su(lines: str) -> str:
    entries = DERIVATIONS["su-access"]((("pam", pam(lines, "su")),)).entries
    return entries["restricted"][0].value if entries else "?"


ROOT = "auth sufficient pam_rootok.so\n"


@pytest.mark.parametrize(
    ("lines", "restricted"),
    [
        (ROOT + UNIX, "no"),
        (ROOT + "auth required pam_wheel.so use_uid\n" + UNIX, "yes"),
        (ROOT + "auth requisite pam_wheel.so group=sudo\n" + UNIX, "yes"),
        (ROOT + "auth optional pam_wheel.so\n" + UNIX, "no"),
        (ROOT + "auth sufficient pam_unix.so\nauth required pam_wheel.so\n", "no"),
        (ROOT + "auth required pam_wheel.so deny group=students\n" + UNIX, "no"),
        (ROOT + "auth sufficient pam_wheel.so trust\n" + UNIX, "no"),
        (ROOT + "auth required pam_succeed_if.so user ingroup wheel\n" + UNIX, "?"),
    ],
    ids=["open", "wheel", "sudo", "optional", "too-late", "deny", "trust", "condition"],
)
def test_su_is_restricted_when_the_right_password_is_not_enough(lines, restricted):
    assert su(lines) == restricted


def test_a_machine_without_su_has_no_answer():
    with pytest.raises(ParseError):
        DERIVATIONS["su-access"]((("pam", pam(UNIX)),))


def modes(profiles: str = "==> /etc/profile <==\n", defs: str = "", session: str = "") -> list[str]:
    sources = (
        ("umask-lines", parse_fact("text", profiles, {})),
        ("login-defs", parse_fact("keyvalue", defs, {"repeat": "last"})),
        ("pam", pam(session)),
    )
    return [entry.value for entry in DERIVATIONS["default-umask"](sources).entries["mode"]]


def test_every_umask_of_a_profile_may_be_the_last():
    assert modes("==> /etc/profile <==\n  umask 002\n umask 027 # 说明\n# umask 000\n==> /etc/profile.d/x.sh <==\numask 0077\n") == [
        "0775", "0750", "0700",
    ]  # fmt: skip


def test_pam_umask_counts_where_no_profile_speaks_and_login_defs_only_through_it():
    assert modes(defs="UMASK 027\n") == ["0755"]
    assert modes(defs="UMASK 027\n", session="session optional pam_umask.so\n") == ["0750"]
    assert modes(defs="UMASK 027\n", session="session optional pam_umask.so umask=077\n") == ["0700"]


def test_a_symbolic_umask_is_not_understood_and_a_printing_one_is_none():
    assert modes("==> /etc/profile <==\numask u=rwx,g=rx,o=\n") == ["?"]
    assert modes("==> /etc/profile <==\numask -S\n") == ["0755"]
