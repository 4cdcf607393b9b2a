"""The traps met in real audit tools, as far as they concern Linux: each would have given a wrong verdict."""

import subprocess
from datetime import UTC, datetime

import pytest

from audit.content import read_baselines
from audit.gather.lint import lint_facts
from checks.facts.registry import DERIVATIONS, parse_fact
from checks.judge.judge import Judgement, judge
from checks.judge.snapshot import FactBase
from checks.language.platform import FactSpec
from checks.model.asset import Asset, AssetClass
from checks.model.fact import Fact, FactStatus
from checks.model.verdict import Verdict

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CONTENT = read_baselines().content
SSHD = "clientaliveinterval 300\nclientalivecountmax 1\n"
PATHS = "/etc/ssh/sshd_config\t7\t-\t-\n"
NO_TMOUT = ("shell-timeout", "==> /etc/profile <==\n")


def fact(name: str, text: str = "", status: FactStatus = FactStatus.OK, instance: str = "") -> Fact:
    return Fact(asset="web-01", name=name, instance=instance, status=status, text=text, at=NOW, evidence_at=NOW)


def verdicts(check: str, *facts: Fact, level: int = 3) -> dict[str, Verdict]:
    """Verdict of a check by subject on one server with these facts and profiles that do not speak of TMOUT."""
    facts = (fact(*NO_TMOUT), *facts)
    asset = Asset(id="web-01", asset_class=AssetClass.SERVER, platform="linux")
    case = Judgement(content=CONTENT, assets=(asset,), levels={"web-01": (level,)}, systems=(), as_of=NOW)
    return {f.subject: f.verdict for f in judge(case, FactBase.of(facts)) if f.check == check}


def effective(name: str, *sources: tuple[str, str], release: str = "") -> dict[str, str]:
    """What a derivation makes of files on a release (`ID=…`, `VERSION_ID=…`); several services: their values joined."""
    given = []
    for fact_name, text in (*sources, ("os-release", release)):
        parse = CONTENT.platforms["linux"].facts.facts[fact_name].parse
        given.append((fact_name, parse_fact(parse.parser, text, parse.options)))
    entries = DERIVATIONS[name](tuple(given)).entries
    return {key: " ".join(entry.value for entry in found) for key, found in entries.items()}


def test_1_an_echoed_command_or_banner_is_no_value():
    noise = "sshd -T | grep clientaliveinterval\n# clientaliveinterval 300\nWelcome! clientaliveinterval 300 clientalivecountmax 1\n"
    found = verdicts(
        "linux-ssh-idle-timeout", fact("login-paths", PATHS), fact("sshd", noise, instance="/etc/ssh/sshd_config")
    )
    assert set(found.values()) == {Verdict.UNKNOWN}


def test_2_a_commented_line_is_no_setting():
    pam = "==> /etc/pam.d/system-auth <==\n#password requisite pam_pwquality.so minlen=12\npassword sufficient pam_unix.so\n"
    assert effective("password-quality", ("pam", pam), ("pwquality", ""))["module"] == "none"


def test_2_a_later_line_overrides_an_earlier_one():
    conf = "==> /etc/security/pwquality.conf <==\nminlen = 12\nminlen = 6\n"
    pam = "==> /etc/pam.d/system-auth <==\npassword requisite pam_pwquality.so\n"
    assert effective("password-quality", ("pam", pam), ("pwquality", conf))["minlen"] == "6"


@pytest.mark.parametrize(("interval", "countmax"), [("0", "1"), ("300", "0"), ("-1", "1")])
def test_3_a_value_that_means_off_is_not_configured(interval, countmax):
    text = f"clientaliveinterval {interval}\nclientalivecountmax {countmax}\nopenssh 9.2\n"
    found = verdicts(
        "linux-ssh-idle-timeout", fact("login-paths", PATHS), fact("sshd", text, instance="/etc/ssh/sshd_config")
    )
    assert set(found.values()) == {Verdict.FAIL}


def test_3_a_lockout_that_never_locks():
    pam = "==> /etc/pam.d/sshd <==\nauth required pam_tally2.so even_deny_root\n"
    assert effective("lockout", ("pam", pam), ("faillock", ""))["deny"] == "0"


def test_5_existing_accounts_count_not_login_defs():
    accounts = "P\twang\t1000\t1000\t/home/wang\t/bin/bash\nS\twang\tset\tyescrypt\t20000\t0\t99999\t7\t\t\t-\n"
    found = verdicts("linux-password-age", fact("accounts", accounts), fact("login-defs", "PASS_MAX_DAYS 90\n"))
    assert found == {"wang": Verdict.FAIL}


