"""Gathering from real OpenSSH servers on loopback addresses, well-behaved and not."""

import base64
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from gathering import batch_of, by_name, context_for, gather_all, key_login, key_of, pinned, reachable, target_of

from audit.gather.hostkeys import scan_host_key
from audit.gather.oplog import operation_log
from audit.gather.pins import HostKey, Pins
from audit.gather.tags import tag
from audit.gather.target import Bastion, Login, Secret, Target
from audit.gather.trouble import Trouble
from checks.model.fact import Collection, Fact, FactStatus
from lab.sshd import SshdServer, make_key, many_servers

pytestmark = pytest.mark.network
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="实验服务器以 root 启动时才能换登录 shell、口令和挂载")
FEW = batch_of({"hostname": {"run": "hostname"}, "passwd": {"file": "/etc/passwd"}})


def count(server: SshdServer, words: str) -> int:
    """How often words stand in a server's log."""
    return len(re.findall(words, server.log()))


def one(target: Target, batch: object = FEW, pins: Pins | None = None, **limits: object) -> Collection:
    """The collection of one target."""
    return gather_all([target], batch, context_for(pins or Pins({}), **limits))[target.asset]  # type: ignore[arg-type]


def transport_of(collection: Collection) -> dict[str, str]:
    """The transport fact's values."""
    text = by_name(collection.facts)["ssh-transport"].text
    return dict(line.split(" ", 1) for line in text.splitlines() if " " in line)


def evidence(facts: tuple[Fact, ...]) -> set[str]:
    """Names of the facts that are evidence."""
    return {fact.name for fact in facts if fact.status is FactStatus.OK}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshdServer]:
    """A good server."""
    folder = reachable(tmp_path_factory.mktemp("web"))
    with SshdServer(folder / "server", "127.0.0.2") as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that the laboratory user can reach."""
    return reachable(tmp_path)


def login_shell(folder: Path, text: str) -> str:
    """A login shell of one's own."""
    path = folder / "login-shell"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_one_connection_and_one_session_whatever_the_number_of_facts(web: SshdServer) -> None:
    facts: dict[str, object] = {f"f{i}": {"run": f"printf {i}"} for i in range(70)}
    facts |= {f"e{i}": {"run": 'printf %s "$key"', "for_each": "list"} for i in range(5)}
    batch = batch_of(facts, {"list": {"run": "printf '%s\\n' a b c", "variables": ["key"]}})
    before = count(web, "Connection from"), count(web, "Starting session")
    collection = one(target_of("web-01", web), batch, pinned(("web-01", web)))
    assert collection.status == "complete"
    assert len(collection.facts) == 70 + 1 + 15 + 1
    assert all(fact.status is FactStatus.OK for fact in collection.facts)
    assert count(web, "Connection from") - before[0] == 1
    assert count(web, "Starting session") - before[1] == 1


def test_the_transport_says_how_it_behaved(web: SshdServer) -> None:
    seen = transport_of(one(target_of("web-01", web), pins=pinned(("web-01", web))))
    assert seen["hostkey"] == "pinned"
    assert seen["hostkey-type"] == "ssh-ed25519"
    assert seen["hostkey-sha256"] == key_of(web).sha256
    assert seen["kex"] == "ecdh-sha2-nistp256"
    assert seen["server-version"].startswith("SSH-2.0-OpenSSH")
    assert (seen["auth"], seen["legacy"], seen["mac"]) == ("publickey", "no", "implicit")
    assert "curve25519-sha256" in seen["offers-kex"].split(",")
    assert seen["cipher"] in seen["offers-cipher"].split(",")


def test_an_unknown_host_key_stops_before_anything_is_sent(web: SshdServer) -> None:
    asked: list[str] = []
    login = Login("audit", password=Secret("env:P", lambda: asked.append("resolved") or "x"))
    before = count(web, "(?i)(accepted|failed|invalid user)")
    collection = one(target_of("web-01", web, login=login))
    assert collection.status == "failed"
    assert "web-01" in collection.cause
    assert "dengbao hostkeys accept web-01" in collection.cause
    assert transport_of(collection)["hostkey"] == "unknown"
    assert evidence(collection.facts) == {"ssh-transport"}
    assert not asked
    assert count(web, "(?i)(accepted|failed|invalid user)") == before


def test_a_changed_host_key_stops_too(web: SshdServer, folder: Path) -> None:
    with SshdServer(folder / "other", "127.0.0.3") as other:
        collection = one(target_of("web-01", web), pins=pinned(("web-01", other)))
    assert transport_of(collection)["hostkey"] == "changed"
    assert "没有发送任何凭据" in collection.cause
    assert "dengbao hostkeys forget web-01" in collection.cause


