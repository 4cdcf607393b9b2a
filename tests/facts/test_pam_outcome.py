"""Whether a PAM stack lets in who knows no secret: the controls are followed as libpam does."""

import pytest

from checks.facts.pam import stack
from checks.facts.pam_outcome import can_succeed, usual
from checks.facts.registry import DERIVATIONS, parse_fact

DEBIAN = "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n"
RHEL_9 = """\
auth required pam_env.so
auth required pam_faildelay.so delay=2000000
auth required pam_faillock.so preauth silent
auth [default=1 ignore=ignore success=ok] pam_usertype.so isregular
auth [default=1 ignore=ignore success=ok] pam_localuser.so
auth sufficient pam_unix.so nullok
auth [default=1 ignore=ignore success=ok] pam_usertype.so isregular
auth sufficient pam_sss.so forward_pass
auth required pam_faillock.so authfail
auth required pam_deny.so
"""
CENTOS_7 = """\
auth required pam_env.so
auth required pam_faildelay.so delay=2000000
auth sufficient pam_fprintd.so
auth sufficient pam_unix.so nullok try_first_pass
auth requisite pam_succeed_if.so uid >= 1000 quiet_success
auth required pam_deny.so
"""
UNIX = "auth required pam_unix.so\n"


def lets_in(lines: str) -> bool | None:
    steps = stack(parse_fact("pam", f"==> /etc/pam.d/sshd <==\n{lines}", {}), "sshd", "auth")
    return can_succeed(steps, usual)


@pytest.mark.parametrize("lines", [DEBIAN, RHEL_9, CENTOS_7, UNIX], ids=["debian", "rhel-9", "centos-7", "plain"])
def test_the_stacks_distributions_ship_let_nobody_in(lines):
    assert lets_in(lines) is False


@pytest.mark.parametrize(
    "lines",
    [
        "auth sufficient pam_permit.so\n" + UNIX,
        "auth [success=done default=ignore] pam_permit.so\n" + UNIX,
        "auth [success=1 default=ignore] pam_permit.so\nauth required pam_deny.so\nauth required pam_permit.so\n",
        "auth sufficient pam_unix.so\nauth required pam_permit.so\n",
        DEBIAN.replace("requisite pam_deny", "optional pam_deny"),
        "auth optional pam_unix.so\nauth required pam_permit.so\n",
        "auth sufficient pam_wheel.so trust\n" + UNIX,
    ],
    ids=["backdoor", "bracket", "jump", "no-deny", "deny-ignored", "password-ignored", "trusted-group"],
)
def test_a_way_past_the_password_is_found(lines):
    assert lets_in(lines) is True


def test_what_failed_before_is_not_made_good_by_what_comes_later():
    assert lets_in(UNIX + "auth sufficient pam_permit.so\n") is False
    assert lets_in("auth requisite pam_unix.so\nauth sufficient pam_permit.so\n") is False


def test_a_stack_in_which_nothing_says_yes_lets_nobody_in():
    assert lets_in("auth required pam_env.so\nauth sufficient pam_unix.so\n") is False


def test_a_module_that_is_not_understood_leaves_it_open_only_where_it_could_let_in():
    assert lets_in("auth sufficient pam_school.so\n" + UNIX) is None
    assert lets_in("auth required pam_school.so\n" + UNIX) is False


def bypass(pam: str, groups: str = "root\t0\tnone\t\n") -> dict[str, str]:
    sources = (("pam", parse_fact("pam", pam, {})), ("groups", parse_fact("groups", groups, {})))
    records = DERIVATIONS["pam-bypass"](sources).records or ()
    return {str(r.fields["service"]): str(r.fields.get("asks", "?")) for r in records}


NOPASSWD = "==> /etc/pam.d/lightdm <==\nauth sufficient pam_succeed_if.so user ingroup nopasswdlogin\n" + UNIX


def test_a_group_in_which_nobody_is_opens_no_way():
    assert bypass(NOPASSWD) == {"lightdm": "yes"}
    assert bypass(NOPASSWD, "nopasswdlogin\t990\tnone\t\n") == {"lightdm": "yes"}
    assert bypass(NOPASSWD, "nopasswdlogin\t990\tnone\twang\n") == {"lightdm": "?"}


def test_services_of_programs_are_left_out():
    assert bypass("==> /etc/pam.d/cron <==\nauth sufficient pam_permit.so\n") == {}
