"""An audit that is interrupted loses nothing that was finished, and `--resume` gathers only the rest."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lab.sshd import SshdServer, find_sshd
from tests.run.wholerun import School

pytestmark = pytest.mark.network

QUICK = ("quick-1", "quick-2")
HELD = 'while [ -e {hold} ]; do sleep 0.1; done; exec sh -c "$SSH_ORIGINAL_COMMAND"\n'
SECONDS = 30.0


@pytest.fixture(scope="module")
def servers(open_folder: Path) -> Iterator[dict[str, SshdServer]]:
    """Two servers that answer at once and one that keeps its session waiting while the file `hold` is there."""
    script = open_folder / "held.sh"
    script.write_text(HELD.format(hold=open_folder / "hold"), "utf-8")
    libraries = find_sshd().libraries
    settings = {"SetEnv": f"LD_LIBRARY_PATH={libraries}"} if libraries else {}
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(SshdServer(open_folder / name, f"127.0.0.{number}", settings=settings | more))
            for number, (name, more) in enumerate(
                [*((name, {}) for name in QUICK), ("held", {"ForceCommand": f"/bin/sh {script}"})], start=41
            )
        }


@pytest.fixture
def made(servers: dict[str, SshdServer], tmp_path: Path) -> School:
    school = School(tmp_path)
    logins = {name: {"user": server.user, "key": f"file:{server.user_key}"} for name, server in servers.items()}
    assets = {
        name: {"class": "server", "zone": "servers", "address": server.address, "port": server.port}
        | {"access": {"method": "ssh", "login": name}}
        for name, server in servers.items()
    }
    system = {"name": "门户", "level": "S2A2", "assets": list(servers)}
    school.write(assets, logins, cidr="127.0.0.0/24", systems={"portal": system})
    for name, server in servers.items():
        school.pin(name, server.host_key)
    return school


@pytest.fixture
def hold(open_folder: Path) -> Path:
    """While this file is there the held server does not answer."""
    (open_folder / "hold").touch()
    return open_folder / "hold"


def sessions(servers: dict[str, SshdServer]) -> dict[str, int]:
    """How often each server was logged in to."""
    return {name: server.log().count("Accepted publickey") for name, server in servers.items()}


def until(true: Callable[[], bool]) -> None:
    """Wait for something, but not for ever."""
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def stopped_in_mid_run(made: School, servers: dict[str, SshdServer], how: signal.Signals) -> tuple[int, str]:
    """Start an audit and send a signal when the quick servers are done and the held one is busy: (exit code, stderr)."""
    begun = sessions(servers)["held"]
    process = subprocess.Popen(
        made.command("audit"),
        env=made.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that starts tests in the background leaves Ctrl-C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    try:
        until(lambda: bool(made.folders()) and len(made.last().collections()) == len(QUICK))
        until(lambda: sessions(servers)["held"] > begun)
        os.kill(process.pid, how)
        said = process.communicate(timeout=SECONDS)[1]
    finally:
        process.kill()
    return process.returncode, said


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_what_was_finished_stays_and_resume_gathers_only_the_rest(
    made: School, servers: dict[str, SshdServer], hold: Path, how: signal.Signals
) -> None:
    before = sessions(servers)
    code, said = stopped_in_mid_run(made, servers, how)
    assert code == (130 if how is signal.SIGINT else -signal.SIGKILL), said
    if how is signal.SIGINT:
        assert "dengbao audit --resume" in said
    kept = made.last().collections()
    assert {name: kept[name]["status"] for name in kept} == dict.fromkeys(QUICK, "complete")
    assert not (made.last().folder / "run.json").exists()

    hold.unlink()
    done = made.dengbao("audit", "--resume", "--fail-on", "never")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(made.folders()) == 1
    whole = made.last().collections()
    assert {name: whole[name]["status"] for name in whole} == dict.fromkeys(servers, "complete")
    assert {name: whole[name] for name in QUICK} == kept
    after = {name: count - before[name] for name, count in sessions(servers).items()}
    assert after == {"quick-1": 1, "quick-2": 1, "held": 2}
    started = [json.loads(line) for line in (made.last().folder / "operations.jsonl").read_text("utf-8").splitlines()]
    assert sorted(o["asset"] for o in started if o["event"] == "started") == ["held", "held", "quick-1", "quick-2"]


def test_a_whole_run_is_judged_again_to_the_same_bytes_and_leaves_nothing_to_resume(made: School, hold: Path) -> None:
    hold.unlink()
    assert made.dengbao("audit", "--fail-on", "never").returncode == 0
    first = (made.last().folder / "run.json").read_bytes()
    for _ in range(2):
        judged = made.dengbao("judge")
        assert judged.returncode == 0, judged.stderr
        assert (made.last().folder / "run.json").read_bytes() == first
    again = made.dengbao("audit", "--resume")
    assert again.returncode == 2
    assert "没有中断的审计" in again.stderr
