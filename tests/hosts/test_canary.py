"""Secrets planted everywhere come out nowhere: no file, no output, no command line, no environment of a host."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lab.nspawn import Host, Lab, Login
from tests.hosts.hosted import NETWORK, key_pair, public, root_password, school, server
from tests.run.wholerun import Done, School

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.usefixtures("throwaway_hosts")]

LOGIN = "Denglu-Kouling-Yi-4471"
SUDO = "Tiquan-Kouling-Er-8820"
ROOT = "Genyong-Kouling-San-1096"
PHRASE = "Siyao-Kouling-Si-6635"
REDIS = "Huancun-Kouling-Wu-2754"
SECRETS = (LOGIN, SUDO, ROOT, PHRASE, REDIS)
MARKER = "canary-control-7319"


@dataclass
class Watch:
    """Every command line seen on the machine (the hosts' processes included), and the hosts' environments."""

    cgroup: str
    seen: set[bytes] = field(default_factory=set)
    rounds: int = 0

    def look(self) -> None:
        self.rounds += 1
        for process in Path("/proc").glob("[0-9]*"):
            try:
                self.seen.add((process / "cmdline").read_bytes())
                if self.cgroup in (process / "cgroup").read_text("ascii", errors="replace"):
                    self.seen.add((process / "environ").read_bytes())
            except OSError:
                continue  # it ended while we were looking

    @contextmanager
    def watching(self) -> Iterator[None]:
        over = threading.Event()

        def loop() -> None:
            while not over.is_set():
                self.look()

        thread = threading.Thread(target=loop)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@dataclass(frozen=True)
class Audited:
    """What the audit and a printed batch left, and all that must not be in it."""

    made: School
    done: Done
    batch: str
    watch: Watch
    hashes: tuple[str, ...]
    key_text: str

    def planted(self) -> list[bytes]:
        """Every secret, whole password hashes and their last part, and the lines of the private key."""
        parts = [part for entry in self.hashes for part in (entry, entry.rsplit("$", 1)[1])]
        lines = [line for line in self.key_text.splitlines() if not line.startswith("-----")]
        return [text.encode() for text in (*SECRETS, *parts, *lines)]


def leaked(planted: list[bytes], where: bytes) -> list[int]:
    """Which of the planted are there; by number, so that no secret gets into a test's output either."""
    return [number for number, secret in enumerate(planted) if secret in where]


@pytest.fixture(scope="module")
def audited(throwaway_hosts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    folder = tmp_path_factory.mktemp("canary")
    key = key_pair(folder / "id_ed25519", PHRASE)
    redis = {"/etc/redis/redis.conf": f'port 6379\ndir /var/lib/redis\nrequirepass "{REDIS}"\nmasterauth {REDIS}\n'}
    rule = "audit ALL=(root) ALL"
    files, prepare = root_password(ROOT)
    hosts = (
        Host("by-password", "10.99.0.11", redis, logins=(Login("audit", LOGIN, "", rule),)),
        Host("by-key", "10.99.0.12", redis, logins=(Login("audit", SUDO, public(key), rule),)),
        Host("by-su", "10.99.0.13", redis | files, prepare, (Login("audit", LOGIN),)),
    )
    with Lab(hosts) as lab:
        lab.wait_ssh()
        made = school(folder, lab, {"LAB_LOGIN": LOGIN, "LAB_PHRASE": PHRASE})
        login = {"user": "audit", "password": "env:LAB_LOGIN"}
        with_key = {"user": "audit", "key": f"file:{key}", "passphrase": "env:LAB_PHRASE"}
        logins = {
            "by-password": login | {"become": {"method": "sudo", "password": "env:LAB_LOGIN"}},
            "by-key": with_key | {"become": {"method": "sudo", "password": made.secret("sudo", SUDO)}},
            "by-su": login | {"become": {"method": "su", "password": made.secret("root", ROOT)}},
        }
        made.write({host.name: server(host, host.name) for host in hosts}, logins, cidr=NETWORK)
        watch = Watch(lab.enclosure.cgroup)
        with watch.watching():
            done = made.dengbao("audit", "--fail-on", "never")
            batch = _batch_output(made, lab)
            lab.run_inside("by-key", f"sh -c 'sleep 1; exit' {MARKER}")
        shadow = "".join(lab.run_inside(host.name, "cat /etc/shadow").stdout for host in hosts)
        hashes = tuple(line.split(":")[1] for line in shadow.splitlines() if line.split(":")[1].startswith("$"))
        yield Audited(made, done, batch, watch, hashes, key.read_text("ascii"))


def _batch_output(made: School, lab: Lab) -> str:
    """What the printed batch says on a host, run by its root's plain sh."""
    ran = lab.run_inside("by-password", made.dengbao("batch").stdout, timeout=60)
    return ran.stdout + ran.stderr


def test_the_audit_saw_what_was_planted(audited: Audited) -> None:
    """Otherwise the absence below would prove nothing."""
    assert audited.done.returncode == 0, audited.done.stdout + audited.done.stderr
    assert len(audited.hashes) == 4
    outcome = audited.made.last()
    for host in ("by-password", "by-key", "by-su"):
        assert "S\taudit\tset\tyescrypt" in outcome.fact(host, "accounts")["text"]
        assert "requirepass-state set" in outcome.fact(host, "redis-config")["text"]
        assert "masterauth-state set" in outcome.fact(host, "redis-config")["text"]
    assert "requirepass-state set" in audited.batch
    assert "S\taudit\tset\tyescrypt" in audited.batch


def test_no_secret_is_in_any_file_of_the_output(audited: Audited) -> None:
    files = [path for path in audited.made.output.rglob("*") if path.is_file()]
    names = {path.name for path in files}
    assert {"run.json", "report.html", "operations.jsonl", "start.json"} <= names
    assert {path: found for path in files if (found := leaked(audited.planted(), path.read_bytes()))} == {}


def test_the_output_is_its_owners_alone(audited: Audited) -> None:
    shared = [path for path in audited.made.output.rglob("*") if path.stat().st_mode & 0o077]
    assert shared == []


def test_no_secret_is_printed(audited: Audited) -> None:
    assert "by-password" in audited.done.stdout + audited.done.stderr
    assert leaked(audited.planted(), (audited.done.stdout + audited.done.stderr).encode()) == []


def test_no_secret_is_in_the_printed_batchs_output(audited: Audited) -> None:
    assert leaked(audited.planted(), audited.batch.encode()) == []


def test_no_secret_is_on_a_command_line_or_in_a_hosts_environment(audited: Audited) -> None:
    seen = b"\n".join(audited.watch.seen)
    assert audited.watch.rounds > 20
    assert MARKER.encode() in seen  # what ran on a host was seen
    assert b"audit.cli" in seen
    assert leaked(audited.planted(), seen) == []
