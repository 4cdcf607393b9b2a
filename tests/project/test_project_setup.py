"""Set-up stops with one plain sentence where it cannot go on. The programs a machine lacks are played by small scripts."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return path


def run(script: str, argument: str | Path, cwd: Path, path: str = "/usr/bin:/bin") -> subprocess.CompletedProcess[str]:
    argv = ["sh", ROOT / "scripts" / script, argument]
    return subprocess.run(argv, cwd=cwd, env={"PATH": path}, capture_output=True, text=True, timeout=30, check=False)


def test_an_old_python_is_named_with_what_is_needed(tmp_path: Path) -> None:
    old = program(tmp_path, "python3", 'case $1 in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac')
    done = run("setup.sh", old, tmp_path)
    assert done.returncode == 2
    assert "3.11" in done.stderr
    assert "Python 3.9.2" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """A PATH on which nothing is installed, nobody is root and sudo asks for a password."""
    program(tmp_path, "dpkg-query", "exit 1")
    program(tmp_path, "id", "echo 1000")
    program(tmp_path, "sudo", "exit 1")
    program(tmp_path, "apt-get", 'touch "$0.ran"')
    return f"{tmp_path}:/usr/bin:/bin"


def test_without_root_the_one_command_to_run_is_printed(tmp_path: Path, bare: str) -> None:
    done = run("packages.sh", "demo", tmp_path, bare)
    assert done.returncode == 2
    assert "sudo apt-get install -y --no-install-recommends util-linux openssh-client" in done.stderr
    assert not (tmp_path / "apt-get.ran").exists()


def test_an_ordinary_user_is_not_asked_for_what_only_root_can_use(tmp_path: Path, bare: str) -> None:
    assert "systemd-container" not in run("packages.sh", "test", tmp_path, bare).stderr


@pytest.mark.parametrize("purpose", ["venv", "demo", "test", "bench"])
def test_no_purpose_asks_for_a_server(purpose: str, tmp_path: Path, bare: str) -> None:
    program(tmp_path, "id", "echo 0")
    program(tmp_path, "apt-get", 'echo "$SYSTEMD_OFFLINE $*" >> "$0.ran"')
    assert run("packages.sh", purpose, tmp_path, bare).returncode == 0
    asked = (tmp_path / "apt-get.ran").read_text("utf-8")
    assert asked.startswith("1 install"), "maintainer scripts must not start anything"
    assert "--no-install-recommends" in asked
    assert not {"openssh-server", "redis-server", "nginx"} & set(asked.split())
