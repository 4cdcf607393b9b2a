"""The operation log on disk: JSON lines, 0600, only ever appended."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.model.base import canonical
from checks.model.operation import Operation


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


def read_operations(path: Path) -> tuple[Operation, ...]:
    """The entries in the order they were written. A log that is not there is empty; a line cut off by a crash is passed over."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ()
    return tuple(entry for line in lines if (entry := _entry(line)) is not None)


def _entry(line: str) -> Operation | None:
    try:
        return Operation.model_validate_json(line)
    except ValueError:
        return None
