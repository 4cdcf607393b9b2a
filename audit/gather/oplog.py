"""The operation log: what was sent where, when, and how it ended. JSON lines, 0600, only ever appended.

Entries are records of ids, names, digests and counts: there is no field a secret could be put into.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from checks.model.base import Model, canonical
from checks.model.fact import CollectionStatus


class Operation(Model):
    """One line of the log."""

    at: datetime
    event: Literal["started", "ended"]
    asset: str
    method: Literal["local", "ssh"]
    address: str = ""
    port: int | None = None
    user: str = ""
    become: str = ""
    bastion: str = ""
    batch: str = ""
    """Digest of the batch that was sent."""
    facts: tuple[str, ...] = ()
    """Names of the facts it asks for."""
    status: CollectionStatus | None = None
    cause: str = ""
    sent: int | None = None
    """Bytes."""
    received: int | None = None


class OperationLog:
    """An open log; each entry is one write, so that threads and crashes leave whole lines."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.fchmod(self._descriptor, 0o600)

    def write(self, operation: Operation) -> None:
        """Append one entry."""
        line = canonical(operation.model_dump(mode="json", exclude_defaults=True)) + "\n"
        with self._lock:
            os.write(self._descriptor, line.encode())

    def close(self) -> None:
        """Close the file; the log can be opened again and goes on at its end."""
        os.close(self._descriptor)


@contextmanager
def operation_log(path: Path) -> Iterator[OperationLog]:
    """The log at `path`, closed afterwards."""
    log = OperationLog(path)
    try:
        yield log
    finally:
        log.close()