def test_a_wrong_key_is_one_attempt_and_names_the_reference(web: SshdServer, folder: Path) -> None:
    wrong = make_key(folder / "wrong")
    collection = one(target_of("web-01", web, login=key_login(web, wrong)), pins=pinned(("web-01", web)))
    assert collection.status == "failed"
    assert f"file:{wrong}" in collection.cause
    assert transport_of(collection)["auth"] == "publickey"


@as_root
def test_a_wrong_password_touches_one_of_many_hosts(folder: Path) -> None:
    with many_servers(folder, 8, first=10, password="right-password") as servers:
        secret = Secret("env:AUDIT", lambda: "wrong-password")
        targets = [target_of(f"h{i}", s, login=Login(s.user, password=secret)) for i, s in enumerate(servers)]
        found = gather_all(targets, FEW, context_for(pinned(*((f"h{i}", s) for i, s in enumerate(servers)))))
        assert sum(count(server, "Failed password") for server in servers) == 1
        assert {collection.status for collection in found.values()} == {"failed"}
        assert sum("本次运行不再使用它，没有在这台资产上尝试" in c.cause for c in found.values()) == 7
        right = Secret("env:AUDIT2", lambda: "right-password")
        targets = [target_of(f"h{i}", s, login=Login(s.user, password=right)) for i, s in enumerate(servers)]
        found = gather_all(targets, FEW, context_for(pinned(*((f"h{i}", s) for i, s in enumerate(servers)))))
        assert {collection.status for collection in found.values()} == {"complete"}


def test_a_wrong_key_rests_too_and_a_dead_first_host_passes_the_turn_on(folder: Path) -> None:
    wrong = Secret("file:wrong", make_key(folder / "wrong").read_text)
    with many_servers(folder, 4, first=30) as servers:
        targets = [Target("dead", address="127.0.0.29", port=1, login=Login(servers[0].user, key=wrong))]
        targets += [target_of(f"h{i}", s, login=Login(s.user, key=wrong)) for i, s in enumerate(servers)]
        found = gather_all(targets, FEW, context_for(pinned(*((f"h{i}", s) for i, s in enumerate(servers)))))
        tried = [asset for asset, c in found.items() if "目标拒绝了登录" in c.cause]
        assert len(tried) == 1
        assert "拒绝连接" in found["dead"].cause
        assert sum(f"已被 {tried[0]} 拒绝" in c.cause for c in found.values()) == 3


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[str, int]]:
    """Something on a port that is no SSH server: says `answer` to whoever comes, then nothing more."""
    listener = socket.create_server(("127.0.0.40", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                held.append(listener.accept()[0])
                held[-1].sendall(answer)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[:2]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)
        for connection in held:
            connection.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"SSH-2.0-x\r\n" + b"\xff" * 5000,
        b"SSH-1.5-old\r\n",
        b"\x00" * 100_000,
        b"SSH-2.0-x\r\n\x00\x00\x00\x0c\x0a\x14" + b"\x00" * 30,
    ],
    ids=["silent", "http", "garbage", "ssh1", "zeros", "bad-kexinit"],
)
def test_something_else_on_the_port_fails_in_time_with_a_cause(answer: bytes, web: SshdServer) -> None:
    with answering(answer) as (address, port):
        begun = time.monotonic()
        collection = one(Target("sw-01", address=address, port=port, login=key_login(web)), connect=1.0)
    assert time.monotonic() - begun < 15
    assert collection.status == "failed"
    assert collection.cause.startswith("sw-01：")
    assert {fact.status for fact in collection.facts} <= {FactStatus.UNREACHABLE, FactStatus.OK}
    assert evidence(collection.facts) <= {"ssh-transport"}


@as_root
def test_a_noisy_login_shell_is_read_past_and_reported(folder: Path) -> None:
    shell = login_shell(folder, 'echo "Welcome to web-01"; echo "Last login: ..." >&2; exec /bin/sh "$@"')
    with SshdServer(folder / "s", "127.0.0.50", shell=shell) as server:
        collection = one(target_of("web-01", server), pins=pinned(("web-01", server)))
    assert collection.status == "complete"
    assert "已忽略" in collection.cause
    assert evidence(collection.facts) == {"ssh-transport", "hostname", "passwd"}


@as_root
@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("exec yes", "输出太多"),
        ("exec sleep 60", "没有应答"),
        ("echo This account is currently not available.; exit 1", "不允许登录 shell"),
        ("exit 0", "没有准备好"),
        # Says it is ready, then never stops talking.
        ('/bin/sh -c "$2" </dev/null; exec yes', "输出超过上限"),
        ('/bin/sh -c "$2" </dev/null; exec sleep 60', "时限"),
    ],
)
def test_a_login_shell_that_does_not_cooperate_cannot_hold_the_run(folder: Path, text: str, cause: str) -> None:
    with SshdServer(folder / "s", "127.0.0.51", shell=login_shell(folder, text)) as server:
        begun = time.monotonic()
        target = target_of("web-01", server, deadline=3.0)
        collection = one(target, pins=pinned(("web-01", server)), prompt=1.5, stdout=500_000)
        assert time.monotonic() - begun < 20
    assert collection.status == "failed"
    assert cause in collection.cause


