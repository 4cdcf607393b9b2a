"""The servers of a bench on loopback addresses, seen by us and by the OpenSSH client: same keys, same batch."""

import base64
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from audit.gather.batch import Batch, Parameters, compile_batch
from audit.gather.frames import decode
from audit.gather.pins import HostKey, Pins
from audit.gather.target import Login, Secret, Target
from checks.model.fact import Fact, FactStatus
from lab.bench.facts import FACTS, PLATFORM
from lab.bench.measure import require
from lab.sshd import SshdServer, make_key

NONCE = "0123456789abcdef" * 2
BATCH: Batch = compile_batch({PLATFORM: FACTS})
Brought = dict[str, tuple[FactStatus, str]]
"""Name of a fact → how it ended and its text: what both sides must agree on."""
CLIENT = """\
Host {name}
  HostName {address}
  Port {port}
  User {user}
  IdentityFile {key}
  UserKnownHostsFile {folder}/known_hosts
  HostKeyAlias {name}
Host *
  BatchMode yes
  StrictHostKeyChecking yes
  IdentitiesOnly yes
  KexAlgorithms curve25519-sha256
  LogLevel ERROR
"""


@dataclass(frozen=True)
class Fleet:
    """Running servers, named by their place: `bench-0` and on."""

    folder: Path
    servers: tuple[SshdServer, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"bench-{number}" for number in range(len(self.servers)))

    @property
    def client_config(self) -> Path:
        """ssh_config of the OpenSSH client: curve25519, pinned host keys, one key."""
        return self.folder / "ssh_config"

    @property
    def batch_file(self) -> Path:
        """The very script that we send, for `ssh HOST 'sh -s' < batch`."""
        return self.folder / "batch.sh"

    def targets(self) -> tuple[Target, ...]:
        """The servers as gathering knows them."""
        return tuple(_target(name, server) for name, server in zip(self.names, self.servers, strict=True))

    def pins(self) -> Pins:
        """The host keys that were made for them."""
        return Pins({name: (host_key(server),) for name, server in zip(self.names, self.servers, strict=True)})

    def ssh(self, name: str) -> list[str]:
        """The client's command line for one server."""
        return ["ssh", "-F", str(self.client_config), name, "sh -s"]


def host_key(server: SshdServer) -> HostKey:
    """A server's host key as it is pinned."""
    kind, _, encoded = server.host_key.partition(" ")
    return HostKey(kind, base64.b64decode(encoded))


def _target(name: str, server: SshdServer) -> Target:
    key = server.user_key
    secret = Secret(f"file:{key.name}", lambda: key.read_text("utf-8"))
    return Target(asset=name, address=server.address, port=server.port, login=Login(server.user, key=secret))


@contextmanager
def fleet(folder: Path, count: int) -> Iterator[Fleet]:
    """`count` servers on 127.0.0.2 and following addresses that let one and the same key in."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o755)
    key = make_key(folder / "user_key")
    with ExitStack() as stack:
        servers = []
        for number in range(count):
            home = folder / f"server-{number}"
            home.mkdir(mode=0o755)
            for suffix in ("", ".pub"):
                shutil.copy(f"{key}{suffix}", home / f"user_key{suffix}")
            servers.append(stack.enter_context(SshdServer(home, f"127.0.0.{number + 2}")))
        started = Fleet(folder, tuple(servers))
        _write_client(started)
        started.batch_file.write_text(BATCH.script(Parameters(nonce=NONCE, budget=102)), encoding="utf-8")
        yield started


def _write_client(started: Fleet) -> None:
    blocks, known = [], []
    for name, server in zip(started.names, started.servers, strict=True):
        host, _, _ = CLIENT.partition("Host *")
        blocks.append(
            host.format(
                name=name,
                address=server.address,
                port=server.port,
                user=server.user,
                key=started.folder / "user_key",
                folder=started.folder,
            )
        )
        known.append(f"{name} {server.host_key}\n")
    started.client_config.write_text("".join(blocks) + "Host *" + CLIENT.partition("Host *")[2], encoding="utf-8")
    (started.folder / "known_hosts").write_text("".join(known), encoding="utf-8")


def run_ssh(started: Fleet, name: str) -> bytes:
    """What `ssh HOST 'sh -s' < batch` prints, still framed and packed."""
    with started.batch_file.open("rb") as script:
        done = subprocess.run(started.ssh(name), stdin=script, capture_output=True, timeout=60, check=False)
    require(done.returncode == 0, f"ssh 没有成功：{done.stderr[-300:].decode(errors='replace')}")
    return done.stdout


def decoded(output: bytes) -> Brought:
    """The facts in the output of the OpenSSH client. What came on stderr is not kept there: every fact counts as silent."""
    marks = "".join(f"\n@{NONCE} {planned.name} \n" for planned in BATCH.planned).encode()
    found = decode(output, marks, BATCH, "bench", datetime.now(UTC), nonce=NONCE)
    require(found.complete, f"ssh 一边的输出不完整：{found.cut}")
    return brought(found.facts)


def brought(facts: Sequence[Fact]) -> Brought:
    """The bench's facts by name, others (the transport's) left out. Most must have been obtained, or nothing is compared."""
    mine = {fact.name: (fact.status, fact.text) for fact in facts if fact.name in FACTS.facts}
    obtained = sum(status is FactStatus.OK for status, _ in mine.values())
    require(obtained >= 80, f"一百个事实里只取得了 {obtained} 个")
    return mine
