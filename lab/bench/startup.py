"""`dengbao --help` against a bare import of its command-line library."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from lab.bench.measure import Row, child_environment, compare, require

PAIRS = 15


def rows() -> Iterator[Row]:
    """One row."""
    program = Path(sys.executable).with_name("dengbao")
    words = [str(program)] if program.exists() else [sys.executable, "-m", "audit.cli"]

    environment = child_environment()

    def ours() -> bool:
        done = subprocess.run([*words, "--help"], env=environment, capture_output=True, timeout=60, check=False)
        return done.returncode == 0 and b"audit" in done.stdout

    def other() -> bool:
        return (
            subprocess.run([sys.executable, "-c", "import click"], env=environment, timeout=60, check=False).returncode
            == 0
        )

    require(ours() and other(), "dengbao --help 没有成功")
    yield compare("dengbao --help / python -c 'import click'", ours, other, pairs=PAIRS, goal=2.0)
