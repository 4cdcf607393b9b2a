"""Which lockout really holds on the way through sshd."""

import pytest

from checks.facts.registry import DERIVATIONS, parse_fact

UNIX = "auth [success=1 default=ignore] pam_unix.so nullok\n"
BEFORE = "auth required pam_faillock.so preauth even_deny_root deny=5 unlock_time=900\n"
AFTER = "auth [default=die] pam_faillock.so authfail\n"


def lockout(pam: str, conf: str = "", release: str = "") -> dict[str, str]:
    sources = (
        ("pam", parse_fact("pam", pam, {})),
        ("faillock", parse_fact("text", conf, {})),
        ("os-release", parse_fact("keyvalue", release, {"separator": "="})),
    )
    return {key: entries[0].value for key, entries in DERIVATIONS["lockout"](sources).entries.items()}


def sshd(*lines: str) -> str:
    return "==> /etc/pam.d/sshd <==\n" + "".join(lines)


def test_both_halves_around_the_password_lock():
    assert lockout(sshd(BEFORE, UNIX, AFTER)) == {
        "module": "pam_faillock", "deny": "5", "seconds": "900", "root": "yes",
    }  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [(BEFORE, UNIX), (UNIX, AFTER), (UNIX, BEFORE, AFTER), (BEFORE, AFTER, UNIX), (BEFORE.replace("required", "optional"), UNIX, AFTER)],
    ids=["never-counted", "never-refused", "refused-too-late", "counted-too-early", "refusal-ignored"],
)  # fmt: skip
def test_half_a_lockout_is_none(lines):
    assert lockout(sshd(*lines))["deny"] == "0"


def test_authsucc_behind_the_password_refuses_as_well():
    late = "auth required pam_faillock.so authsucc deny=4\n"
    assert lockout(sshd(UNIX, AFTER, late))["deny"] == "4"


def test_arguments_beat_the_file_and_the_file_beats_the_defaults():
    bare = BEFORE.partition(" even_deny_root")[0] + "\n"
    assert lockout(sshd(bare, UNIX, AFTER))["deny"] == "3"
    assert lockout(sshd(bare, UNIX, AFTER), "deny 7\n")["deny"] == "7"
    assert lockout(sshd(BEFORE, UNIX, AFTER), "deny = 7\n")["deny"] == "5"


def test_old_releases_do_not_read_faillock_conf():
    bare = "auth required pam_faillock.so preauth\n"
    conf = "deny = 5\neven_deny_root\n"
    assert lockout(sshd(bare, UNIX, AFTER), conf)["root"] == "yes"
    assert lockout(sshd(bare, UNIX, AFTER), conf, "ID=centos\nVERSION_ID=7\n")["root"] == "no"


@pytest.mark.parametrize(("written", "seconds"), [("0", "never"), ("never", "never"), ("600", "600"), ("1h", "1h")])
def test_an_unlock_time_of_0_locks_until_an_administrator_helps(written, seconds):
    assert lockout(sshd(BEFORE.replace("900", written), UNIX, AFTER))["seconds"] == seconds


def test_tally2_counts_without_locking_unless_told_a_number():
    assert lockout(sshd("auth required pam_tally2.so\n", UNIX))["deny"] == "0"
    assert lockout(sshd("auth required pam_tally2.so deny=5 unlock_time=600\n", UNIX))["deny"] == "5"
    assert lockout(sshd(UNIX, "auth required pam_tally2.so deny=5\n"))["deny"] == "0"


def test_sshd_without_a_file_of_its_own_uses_other():
    other = "==> /etc/pam.d/other <==\n" + BEFORE + UNIX + AFTER
    login = "==> /etc/pam.d/login <==\n" + UNIX
    assert lockout(login + other)["deny"] == "5"
    assert lockout(login)["module"] == "none"


def test_includes_are_followed_and_console_logins_do_not_count():
    shared = "==> /etc/pam.d/password-auth <==\n" + BEFORE + UNIX + AFTER
    assert lockout("==> /etc/pam.d/sshd <==\nauth substack password-auth\n" + shared)["deny"] == "5"
    assert lockout(sshd(UNIX) + "==> /etc/pam.d/login <==\n" + BEFORE + UNIX + AFTER)["module"] == "none"
