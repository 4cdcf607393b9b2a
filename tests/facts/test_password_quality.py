"""Which password rules really hold: PAM arguments, pwquality.conf, its drop-ins, the release and the order of modules."""

import pytest

from checks.facts.registry import DERIVATIONS, parse_fact

UNIX = "password sufficient pam_unix.so sha512 shadow use_authtok\n"
MAIN = "==> /etc/security/pwquality.conf <==\n"
DROP_IN = "==> /etc/security/pwquality.conf.d/50-school.conf <==\n"
PLAIN = "password requisite pam_pwquality.so\n"


def rules(pam: str, conf: str = "", release: str = "") -> dict[str, str]:
    """The derived entries; several services joined by a blank."""
    sources = (
        ("pam", parse_fact("pam", pam, {})),
        ("pwquality", parse_fact("text", conf, {})),
        ("os-release", parse_fact("keyvalue", release, {"separator": "="})),
    )
    entries = DERIVATIONS["password-quality"](sources).entries
    return {key: " ".join(entry.value for entry in found) for key, found in entries.items()}


def passwd(*lines: str) -> str:
    return "==> /etc/pam.d/passwd <==\n" + "".join(lines)


@pytest.mark.parametrize(
    ("conf", "minlen"),
    [
        (DROP_IN + "minlen = 12\n" + MAIN + "minlen = 8\n", "8"),
        (MAIN + "minlen = 8\n" + DROP_IN + "minlen = 12\n", "8"),
        (DROP_IN + "minlen = 12\n" + MAIN + "# minlen = 8\n", "12"),
        (MAIN + "minlen 11\n", "11"),
        (MAIN + "MinLen = 11\n", "11"),
        (MAIN + "minlen = 4\n", "6"),
        (MAIN + "minlen = vierzehn\n", "?"),
    ],
)
def test_the_main_file_is_read_last_as_the_library_reads_it(conf, minlen):
    assert rules(passwd(PLAIN, UNIX), conf)["minlen"] == minlen


def test_credits_shorten_the_password_and_negative_ones_require_a_kind():
    generous = MAIN + "minlen = 12\ndcredit = 2\nucredit = 1\n"
    assert rules(passwd(PLAIN, UNIX), generous)["minlen"] == "9"
    strict = MAIN + "minlen = 8\ndcredit = -1\nucredit = -1\nlcredit = -1\n"
    assert rules(passwd(PLAIN, UNIX), strict)["classes"] == "3"


@pytest.mark.parametrize(
    ("release", "minlen"),
    [
        ('ID="centos"\nVERSION_ID="7"\n', "6"),
        ('ID="rhel"\nVERSION_ID="8.9"\n', "8"),
        ('ID=debian\nVERSION_ID="9"\n', "6"),
        ('ID=debian\nVERSION_ID="12"\n', "8"),
        ('ID=kylin\nVERSION_ID="V10"\n', "8"),
        ("", "8"),
    ],
)
def test_minlen_8_means_less_where_every_kind_of_character_still_earns_a_credit(release, minlen):
    assert rules(passwd(PLAIN, UNIX), MAIN + "minlen = 8\n", release)["minlen"] == minlen


def test_enforce_for_root_in_the_file_is_not_read_by_old_libraries():
    conf = MAIN + "enforce_for_root\n"
    assert rules(passwd(PLAIN, UNIX), conf)["root"] == "yes"
    assert rules(passwd(PLAIN, UNIX), conf, "ID=centos\nVERSION_ID=7\n")["root"] == "no"


def test_a_word_the_library_does_not_know_makes_it_refuse_the_file():
    assert rules(passwd(PLAIN, UNIX), MAIN + "minlenght = 14\nminlen = 14\n")["minlen"] == "?"


def test_a_module_behind_pam_unix_never_gets_to_judge():
    late = passwd("password sufficient pam_unix.so\n", "password requisite pam_pwquality.so minlen=12 minclass=4\n")
    assert rules(late)["enforced"] == "no"


@pytest.mark.parametrize(("control", "enforced"), [("requisite", "yes"), ("optional", "no"), ("[default=die]", "yes")])
def test_only_a_control_that_refuses_enforces(control, enforced):
    assert rules(passwd(f"password {control} pam_pwquality.so\n", UNIX))["enforced"] == enforced


def test_every_service_that_changes_passwords_counts():
    pam = (
        "==> /etc/pam.d/passwd <==\npassword include system-auth\n"
        "==> /etc/pam.d/sshd <==\npassword include password-auth\n"
        "==> /etc/pam.d/system-auth <==\npassword requisite pam_pwquality.so minlen=10\n" + UNIX
    ) + ("==> /etc/pam.d/password-auth <==\n" + UNIX)
    found = rules(pam)
    assert (found["module"], found["minlen"]) == ("pam_pwquality none", "10 0")


def test_rules_of_another_module_are_not_understood_rather_than_missing():
    found = rules(passwd("password requisite pam_passwdqc.so min=disabled,24,11,8,7\n", UNIX))
    assert (found["module"], found["minlen"]) == ("pam_passwdqc", "?")


def test_a_host_without_any_password_stack_says_nothing():
    assert rules("==> /etc/pam.d/cron <==\nauth required pam_permit.so\n") == {}
