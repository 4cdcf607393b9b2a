"""Which old passwords are really refused, and how new ones are kept."""

import pytest

from checks.facts.registry import DERIVATIONS, parse_fact

UNIX = "password [success=1 default=ignore] pam_unix.so use_authtok yescrypt\n"
KEEPER = "password requisite pam_pwhistory.so remember=5 enforce_for_root use_authtok\n"
BARE = "password requisite pam_pwhistory.so use_authtok\n"
NOT_READ = "reads-conf no\nopasswd yes\n"
CONF = "==> /etc/security/pwhistory.conf <==\n# comment\nremember = 7\nenforce_for_root\n"


def storing(lines: str, own: str = NOT_READ, defs: str = "") -> dict[str, str]:
    sources = (
        ("pam", parse_fact("pam", f"==> /etc/pam.d/system-auth <==\n{lines}", {})),
        ("pwhistory", parse_fact("keyvalue", own, {"repeat": "first"})),
        ("login-defs", parse_fact("keyvalue", defs, {"repeat": "last"})),
    )
    return {key: entries[0].value for key, entries in DERIVATIONS["password-storing"](sources).entries.items()}


def test_the_module_before_the_one_that_stores_counts():
    assert storing(KEEPER + UNIX) == {"remember": "5", "root": "yes", "algorithm": "yescrypt"}


@pytest.mark.parametrize("lines", [UNIX + KEEPER, KEEPER.replace("requisite", "optional") + UNIX, UNIX])
def test_too_late_ignored_or_missing_is_no_history(lines):
    assert storing(lines)["remember"] == "0"


def test_the_file_counts_only_where_the_module_reads_it():
    assert storing(BARE + UNIX, NOT_READ + CONF)["remember"] == "10"
    assert storing(BARE + UNIX, NOT_READ + CONF)["root"] == "no"
    reads = storing(BARE + UNIX, NOT_READ.replace("no", "yes") + CONF)
    assert (reads["remember"], reads["root"]) == ("7", "yes")
    assert storing(BARE + UNIX, "reads-conf ?\nopasswd yes\n" + CONF)["remember"] == "?"


def test_an_argument_beats_the_file():
    assert storing(KEEPER + UNIX, NOT_READ.replace("no", "yes") + CONF)["remember"] == "5"


def test_old_pam_unix_remembers_only_where_it_has_a_file_for_it():
    """CentOS 7 as hardening guides write it."""
    old = "password sufficient pam_unix.so sha512 shadow use_authtok remember=5\n"
    assert storing(old) == {"remember": "5", "root": "no", "algorithm": "sha512"}
    assert storing(old, "reads-conf no\nopasswd no\n")["remember"] == "0"


def test_the_algorithm_of_the_module_beats_login_defs():
    assert storing("password sufficient pam_unix.so md5\n", defs="ENCRYPT_METHOD SHA512\n")["algorithm"] == "md5"
    assert storing("password sufficient pam_unix.so\n", defs="ENCRYPT_METHOD SHA512\n")["algorithm"] == "sha512"
    assert storing("password sufficient pam_unix.so\n", defs="MD5_CRYPT_ENAB yes\n")["algorithm"] == "md5"
    assert "algorithm" not in storing("password sufficient pam_unix.so\n")


def test_passwords_kept_elsewhere_are_not_judged():
    assert storing("password required pam_sss.so\n") == {"remember": "?", "root": "no"}


OPENEULER = """\
password requisite pam_pwquality.so minlen=8 minclass=3 enforce_for_root try_first_pass local_users_only retry=3
password required pam_pwhistory.so use_authtok remember=5 enforce_for_root
password sufficient pam_unix.so sm3 shadow nullok try_first_pass use_authtok
password required pam_deny.so
"""
"""As docs.openeuler.org (security hardening, ShangMi passwords) tells administrators to write it; Kylin V10 follows it."""
ROCKY_9 = """\
password requisite pam_pwquality.so
password requisite pam_pwhistory.so use_authtok
password sufficient pam_unix.so sha512 shadow nullok use_authtok
password sufficient pam_sss.so use_authtok
password required pam_deny.so
"""
"""What authselect writes with the feature with-pwhistory."""


@pytest.mark.parametrize(
    ("lines", "own", "expected"),
    [
        (OPENEULER, NOT_READ, {"remember": "5", "root": "yes", "algorithm": "sm3"}),
        (ROCKY_9, "reads-conf yes\nopasswd yes\n" + CONF, {"remember": "7", "root": "yes", "algorithm": "sha512"}),
        (ROCKY_9, "reads-conf yes\nopasswd yes\n", {"remember": "10", "root": "no", "algorithm": "sha512"}),
    ],
    ids=["openeuler", "rocky-9", "rocky-9-defaults"],
)
def test_rpm_families_as_their_documentation_has_them(lines, own, expected):
    assert storing(lines, own) == expected
