"""A stock Debian, a hardened one and one that only looks hardened: every verdict of one audit is the expected one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.nspawn import Lab, Login
from lab.roles import role
from lab.rootfs import release
from tests.hosts.expected_verdicts import Judged, differences, table
from tests.hosts.hosted import NETWORK, key_pair, public, school, server
from tests.run.wholerun import Outcome, School

# The first run builds two root filesystems.
pytestmark = [
    pytest.mark.root,
    pytest.mark.network,
    pytest.mark.timeout(1800),
    pytest.mark.usefixtures("throwaway_hosts"),
]

HELPER = "/usr/local/sbin/dengbao-facts"
ADDRESSES = {"stock": "10.99.0.11", "hardened": "10.99.0.12", "disguised": "10.99.0.13"}
DECLARATIONS = {
    "log_collector": "10.99.0.9",
    "time_sources": ["10.99.0.8"],
    "management_zones": "servers",
    "accounts": ["root", {"name": "audit", "owner": "王老师", "purpose": "安全自查只读账户"}],
}
APPROVED = {"stock": ["xiaozhang"], "hardened": ["wang-xt", "li-sj"], "disguised": ["qian-yw"]}
TRACES = ("/var/log/", "/var/lib/systemd/timesync/", "/var/lib/chrony/", "/var/lib/fail2ban/")
"""Where a login leaves its own traces, and where services of the hosts write at any time."""
SYSTEM = {"name": "门户网站", "level": "S3A3", "assets": list(ADDRESSES)}


@dataclass(frozen=True)
class Audited:
    """What one audit of all three left here, and what it left there: files changed while it ran, by host."""

    outcome: Outcome
    changed: dict[str, list[str]]


def narrow_sudo(folder: Path) -> tuple[str, str]:
    """The sudo rule and the script to install on a host, exactly as `dengbao plan --sudoers` prints them."""
    folder.mkdir()
    made = School(folder)
    made.write({}, {"audit": {"user": "audit", "key": "file:/root/none"}}, cidr=NETWORK)
    rule, helper = made.dengbao("plan", "--sudoers"), made.dengbao("plan", "--sudoers", "--helper")
    assert rule.returncode == helper.returncode == 0, rule.stderr + helper.stderr
    return rule.stdout, helper.stdout


@pytest.fixture(scope="module")
def audited(throwaway_hosts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    if release() != "bookworm":
        pytest.skip(f"三台主机的表是 Debian 12（bookworm）的；这台机器是 {release()}")
    folder = tmp_path_factory.mktemp("three")
    key = key_pair(folder / "id_ed25519")
    rule, helper = narrow_sudo(folder / "first")
    login = Login("audit", "", public(key), rule)
    extra = {"files": {HELPER: helper}, "prepare": f"chmod 0755 {HELPER}"}
    hosts = [role(name).host(address, login, **extra) for name, address in ADDRESSES.items()]
    with Lab(hosts) as lab:
        lab.wait_ssh()
        made = school(folder, lab)
        assets = {h.name: server(h, "audit") | {"approved": approved(h.name)} for h in hosts}
        become = {"method": "sudo", "helper": HELPER}
        logins = {"audit": {"user": "audit", "key": f"file:{key}", "become": become}}
        made.write(assets, logins, cidr=NETWORK, systems={"portal": SYSTEM}, declarations=DECLARATIONS)
        for name in ADDRESSES:
            lab.run_inside(name, "touch /run/before; sleep 0.1")
        done = made.dengbao("audit", "--fail-on", "never")
        assert done.returncode == 0, done.stdout + done.stderr
        yield Audited(made.last(), {name: changed(lab, name) for name in ADDRESSES})


def changed(lab: Lab, name: str) -> list[str]:
    found = lab.run_inside(name, "find / -xdev -newer /run/before ! -type d").stdout.splitlines()
    assert found, f"{name}: not even the login's own trace"
    return [path for path in found if not path.startswith(TRACES)]


def approved(name: str) -> dict[str, list[str]]:
    return {"accounts": APPROVED[name], "ports": ["tcp/22"]}


def test_every_verdict_on_three_known_hosts_is_the_expected_one(audited: Audited) -> None:
    judged = [
        Judged(f["check"], f["asset"], f["subject"], f["verdict"], f["cause"] or f["observed"])
        for f in audited.outcome.run["findings"]
        if f["asset"] in ADDRESSES
    ]
    assert len(judged) > 100
    wrong = differences(table(), judged)
    assert not wrong, "\n".join(["", *wrong])


def test_the_audit_changes_no_file_on_the_hosts(audited: Audited) -> None:
    assert audited.changed == {name: [] for name in ADDRESSES}
