"""Every way to become root, on real hosts in one run: what works, what is said when not, and that nobody is locked out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lab.nspawn import Host, Lab, Login
from tests.hosts.hosted import FAILLOCK, NETWORK, key_pair, public, root_password, school, server
from tests.run.wholerun import Done, Outcome, School

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.usefixtures("throwaway_hosts")]

PASSWORD = "Shenji-Jiancha-7261"
ROOT_PASSWORD = "Genyong-Hu-3958"
ANY = "audit ALL=(root) ALL"
FREE = "audit ALL=(root) NOPASSWD: ALL"
BY_RULES_OR_ROOT = ("linux-sudo-", "linux-admins-approved", "linux-audit-role", "linux-default-password-changed")
MACHINE_ID = re.compile(r"\b[0-9a-f]{32}\b")
REQUIRE_TTY = "Defaults:audit requiretty\n"
HELPER = "/usr/local/sbin/dengbao-facts"
STRICT = {"/etc/pam.d/common-auth": FAILLOCK, "/etc/security/faillock.conf": "deny = 3\nunlock_time = 900\n"}
"""Three failures lock the account for a quarter of an hour."""


@dataclass(frozen=True)
class Audited:
    """The hosts, and what one audit of all of them left."""

    lab: Lab
    done: Done
    outcome: Outcome

    def cause(self, asset: str) -> str:
        return str(self.outcome.collections()[asset]["cause"])

    def journal(self, host: str, *words: str) -> list[str]:
        """Lines of a host's journal that hold every one of these words."""
        lines = self.lab.run_inside(host, "journalctl --no-pager -o cat").stdout.splitlines()
        return [line for line in lines if all(word in line for word in words)]

    def failures(self, host: str) -> int:
        """Failed authentications of `audit` as the host's faillock counts them."""
        lines = self.lab.run_inside(host, "faillock --user audit").stdout.splitlines()
        return sum(1 for line in lines if line.rstrip().endswith("V"))


LOGINS: dict[str, dict[str, Any]] = {
    "key": {},
    "sudo-password": {"become": {"method": "sudo", "password": "PASSWORD"}},
    "sudo-free": {"become": "sudo"},
    "sudo-helper": {"become": {"method": "sudo", "helper": HELPER}},
    "su-root": {"become": {"method": "su", "password": "ROOT"}},
    "tty-sudo": {"become": {"method": "sudo", "password": "PASSWORD", "tty": True}},
    "tty-su": {"become": {"method": "su", "password": "ROOT", "tty": True}},
    "tty-helper": {"become": {"method": "sudo", "helper": HELPER, "tty": True}},
    "wrong-sudo": {"become": {"method": "sudo", "password": "WRONG"}},
    "wrong-su": {"become": {"method": "su", "password": "WRONG"}},
}


def logins(made: School, key: Path) -> dict[str, dict[str, object]]:
    """The logins of campus.yaml, with references where LOGINS names a secret."""
    known = {
        "PASSWORD": made.secret("password", PASSWORD),
        "ROOT": made.secret("root", ROOT_PASSWORD),
        "WRONG": made.secret("wrong", "Shenji-Jiancha-7216"),
    }
    found: dict[str, dict[str, object]] = {}
    for name, extra in LOGINS.items():
        become = extra.get("become")
        if isinstance(become, dict):
            become = {word: known.get(str(value), value) for word, value in become.items()}
        found[name] = {"user": "audit", "key": f"file:{key}"} | ({"become": become} if become else {})
    found["wrong-login"] = {"user": "audit", "password": made.secret("wrong-login", "Shenji-Jiancha-7162")}
    return found


