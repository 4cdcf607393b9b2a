"""A run over targets that fail in every way: each is named with its cause, the others' findings are unharmed."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.sshd import SshdServer, find_sshd, free_port, make_key
from tests.run.wholerun import Done, Outcome, School

pytestmark = pytest.mark.network

SHELL = 'sh -c "$SSH_ORIGINAL_COMMAND"'
BEHAVIOUR = {
    "good": "",
    "wrong-key": "",
    "changed-key": "",
    "unknown-key": "",
    "no-tool": "",
    "noisy": f"echo 欢迎使用教务服务器; exec {SHELL}",
    "flooding": "exec yes 欢迎使用教务服务器",
    "half-way": f"{SHELL} | {{ dd bs=1 count=400; exec sleep 60; }}",
    "endless": f"{SHELL} | {{ dd bs=1 count=400; exec yes 0123456789abcdef; }}",
}
"""Server → what its login shell does instead of just running the command."""
CAUSES = {
    "no-answer": "秒内没有应答",
    "refusing": "拒绝连接",
    "silent": "SSH 握手",
    "wrong-key": "目标拒绝了登录",
    "changed-key": "主机密钥与登记的不一致",
    "unknown-key": "主机密钥还没有登记",
    "flooding": "登录后的 shell 输出太多",
    "half-way": "超过了这台资产的时限",
    "endless": "输出超过上限",
}
NO_SESSION = ("no-answer", "refusing", "silent", "wrong-key", "changed-key", "unknown-key", "flooding")


@dataclass(frozen=True)
class Audited:
    """The school, and its run over all targets."""

    made: School
    done: Done
    outcome: Outcome


def _server(folder: Path, number: int, name: str, behaviour: str) -> SshdServer:
    settings = {}
    if (libraries := find_sshd().libraries) is not None:
        settings["SetEnv"] = f"LD_LIBRARY_PATH={libraries}"
    if behaviour:
        script = folder / f"{name}.sh"
        script.write_text(behaviour + "\n", "utf-8")
        settings["ForceCommand"] = f"/bin/sh {script}"
    hidden = folder / "not-executable"
    hidden.touch()
    mounts = {os.path.realpath("/usr/bin/apt"): hidden} if name == "no-tool" and os.geteuid() == 0 else {}
    return SshdServer(folder / name, f"127.0.0.{number}", settings=settings, mounts=mounts)


def _listening(address: str, backlog: int) -> socket.socket:
    listener = socket.socket()
    listener.bind((address, 0))
    listener.listen(backlog)
    return listener


def _without_servers(stack: ExitStack) -> dict[str, tuple[str, int]]:
    """Addresses where no SSH server stands: full, closed, and mute."""
    full, mute = (stack.enter_context(_listening(address, 0)) for address in ("127.0.0.31", "127.0.0.33"))
    filler = stack.enter_context(socket.socket())
    filler.connect(full.getsockname())
    return {
        "no-answer": full.getsockname(),
        "refusing": ("127.0.0.32", free_port("127.0.0.32")),
        "silent": mute.getsockname(),
    }


@pytest.fixture(scope="module")
def audited(open_folder: Path) -> Iterator[Audited]:
    made = School(open_folder)
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(_server(open_folder, number, name, behaviour))
            for number, (name, behaviour) in enumerate(BEHAVIOUR.items(), start=2)
        }
        places = {name: (server.address, server.port) for name, server in servers.items()} | _without_servers(stack)
        keys = {name: server.user_key for name, server in servers.items()}
        keys["wrong-key"] = make_key(open_folder / "stranger")
        logins = {
            name: {"user": servers["good"].user, "key": f"file:{keys.get(name, keys['good'])}"} for name in places
        }
        assets = {
            name: {"class": "server", "zone": "servers", "address": address, "port": port}
            | {"access": {"method": "ssh", "login": name}, "approved": {"ports": ["tcp/22"]}}
            for name, (address, port) in places.items()
        }
        made.write(
            assets, logins, cidr="127.0.0.0/24", limits={"asset_deadline": 20, "connect_timeout": 2, "max_parallel": 4}
        )
        for name in set(servers) - {"unknown-key"}:
            made.pin(name, servers["good" if name == "changed-key" else name].host_key)
        yield Audited(made, made.dengbao("audit", "--fail-on", "never"), made.last())


def test_the_exit_code_says_that_assets_were_not_measured(audited: Audited) -> None:
    assert audited.done.returncode == 3, audited.done.stderr


@pytest.mark.parametrize("asset", CAUSES)
def test_run_json_names_the_asset_and_the_cause(audited: Audited, asset: str) -> None:
    (session,) = [c for c in audited.outcome.run["collections"] if c["asset"] == asset]
    assert session["status"] == ("failed" if asset in NO_SESSION else session["status"]) != "complete"
    assert session["cause"].startswith(f"{asset}：")
    assert CAUSES[asset] in session["cause"]
    assert any(gap["asset"] == asset and CAUSES[asset] in gap["cause"] for gap in audited.outcome.run["not_covered"])


@pytest.mark.parametrize("asset", CAUSES)
def test_the_terminal_names_the_asset_and_the_cause(audited: Audited, asset: str) -> None:
    said = "".join(audited.done.stderr.split())
    assert f"✗{asset}：" in said
    assert CAUSES[asset].replace(" ", "") in said


@pytest.mark.parametrize("asset", NO_SESSION)
def test_nothing_is_decided_about_a_host_that_was_not_read(audited: Audited, asset: str) -> None:
    info = audited.outcome.run["checks"]
    verdicts = {v for (check, _), v in audited.outcome.verdicts(asset).items() if info[check]["platform"] == "linux"}
    assert verdicts == {"unknown"}


def test_no_secret_is_sent_to_a_host_whose_key_is_not_the_pinned_one(audited: Audited) -> None:
    for asset in ("changed-key", "unknown-key"):
        log = (audited.made.folder / asset / "sshd.log").read_text(errors="replace")
        assert "Connection" in log
        assert "userauth" not in log
        assert "publickey" not in log


def test_noise_before_the_batch_is_skipped_and_told(audited: Audited) -> None:
    (session,) = [c for c in audited.outcome.run["collections"] if c["asset"] == "noisy"]
    assert session["status"] == "complete"
    assert "登录脚本" in session["cause"]
    # Subjects name the server's own configuration file, verdicts do not depend on it.
    noisy, good = (sorted((c, v) for (c, _), v in audited.outcome.verdicts(name).items()) for name in ("noisy", "good"))
    assert noisy == good


def test_a_missing_tool_makes_what_it_reports_unknown(audited: Audited) -> None:
    if os.geteuid() != 0:
        pytest.skip("只有 root 能让一台服务器看不到 apt")
    assert audited.outcome.fact("no-tool", "updates")["status"] == "no-tool"
    assert audited.outcome.fact("good", "updates")["status"] == "ok"
    assert audited.outcome.verdicts("no-tool")["linux-security-updates", ""] == "unknown"
    others = {key: v for key, v in audited.outcome.verdicts("good").items() if key[1] == ""}
    del others["linux-security-updates", ""]
    assert others.items() <= audited.outcome.verdicts("no-tool").items()


def test_the_good_hosts_findings_are_as_if_it_were_alone(audited: Audited) -> None:
    alone = audited.made.dengbao("audit", "--asset", "good", "--asset", "refusing", "--fail-on", "low")
    assert alone.returncode == 1, alone.stdout + alone.stderr  # findings come before what was not measured
    verdicts = audited.made.last().verdicts("good")
    assert "fail" in verdicts.values()
    assert audited.outcome.verdicts("good") == verdicts