MANY_THEN = {f"a{i:02}": {"run": f"printf {i}"} for i in range(30)}


@as_root
def test_a_host_that_hangs_half_way_keeps_what_it_had_said(folder: Path) -> None:
    nothing = folder / "nothing"
    nothing.write_text("")  # not executable: the target has no `timeout`, so only the deadline is left
    batch = batch_of({**MANY_THEN, "z-hang": {"run": "sleep 600"}})
    with SshdServer(folder / "s", "127.0.0.52", mounts={"/usr/bin/timeout": nothing}) as server:
        collection = one(target_of("web-01", server, deadline=3.0), batch, pinned(("web-01", server)))
    facts = by_name(collection.facts)
    assert collection.status == "partial"
    assert "时限" in collection.cause
    assert facts["a00"].text == "0"
    assert facts["z-hang"].status is not FactStatus.OK


def test_a_connection_killed_midway_keeps_what_had_come(folder: Path) -> None:
    batch = batch_of({**MANY_THEN, "z-slow": {"run": "sleep 20", "timeout": 30}})
    with SshdServer(folder / "s", "127.0.0.53") as server:
        killer = threading.Timer(1.5, server.stop)
        killer.start()
        begun = time.monotonic()
        collection = one(target_of("web-01", server), batch, pinned(("web-01", server)))
        assert time.monotonic() - begun < 15
        killer.join()
    facts = by_name(collection.facts)
    assert collection.status == "partial"
    assert facts["a00"].text == "0"
    assert facts["z-slow"].status in (FactStatus.TRUNCATED, FactStatus.UNREACHABLE)


def test_endless_and_binary_output_is_cut_and_defused(web: SshdServer) -> None:
    batch = batch_of(
        {
            "binary": {"run": "head -c 30000 /dev/urandom"},
            "endless": {"run": "cat /dev/zero", "limit": 100_000},
            "escapes": {"run": "printf '\\033[2J\\033]0;owned\\007'"},
            "loud": {"run": "yes error >&2", "timeout": 1},
            "after": {"run": "printf fine"},
        }
    )
    collection = one(target_of("web-01", web), batch, pinned(("web-01", web)))
    facts = by_name(collection.facts)
    assert collection.status == "complete"
    assert facts["endless"].status is FactStatus.TRUNCATED
    assert facts["loud"].status is FactStatus.TIMEOUT
    assert facts["after"].text == "fine"
    assert not any(re.search("[\x00-\x08\x0b-\x1f\x7f]", fact.text + fact.detail) for fact in collection.facts)


@as_root
def test_the_same_facts_come_from_a_target_without_gzip(folder: Path) -> None:
    nothing = folder / "nothing"
    nothing.write_text("")
    with SshdServer(folder / "s", "127.0.0.54", mounts={"/usr/bin/gzip": nothing}) as server:
        without = one(target_of("web-01", server), pins=pinned(("web-01", server)))
    with SshdServer(folder / "s", "127.0.0.54") as server:
        packed = one(target_of("web-01", server), pins=pinned(("web-01", server)))
    assert [f.text for f in without.facts if f.name == "hostname"] == [
        f.text for f in packed.facts if f.name == "hostname"
    ]
    assert without.status == packed.status == "complete"


def test_three_targets_behind_a_bastion_share_one_connection_to_it(folder: Path) -> None:
    with SshdServer(folder / "b", "127.0.0.60") as bastion, many_servers(folder, 3, first=61) as servers:
        through = Bastion("bastion-01", bastion.address, key_login(bastion), bastion.port)
        before = count(bastion, "Connection from")
        pins = pinned(("bastion-01", bastion), *((f"h{i}", s) for i, s in enumerate(servers)))
        targets = [target_of(f"h{i}", s, bastion=through) for i, s in enumerate(servers)]
        found = gather_all(targets, FEW, context_for(pins))
        assert {collection.status for collection in found.values()} == {"complete"}
        assert count(bastion, "Connection from") - before == 1
        assert all(count(server, f"Connection from {bastion.address}|Connection from 127") >= 1 for server in servers)
        unpinned = pinned(*((f"h{i}", s) for i, s in enumerate(servers)))
        found = gather_all(targets, FEW, context_for(unpinned))
        assert all("堡垒机 bastion-01" in collection.cause for collection in found.values())
        assert count(bastion, "Connection from") - before == 2
        dead = [Target("gone", address="127.0.0.66", port=1, login=key_login(servers[0]), bastion=through)]
        assert "经堡垒机 bastion-01 连不上" in gather_all(dead, FEW, context_for(pins))["gone"].cause