def test_6_a_pam_argument_beats_the_file_and_the_main_file_beats_its_drop_ins():
    pam = "==> /etc/pam.d/system-auth <==\npassword requisite pam_pwquality.so minlen=6\n"
    conf = (
        "==> /etc/security/pwquality.conf <==\nminclass = 3\n"
        "==> /etc/security/pwquality.conf.d/50-school.conf <==\nminlen = 12\nminclass = 4\n"
    )
    assert effective("password-quality", ("pam", pam), ("pwquality", conf)) | {} == {
        "module": "pam_pwquality", "enforced": "yes", "minlen": "6", "classes": "3", "root": "no",
    }  # fmt: skip


def test_6_every_login_path_counts_not_the_first():
    loose = SSHD.replace("300", "0")
    paths = "/etc/ssh/sshd_config,user=a,addr=10.1.0.1\t7\ta\t10.1.0.1\n/etc/ssh/sshd_config,user=b,addr=10.1.0.1\t7\tb\t10.1.0.1\n"
    found = verdicts(
        "linux-ssh-idle-timeout",
        fact("login-paths", paths),
        fact("sshd", SSHD, instance="/etc/ssh/sshd_config,user=a,addr=10.1.0.1"),
        fact("sshd", loose, instance="/etc/ssh/sshd_config,user=b,addr=10.1.0.1"),
    )
    assert sorted(found.values()) == [Verdict.FAIL, Verdict.PASS]


def test_6_a_login_path_that_was_not_evaluated_is_unknown():
    paths = PATHS + "/opt/sshd/config\t8\t-\t-\n"
    found = verdicts(
        "linux-ssh-idle-timeout", fact("login-paths", paths), fact("sshd", SSHD, instance="/etc/ssh/sshd_config")
    )
    assert found["/opt/sshd/config"] is Verdict.UNKNOWN


def test_6_more_login_paths_than_were_listed_leave_the_rest_unknown():
    found = verdicts(
        "linux-ssh-idle-timeout",
        fact("login-paths", PATHS, FactStatus.TRUNCATED),
        fact("sshd", SSHD, instance="/etc/ssh/sshd_config"),
    )
    assert found["（其余）"] is Verdict.UNKNOWN


@pytest.mark.parametrize("spelling", ["minlen=8", "minlen = 8", "  minlen=8  ", "minlen =8 # 说明"])
def test_7_spacing_does_not_matter(spelling):
    pam = "==> /etc/pam.d/system-auth <==\npassword requisite pam_pwquality.so\n"
    conf = f"==> /etc/security/pwquality.conf <==\n{spelling}\n"
    assert effective("password-quality", ("pam", pam), ("pwquality", conf))["minlen"] == "8"


def test_7_a_full_width_sign_makes_the_library_refuse_the_file_so_nothing_is_known():
    pam = "==> /etc/pam.d/system-auth <==\npassword requisite pam_pwquality.so\n"
    conf = "==> /etc/security/pwquality.conf <==\nminlen＝12\n"
    assert effective("password-quality", ("pam", pam), ("pwquality", conf))["minlen"] == "?"


@pytest.mark.parametrize(
    "status", [FactStatus.FAILED, FactStatus.TIMEOUT, FactStatus.DENIED, FactStatus.TRUNCATED, FactStatus.NO_TOOL]
)
def test_9_a_command_that_did_not_work_decides_nothing(status):
    for check, name in (("linux-no-plaintext-login", "listeners"), ("linux-no-empty-password", "accounts")):
        text = "tcp LISTEN 0 128 *:23 *:*\n" if name == "listeners" else ""
        assert set(verdicts(check, fact(name, text, status)).values()) == {Verdict.UNKNOWN}


def test_9_a_missing_tool_does_not_prove_that_nothing_listens():
    assert verdicts("linux-no-plaintext-login", fact("listeners", "", FactStatus.NO_TOOL)) == {"": Verdict.UNKNOWN}


def test_8_a_missing_file_is_no_pass():
    assert set(verdicts("linux-security-updates", fact("updates", "", FactStatus.ABSENT)).values()) == {Verdict.UNKNOWN}


def test_10_the_number_of_lines_and_columns_is_not_counted():
    text = "future-option yes\n" * 40 + SSHD + "another-new-one 7 8 9\n"
    found = verdicts(
        "linux-ssh-idle-timeout", fact("login-paths", PATHS), fact("sshd", text, instance="/etc/ssh/sshd_config")
    )
    assert set(found.values()) == {Verdict.PASS}


