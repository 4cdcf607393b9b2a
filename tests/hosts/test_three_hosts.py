"""A stock Debian, a hardened one and one that only looks hardened: every verdict of one audit is the expected one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from lab.nspawn import Lab
from lab.rootfs import release
from lab.three import ADDRESSES, three_hosts
from tests.hosts.expected_verdicts import Judged, differences, table

# The first run builds two root filesystems.
pytestmark = [
    pytest.mark.root,
    pytest.mark.network,
    pytest.mark.timeout(1800),
    pytest.mark.usefixtures("throwaway_hosts"),
]

TRACES = ("/var/log/", "/var/lib/systemd/timesync/", "/var/lib/chrony/", "/var/lib/fail2ban/")
"""Where a login leaves its own traces, and where services of the hosts write at any time."""


@dataclass(frozen=True)
class Audited:
    """What one audit of all three left here, and what it left there: files changed while it ran, by host."""

    findings: list[dict[str, Any]]
    changed: dict[str, list[str]]


@pytest.fixture(scope="module")
def audited(throwaway_hosts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    if release() != "bookworm":
        pytest.skip(f"三台主机的表是 Debian 12（bookworm）的；这台机器是 {release()}")
    with three_hosts(tmp_path_factory.mktemp("three")) as three:
        for name in ADDRESSES:
            three.lab.run_inside(name, "touch /run/before; sleep 0.1")
        done = three.dengbao("audit", "--fail-on", "never")
        assert done.returncode == 0, done.stdout + done.stderr
        yield Audited(three.findings(), {name: changed(three.lab, name) for name in ADDRESSES})


def changed(lab: Lab, name: str) -> list[str]:
    found = lab.run_inside(name, "find / -xdev -newer /run/before ! -type d").stdout.splitlines()
    assert found, f"{name}: not even the login's own trace"
    return [path for path in found if not path.startswith(TRACES)]


def test_every_verdict_on_three_known_hosts_is_the_expected_one(audited: Audited) -> None:
    judged = [
        Judged(f["check"], f["asset"], f["subject"], f["verdict"], f["cause"] or f["observed"])
        for f in audited.findings
    ]
    assert len(judged) > 100
    wrong = differences(table(), judged)
    assert not wrong, "\n".join(["", *wrong])


def test_the_audit_changes_no_file_on_the_hosts(audited: Audited) -> None:
    assert audited.changed == {name: [] for name in ADDRESSES}