OLD = {
    "KexAlgorithms": "diffie-hellman-group14-sha1",
    "Ciphers": "aes128-cbc",
    "MACs": "hmac-sha1",
    "HostKeyAlgorithms": "ssh-rsa",
}


def test_old_algorithms_need_legacy_ssh_and_are_on_record(folder: Path) -> None:
    with SshdServer(folder / "s", "127.0.0.70", settings=OLD, host_key_type="rsa") as server:
        pins = pinned(("sw-01", server))
        refused = one(target_of("sw-01", server), pins=pins)
        allowed = one(target_of("sw-01", server, legacy_ssh=True), pins=pins)
    assert "legacy-ssh: true" in refused.cause
    assert transport_of(refused)["offers-kex"].startswith("diffie-hellman-group14-sha1")
    assert transport_of(refused)["hostkey"] == "none"
    assert allowed.status == "complete"
    seen = transport_of(allowed)
    assert (seen["legacy"], seen["kex"], seen["cipher"], seen["mac"]) == ("yes", *list(OLD.values())[:3])


@pytest.mark.parametrize("kex", ["curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp384"])
def test_a_server_hardened_to_one_key_exchange_is_reached_by_it(kex: str, folder: Path) -> None:
    with SshdServer(folder / "s", "127.0.0.72", settings={"KexAlgorithms": kex}) as server:
        reached = one(target_of("web-01", server), pins=pinned(("web-01", server)))
    assert reached.status == "complete", reached.cause
    assert (transport_of(reached)["kex"], transport_of(reached)["mac"]) == (kex, "implicit")


def test_the_pinned_key_type_is_asked_for_first(folder: Path) -> None:
    extra = make_key(folder / "ecdsa", "ecdsa")
    if os.geteuid() == 0:
        extra.chmod(0o644)  # StrictModes is off, but the server drops to the laboratory user
        os.chown(extra, 64_021, 64_021)
        extra.chmod(0o600)
    with SshdServer(folder / "s", "127.0.0.71", settings={"HostKey ": str(extra)}) as server:
        shown = scan_host_key(server.address, server.port)
        assert shown.type == "ssh-ed25519"
        kind, encoded = extra.with_suffix(".pub").read_text().split()[:2]
        only = Pins({"web-01": (HostKey(kind, base64.b64decode(encoded)),)})
        assert one(target_of("web-01", server), pins=only).status == "complete"


def test_scanning_a_host_key_names_no_user(web: SshdServer) -> None:
    before = count(web, "(?i)(accepted|failed|user)")
    assert scan_host_key(web.address, web.port) == key_of(web)
    with pytest.raises(Trouble, match="拒绝连接"):
        scan_host_key("127.0.0.99", 1)
    assert count(web, "(?i)(accepted|failed|user)") == before


def test_local_and_ssh_bring_the_same_facts(web: SshdServer) -> None:
    batch = batch_of({"os": {"file": "/etc/os-release"}, "kernel": {"run": "uname -r"}})
    here = one(Target("here", method="local"), batch)
    there = one(target_of("web-01", web), batch, pinned(("web-01", web)))
    assert (here.cause, there.cause) == ("", "")
    assert {f.name: f.text for f in here.facts} == {f.name: f.text for f in there.facts if f.name != "ssh-transport"}


@as_root
def test_secrets_are_in_no_argv_log_fact_or_stream(folder: Path) -> None:
    secrets = ["Pa55-word-of-login", "b7" * 32]
    seen: set[str] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            for entry in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(entry.read_bytes().decode(errors="replace"))
                except OSError:
                    continue

    batch = batch_of({"t": {"run": "sleep 0.3; db_tag value"}, "u": {"run": 'sleep 0.3; printf "%s" "$db_addresses"'}})
    with (
        SshdServer(folder / "s", "127.0.0.72", password=secrets[0]) as server,
        operation_log(folder / "operations.jsonl") as log,
    ):
        context = replace(context_for(pinned(("web-01", server))), tag_key=secrets[1], log=log)
        login = Login(server.user, password=Secret("env:AUDIT_PASSWORD", lambda: secrets[0]))
        watcher = threading.Thread(target=watch)
        watcher.start()
        collection = gather_all([target_of("web-01", server, login=login)], batch, context)["web-01"]
        stop.set()
        watcher.join()
        told = [collection.model_dump_json(), (folder / "operations.jsonl").read_text(), server.log(), repr(context)]
    assert collection.status == "complete"
    assert by_name(collection.facts)["t"].text.strip() == tag(secrets[1], "value")
    assert any("sleep" in line for line in seen)  # the watcher did see the run
    for secret in secrets:
        assert not any(secret in text for text in (*told, *seen))
    assert '"event":"ended"' in told[1]