def hosts(key: Path, rule: str, helper: str) -> dict[str, tuple[Host, str]]:
    """Host name → (host, login used for it)."""
    key_line = public(key)
    number = iter(range(11, 60))

    def host(name: str, sudo: str, files: dict[str, str] | None = None, *, root: bool = False) -> Host:
        planted, prepare = root_password(ROOT_PASSWORD) if root else ({}, "")
        prepare += f"\n[ ! -e {HELPER} ] || chmod 0755 {HELPER}"
        return Host(
            name,
            f"10.99.0.{next(number)}",
            planted | (files or {}),
            prepare,
            (Login("audit", PASSWORD, key_line, sudo),),
        )

    installed = {HELPER: helper}
    return {
        "sudo-password": (host("sudo-password", ANY), "sudo-password"),
        "sudo-free": (host("sudo-free", FREE), "sudo-free"),
        "sudo-helper": (host("sudo-helper", rule, installed), "sudo-helper"),
        "su-root": (host("su-root", "", root=True), "su-root"),
        "plain": (host("plain", ""), "key"),
        "not-allowed": (host("not-allowed", "", STRICT), "sudo-free"),
        "needs-tty": (host("needs-tty", REQUIRE_TTY + FREE), "sudo-free"),
        "tty-sudo": (host("tty-sudo", REQUIRE_TTY + ANY), "tty-sudo"),
        "tty-su": (host("tty-su", "", root=True), "tty-su"),
        "tty-helper": (host("tty-helper", REQUIRE_TTY + rule, installed), "tty-helper"),
        "wrong-sudo-1": (host("wrong-sudo-1", ANY, STRICT), "wrong-sudo"),
        "wrong-sudo-2": (host("wrong-sudo-2", ANY, STRICT), "wrong-sudo"),
        "wrong-su": (host("wrong-su", "", root=True), "wrong-su"),
        "wrong-login-1": (host("wrong-login-1", "", STRICT), "wrong-login"),
        "wrong-login-2": (host("wrong-login-2", "", STRICT), "wrong-login"),
        "wrong-login-3": (host("wrong-login-3", "", STRICT), "wrong-login"),
    }


def narrow_rule(folder: Path) -> tuple[str, str]:
    """The sudo rule and the script to install, exactly as `dengbao plan --sudoers` prints them."""
    folder.mkdir()
    made = School(folder)
    made.write({}, {"audit": {"user": "audit", "key": "file:/root/none"}}, cidr=NETWORK)
    rule, helper = made.dengbao("plan", "--sudoers"), made.dengbao("plan", "--sudoers", "--helper")
    assert rule.returncode == helper.returncode == 0, rule.stderr + helper.stderr
    return rule.stdout, helper.stdout


