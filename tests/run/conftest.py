"""Folders for private SSH servers: their ordinary user must be able to reach its home in them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.sshd import SshdMissing, find_sshd


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder other users may enter (pytest's own are closed to them). Skips where there is no SSH server."""
    try:
        find_sshd()
    except SshdMissing as error:
        pytest.skip(str(error))
    with tempfile.TemporaryDirectory(prefix="dengbao-run-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
