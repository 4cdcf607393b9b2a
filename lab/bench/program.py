"""The whole `dengbao audit` process of one server, with the bench's facts as its content, against `ssh`."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from audit.gather.pins import accept
from audit.store import find_run
from checks.language.platform import FactsFile
from lab.bench.facts import FACTS, PLATFORM
from lab.bench.measure import Row, child_environment, compare, require
from lab.bench.servers import Brought, Fleet, brought, decoded, host_key, run_ssh

ROOT = Path(__file__).resolve().parents[2]
PAIRS = 7
CAMPUS = """\
campus: {{id: bench, name: 测速学校}}
zones:
  loopback: {{name: 本机回环, cidr: 127.0.0.0/24, reach: []}}
assets:
  {name}: {{class: server, platform: {platform}, zone: loopback, address: {address}, port: {port}, access: {{method: ssh, login: bench}}}}
logins:
  bench: {{user: {user}, key: 'file:{key}'}}
"""


def rows(started: Fleet, folder: Path) -> Iterator[Row]:
    """From the start of the interpreter to the report on disk. `folder` is emptied."""
    audit = auditing(started, folder)

    def same(mine: object, theirs: object) -> None:
        assert isinstance(theirs, bytes)  # noqa: S101
        require(mine == decoded(theirs), "dengbao audit 和 ssh 取得的事实不一样")

    yield compare(
        "1 台 × 100 个事实，整个 dengbao audit 进程（含报告） / ssh",
        audit,
        lambda: run_ssh(started, started.names[0]),
        pairs=PAIRS,
        goal=2.0,
        check=same,
    )


def auditing(started: Fleet, folder: Path) -> Callable[[], Brought | Any]:
    """A function that runs the whole program once and returns the facts it stored."""
    shutil.rmtree(folder, ignore_errors=True)
    program, school = _copy(folder / "program"), _school(started, folder / "school")
    environment = child_environment() | {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(program)}
    words = [sys.executable, "-m", "audit.cli", "audit", "-c", str(school / "campus.yaml"), "--fail-on", "never"]

    def run() -> Brought:
        done = subprocess.run(words, cwd=program, env=environment, capture_output=True, timeout=120, check=False)
        require(
            done.returncode == 0,
            f"dengbao audit 没有成功：{(done.stderr + done.stdout)[-800:].decode(errors='replace')}",
        )
        newest = find_run(school / "dengbao-data" / "runs")
        return brought([fact for collection in newest.collections() for fact in collection.facts])

    return run


def _copy(folder: Path) -> Path:
    """The program as it is, with one platform more: a check for each of the hundred facts."""
    for name in ("audit", "checks", "reports", "baselines"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    platform = folder / "baselines" / PLATFORM
    platform.mkdir()
    _write(platform / "facts.yaml", FactsFile.model_dump(FACTS, mode="json", by_alias=True, exclude_defaults=True))
    _write(platform / "checks.yaml", {"checks": [_check(name) for name in FACTS.facts]})
    return folder


def _check(name: str) -> dict[str, Any]:
    text = {"zh": f"测速用：取得了 {name}"}
    return {
        "id": f"{PLATFORM}-{name}",
        "title": text,
        "indicates": ["ces.identity.login-failure/timeout"],
        "severity": "low",
        "needs": [name],
        "expect": {"fact": name, "present": True},
        "why": text,
        "fix": {"steps": [text], "risk": text, "rollback": text},
        "tests": [{"verdict": "pass", "facts": {name: "x"}}],
    }


def _write(path: Path, data: object) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


def _school(started: Fleet, folder: Path) -> Path:
    """campus.yaml with the one server, and its pinned host key."""
    name, server = started.names[0], started.servers[0]
    (folder / "dengbao-data").mkdir(parents=True, mode=0o700)
    (folder / "campus.yaml").write_text(
        CAMPUS.format(
            name=name,
            platform=PLATFORM,
            address=server.address,
            port=server.port,
            user=server.user,
            key=started.folder / "user_key",
        ),
        encoding="utf-8",
    )
    accept(folder / "dengbao-data" / "hostkeys", name, host_key(server))
    return folder
