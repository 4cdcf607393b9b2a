"""pytest-testinfra on the same server and facts: a command each, over one shared OpenSSH connection, its fastest way."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from audit.gather.context import Context
from audit.gather.pool import gather
from checks.model.fact import Collection, FactStatus
from lab.bench.facts import FACTS, command
from lab.bench.measure import Row, compare, require
from lab.bench.servers import BATCH, Brought, Fleet, brought

PAIRS = 5
WHAT = "1 台 × 100 个事实，整个 dengbao audit 进程 / pytest-testinfra（共用连接，每个事实一条命令）"
TESTS = """\
import json, pathlib, pytest

EXPECTED = json.loads(pathlib.Path(__file__).with_name("expected.json").read_text())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_fact(host, name):
    wanted = EXPECTED[name]
    done = host.run("PATH=/usr/sbin:/sbin:$PATH; " + wanted["command"])
    if wanted["text"] is None:
        assert done.rc != 0
    else:
        assert done.stdout.strip() == wanted["text"].strip()
"""


def rows(started: Fleet, audit: Callable[[], Brought], folder: Path) -> Iterator[Row]:
    """One row, or one that says why there is none. `folder` keeps the tool's own virtual environment."""
    python = _install(folder / "testinfra")
    if python is None:
        yield Row.skipped(WHAT, "装不上 pytest-testinfra（需要能访问 Python 软件包源）")
        return
    config = _write(started, folder)
    words = [
        str(python),
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder / "tests"),
        "--hosts",
    ]
    words += [f"ssh://{started.names[0]}", "--ssh-config", str(config), str(folder / "tests" / "test_facts.py")]

    def other() -> int:
        done = subprocess.run(words, capture_output=True, timeout=120, check=False)
        require(
            done.returncode == 0,
            f"testinfra 看到的与我们不同：{(done.stdout + done.stderr)[-800:].decode(errors='replace')}",
        )
        return done.returncode

    def same(mine: object, _: object) -> None:
        require(mine == _expected(started), "dengbao audit 取得的事实与先前的不一样")
        _hang_up(config, started)

    try:
        yield compare(WHAT, audit, other, pairs=PAIRS, goal=1.0, check=same)
    finally:
        _hang_up(config, started)


def _install(folder: Path) -> Path | None:
    """Python of a virtual environment that has the tool, made once; None when it cannot be installed."""
    python = folder / "bin" / "python"
    try:
        if not (folder / "installed").exists():
            subprocess.run(
                [sys.executable, "-m", "venv", "--clear", folder], check=True, capture_output=True, timeout=120
            )
            pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
            subprocess.run([*pip, "pytest-testinfra", "pytest"], check=True, capture_output=True, timeout=180)
            (folder / "installed").touch()
    except (OSError, subprocess.SubprocessError):
        return None
    return python


def _expected(started: Fleet) -> Brought:
    found: list[Collection] = []
    gather(started.targets()[:1], BATCH, found.append, Context(pins=started.pins()))
    return brought(found[0].facts)


def _write(started: Fleet, folder: Path) -> Path:
    """The tests, what they must see, and the client's settings with one connection for all commands."""
    tests = folder / "tests"
    tests.mkdir(exist_ok=True, parents=True)
    (tests / "test_facts.py").write_text(TESTS, encoding="utf-8")
    expected = {
        name: {"command": command(FACTS.facts[name]), "text": text if status is FactStatus.OK else None}
        for name, (status, text) in _expected(started).items()
    }
    (tests / "expected.json").write_text(json.dumps(expected), encoding="utf-8")
    config = started.folder / "ssh_config.shared"
    shared = f"  ControlMaster auto\n  ControlPersist 60\n  ControlPath {started.folder}/shared-%n\n"
    config.write_text(started.client_config.read_text("utf-8") + shared, encoding="utf-8")
    return config


def _hang_up(config: Path, started: Fleet) -> None:
    """End the connection that the client keeps in the background."""
    words = ["ssh", "-F", str(config), "-O", "exit", started.names[0]]
    subprocess.run(words, capture_output=True, timeout=10, check=False)