def run_function(text: str, shell: list[str]) -> str:
    functions = CONTENT.platforms["linux"].facts.functions
    script = f"db_tag() {{ printf 'TAG\\n'; }}\n{functions}\n{text}\n"
    return subprocess.run([*shell, "-c", script], capture_output=True, text=True, timeout=20, check=True).stdout


@pytest.mark.parametrize("shell", [["dash"], ["bash"], ["busybox", "sh"]], ids=" ".join)
@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("", "empty - -"),
        ("*", "none - -"),
        ("!", "none - -"),
        ("!!", "none - -"),
        ("$6$salt$hash", "set sha512 TAG"),
        ("$y$j9T$salt$hash", "set yescrypt TAG"),
        ("!$6$salt$hash", "locked sha512 TAG"),
        ("$1$salt$hash", "set md5 TAG"),
        ("abcdefghijklm", "set des TAG"),
        ("p@ss:w#rd ~$`x`", "set other TAG"),
    ],
)
def test_11_and_12_hashes_are_reduced_on_the_target_whatever_they_hold(shell, entry, expected):
    """The shell that runs on servers says state and algorithm, and never the entry itself."""
    quoted = "'" + entry.replace("'", "'\\''") + "'"
    said = run_function(f'db_password {quoted}; printf "%s %s %s\\n" "$state" "$algorithm" "$tag"', shell)
    assert said.strip() == expected


def test_15_two_levels_two_thresholds_one_check():
    text = "clientaliveinterval 900\nclientalivecountmax 1\n"
    given = (fact(*NO_TMOUT), fact("login-paths", PATHS), fact("sshd", text, instance="/etc/ssh/sshd_config"))
    asset = Asset(id="web-01", asset_class=AssetClass.SERVER, platform="linux")
    case = Judgement(content=CONTENT, assets=(asset,), levels={"web-01": (2, 3)}, systems=(), as_of=NOW)
    found = {f.levels: f for f in judge(case, FactBase.of(given)) if f.check == "linux-ssh-idle-timeout"}
    assert {levels: f.verdict for levels, f in found.items()} == {(2,): Verdict.PASS, (3,): Verdict.FAIL}
    assert found[(2,)].id != found[(3,)].id
    assert found[(3,)].parameters[0].origin == "level 3"
    assert found[(3,)].parameters[0].source


@pytest.mark.parametrize(
    "command",
    [
        "passwd -u root",
        "ping -c 1 example.org",
        "systemctl restart sshd",
        "sed -i s/a/b/ /etc/login.defs",
        "faillock --reset",
    ],
)
def test_13_a_command_that_acts_or_talks_does_not_pass_the_review(command):
    """That the shipped ones pass it, and run where nothing can be written, is tested beside the functions."""
    linux = CONTENT.platforms["linux"].facts
    acting = FactSpec(run=command)
    assert lint_facts(linux.model_copy(update={"facts": {"acting": acting}}))


def test_12_a_password_in_a_pam_argument_is_no_part_of_the_fact():
    """What the target sends is already reduced: the parser meets the mark, not the password."""
    line = "auth optional pam_mysql.so user=x passwd=<reduced> host=y"
    parsed = parse_fact("pam", f"==> /etc/pam.d/vsftpd <==\n{line}\n", {})
    assert (parsed.records or ())[0].fields["arguments"] == ("user=x", "passwd=<reduced>", "host=y")


def test_6_a_profile_read_later_may_undo_the_timeout_of_an_earlier_one():
    profiles = "==> /etc/profile <==\nTMOUT=600\n==> /etc/profile.d/zz.sh <==\nTMOUT=0\nreadonly TMOUT\n"
    found = verdicts(
        "linux-ssh-idle-timeout",
        fact("login-paths", PATHS),
        fact("sshd", SSHD.replace("300", "0"), instance="/etc/ssh/sshd_config"),
        fact("shell-timeout", profiles),
    )
    assert set(found.values()) == {Verdict.FAIL}


def test_5_a_lockout_of_the_console_does_not_protect_ssh():
    pam = "==> /etc/pam.d/login <==\nauth required pam_tally2.so deny=5\n==> /etc/pam.d/sshd <==\nauth required pam_unix.so\n"
    assert effective("lockout", ("pam", pam), ("faillock", ""))["deny"] == "0"
