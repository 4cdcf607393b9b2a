"""Runs the reviewed shell functions of a platform on files of a test's own, in each shell that targets have."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from audit.content import read_baselines

CONTENT = read_baselines().content
SHELLS = [
    pytest.param(("dash",), id="dash"),
    pytest.param(("bash",), id="bash"),
    pytest.param(("busybox", "sh"), id="busybox"),
]
HELPERS = """\
LC_ALL=C; export LC_ALL
db_addresses=10.9.0.5,10.9.1.5
db_has() { command -v "$1" >/dev/null 2>&1; }
db_tag() { printf 'TAG'; }
db_length_class() { printf '%s' "${#1}"; }
"""
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="要 root 才能在私有的挂载命名空间里换掉 /etc 下的文件")


def run(platform: str, command: str, shell: tuple[str, ...], *, mounted: Mapping[str, Path] | None = None) -> str:
    """What the command says. `mounted`: paths of the system covered by files or folders of the test, for it alone."""
    done = attempt(platform, command, shell, mounted=mounted)
    assert done.returncode == 0, done.stderr
    return done.stdout


def attempt(
    platform: str, command: str, shell: tuple[str, ...], *, mounted: Mapping[str, Path] | None = None
) -> "subprocess.CompletedProcess[str]":
    """The same, however it ends."""
    script = HELPERS + CONTENT.platforms[platform].facts.functions + f"\n{command}\n"
    words = [*shell, "-c", script]
    if mounted is not None:
        covers = "".join(f"mount --bind '{mine}' '{theirs}' || exit 99\n" for theirs, mine in mounted.items())
        words = ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", covers + 'exec "$@"', "sh", *words]
    return subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=30, check=False, cwd="/")