@pytest.fixture(scope="module")
def audited(throwaway_hosts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    folder = tmp_path_factory.mktemp("become")
    key = key_pair(folder / "id_ed25519")
    machines = hosts(key, *narrow_rule(folder / "first"))
    with Lab([host for host, _ in machines.values()]) as lab:
        lab.wait_ssh()
        made = school(folder, lab)
        made.write(
            {name: server(host, login) for name, (host, login) in machines.items()}, logins(made, key), cidr=NETWORK
        )
        done = made.dengbao("audit", "--fail-on", "never")
        assert done.returncode == 3, done.stdout + done.stderr
        yield Audited(lab, done, made.last())


@pytest.mark.parametrize(
    "host", ["sudo-password", "sudo-free", "sudo-helper", "su-root", "tty-sudo", "tty-su", "tty-helper"]
)
def test_as_root_the_facts_that_need_root_are_obtained(audited: Audited, host: str) -> None:
    assert audited.outcome.collections()[host]["status"] == "complete", audited.cause(host)
    accounts = audited.outcome.fact(host, "accounts")
    assert accounts["status"] == "ok", accounts["detail"]
    assert "S\taudit\tset\tyescrypt\t" in accounts["text"]
    assert audited.outcome.verdicts(host)["linux-no-empty-password", "audit"] == "pass"


def test_all_ways_to_root_bring_the_same_verdicts(audited: Audited) -> None:
    ways = ["sudo-password", "sudo-free", "sudo-helper", "su-root", "tty-sudo", "tty-su", "tty-helper"]
    verdicts = {name: _of_the_host(audited.outcome.verdicts(name)) for name in ways}
    assert len(verdicts["sudo-password"]) > 20
    for name in ways[1:]:
        assert verdicts[name] == verdicts["sudo-password"], name


def _of_the_host(verdicts: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Without what the hosts really differ in: root's password (su needs one), sudo's rules, the machine's own id."""
    same = {key: v for key, v in verdicts.items() if key[1] != "root" and not key[0].startswith(BY_RULES_OR_ROOT)}
    return {(check, MACHINE_ID.sub("ID", subject)): verdict for (check, subject), verdict in same.items()}


def test_without_root_what_needs_root_is_unknown_and_the_rest_stands(audited: Audited) -> None:
    assert audited.outcome.fact("plain", "accounts")["status"] == "denied"
    verdicts = audited.outcome.verdicts("plain")
    assert verdicts["linux-no-empty-password", ""] == "unknown"
    assert verdicts["linux-no-plaintext-login", ""] == "pass"


def test_the_narrow_rule_allows_the_installed_script_and_nothing_else(audited: Audited) -> None:
    def as_audit(command: str) -> Done:
        return audited.lab.run_inside("sudo-helper", f"setpriv --reuid=audit --regid=audit --init-groups {command}")

    assert audited.lab.run_inside("sudo-helper", "visudo -c").returncode == 0
    for command in ("sh", "cat /etc/shadow", f"{HELPER} x", f"sh {HELPER}"):
        refused = as_audit(f"sudo -n {command}")
        assert (refused.returncode, refused.stdout) == (1, ""), command
    assert as_audit(f"sudo -n {HELPER} </dev/null").stdout.startswith("\ndengbao-helper ")
    audited.lab.run_inside("sudo-helper", f"echo '# changed' >> {HELPER}")
    assert as_audit(f"sudo -n {HELPER} </dev/null").returncode == 1


def test_requiretty_is_named_with_its_remedy(audited: Audited) -> None:
    assert "requiretty" in audited.cause("needs-tty")
    assert "tty: true" in audited.cause("needs-tty")
    assert f"✗ {audited.cause('needs-tty')}" in audited.done.stderr


def test_a_login_without_sudo_rights_is_told_which_rule_it_needs(audited: Audited) -> None:
    cause = audited.cause("not-allowed")
    assert "sudo 要求口令" in cause
    assert "dengbao plan --sudoers" in cause
    assert audited.failures("not-allowed") == 0


def test_a_wrong_sudo_password_is_tried_once_on_one_host(audited: Audited) -> None:
    hosts = ("wrong-sudo-1", "wrong-sudo-2")
    failed = [audited.journal(host, "pam_unix(sudo:auth): authentication failure") for host in hosts]
    assert sorted(map(len, failed)) == [0, 1]
    causes = sorted((audited.cause(host) for host in hosts), key=lambda cause: "只尝试了一次" in cause)
    assert "没有在这台资产上尝试" in causes[0]
    assert "sudo 的口令不正确" in causes[1]


def test_a_wrong_su_password_is_tried_once(audited: Audited) -> None:
    assert len(audited.journal("wrong-su", "FAILED SU (to root) audit")) == 1
    assert len(audited.journal("wrong-su", "pam_unix(su:auth): authentication failure")) == 1
    assert "su 的口令不正确" in audited.cause("wrong-su")
    assert audited.outcome.fact("wrong-su", "accounts")["status"] == "unreachable"


def test_a_wrong_login_password_is_tried_on_one_host_only(audited: Audited) -> None:
    hosts = ("wrong-login-1", "wrong-login-2", "wrong-login-3")
    tried = [len(audited.journal(host, "Failed password for audit")) for host in hosts]
    assert sorted(tried) == [0, 0, 1]
    told = [audited.cause(host) for host in hosts]
    assert sum("目标拒绝了登录" in cause for cause in told) == 1
    assert sum("没有在这台资产上尝试" in cause for cause in told) == 2


def test_wrong_secrets_lock_no_account(audited: Audited) -> None:
    """Where a secret rests nothing is counted. (sudo counts the prompt after a wrong password, too: it is hung up on.)"""
    for names, most in (
        (("wrong-sudo-1", "wrong-sudo-2"), 2),
        (("wrong-login-1", "wrong-login-2", "wrong-login-3"), 1),
    ):
        counts = sorted(audited.failures(host) for host in names)
        assert counts[:-1] == [0] * (len(names) - 1)
        assert 1 <= counts[-1] <= most
        for host in names:
            entered = audited.lab.run_inside(
                host, f"echo {PASSWORD} | setpriv --reuid=audit --regid=audit --init-groups su -c id audit"
            )
            assert "(audit)" in entered.stdout, entered.stderr


def test_no_secret_reaches_the_hosts_journals(audited: Audited) -> None:
    for host in audited.lab.hosts:
        said = "\n".join(audited.journal(host))
        assert "Startup finished" in said
        for secret in (PASSWORD, ROOT_PASSWORD, "Shenji-Jiancha-7216", "Shenji-Jiancha-7162"):
            assert secret not in said, host
