"""One host, two ways: what SSH brings live and what the printed batch brings by hand are judged alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.nspawn import Host, Lab, Login
from tests.hosts.hosted import NETWORK, key_pair, public, school, server
from tests.run.wholerun import Outcome, School

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.usefixtures("throwaway_hosts")]

SSHD = "ClientAliveInterval 300\nClientAliveCountMax 1\nMatch User audit\n  ClientAliveInterval 0\n"
APPROVED = {"approved": {"ports": ["tcp/22"], "accounts": ["root", "audit"]}}


@pytest.fixture(scope="module")
def carried(throwaway_hosts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[School, Outcome]]:
    """A run in which `live` and `carried` are the same host."""
    folder = tmp_path_factory.mktemp("equal")
    key = key_pair(folder / "id_ed25519")
    login = Login("audit", "", public(key), "audit ALL=(root) NOPASSWD: ALL")
    host = Host("live", "10.99.0.11", {"/etc/ssh/sshd_config.d/x.conf": SSHD}, logins=(login,))
    with Lab([host]) as lab:
        lab.wait_ssh()
        made = school(folder, lab)
        by_hand = {"class": "server", "zone": "servers", "access": "import"}
        assets = {"live": server(host, "audit") | APPROVED, "carried": by_hand | APPROVED}
        made.write(assets, {"audit": {"user": "audit", "key": f"file:{key}", "become": "sudo"}}, cidr=NETWORK)
        _carry(made, lab, folder)
        done = made.dengbao("audit", "--fail-on", "never")
        assert done.returncode == 0, done.stdout + done.stderr
        yield made, made.last()


def _carry(made: School, lab: Lab, folder: Path) -> None:
    """What the officer does: print the batch, run it on the host with plain sh as root, hand in its output."""
    printed = made.dengbao("batch", "-o", str(folder / "batch.sh"))
    assert printed.returncode == 0, printed.stderr
    assert (folder / "batch.sh").stat().st_mode & 0o077 == 0
    key = str(folder / "id_ed25519")
    options = ["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-i", key]
    text = (folder / "batch.sh").read_text("utf-8")
    lab.auditor_exec(["ssh", *options, "audit@10.99.0.11", "umask 077; cat > batch.sh"], text=text, timeout=20)
    ran = lab.run_inside("live", "sh /home/audit/batch.sh; rm /home/audit/batch.sh", timeout=60)
    (folder / "live.out").write_text(ran.stdout, "utf-8")
    handed = made.dengbao("import", "--asset", "carried", str(folder / "live.out"))
    assert handed.returncode == 0, handed.stdout + handed.stderr


def test_both_ways_give_the_same_verdicts(carried: tuple[School, Outcome]) -> None:
    outcome = carried[1]
    checks = {check: info["platform"] for check, info in outcome.run["checks"].items()}
    live, imported = (
        {key: verdict for key, verdict in outcome.verdicts(asset).items() if checks[key[0]] == "linux"}
        for asset in ("live", "carried")
    )
    assert len({check for check, _ in live}) > 10
    assert {"pass", "fail"} <= set(live.values())
    assert imported == live


def test_the_children_found_are_judged_alike(carried: tuple[School, Outcome]) -> None:
    outcome = carried[1]
    assert outcome.verdicts("carried/redis:6379") == outcome.verdicts("live/redis:6379") != {}


def test_the_facts_differ_by_the_clock_at_most(carried: tuple[School, Outcome]) -> None:
    collections = carried[1].collections()
    live, imported = (
        {
            (fact["name"], fact["instance"]): fact
            for fact in collections[asset]["facts"]
            if fact["name"] != "ssh-transport"
        }
        for asset in ("live", "carried")
    )
    assert {key: fact["status"] for key, fact in imported.items()} == {
        key: fact["status"] for key, fact in live.items()
    }
    assert imported["accounts", ""]["text"] == live["accounts", ""]["text"]
    assert {fact["origin"] for fact in imported.values()} == {"imported"}


def test_a_file_cut_on_the_way_is_partial_and_never_better(carried: tuple[School, Outcome]) -> None:
    made, before = carried
    whole = (made.folder / "live.out").read_text("utf-8")
    (made.folder / "cut.out").write_text(whole[: len(whole) // 2], "utf-8")
    assert made.dengbao("import", "--asset", "carried", str(made.folder / "cut.out")).returncode == 0
    done = made.dengbao("audit", "--asset", "carried", "--fail-on", "never")
    assert done.returncode == 3, done.stdout + done.stderr
    after = made.last().verdicts("carried")
    known = before.verdicts("carried")
    assert "unknown" in after.values()
    assert all(verdict in ("unknown", known.get(key, "unknown")) for key, verdict in after.items())
