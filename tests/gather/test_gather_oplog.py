"""The operation log: whole lines, private, appended; no place for a secret."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from audit.gather.oplog import operation_log, read_operations
from checks.model.operation import Operation

AT = datetime(2026, 11, 24, tzinfo=UTC)


def entry(asset: str) -> Operation:
    """A line of the log."""
    return Operation(at=AT, event="started", asset=asset, method="ssh", facts=("accounts",), batch="d" * 64)


def test_entries_are_whole_lines_and_older_ones_stay(tmp_path: Path) -> None:
    path = tmp_path / "operations.jsonl"
    for _ in range(2):
        with operation_log(path) as log:
            threads = [
                threading.Thread(target=lambda i=i: [log.write(entry(f"h{i}")) for _ in range(50)]) for i in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(lines) == 400
    assert lines[0]["facts"] == ["accounts"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_there_is_no_field_for_anything_else() -> None:
    with pytest.raises(ValidationError):
        Operation.model_validate({**entry("x").model_dump(), "password": "x"})


def test_what_was_written_is_read_back_and_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "operations.jsonl"
    with operation_log(path) as log:
        log.write(entry("web-01"))
        log.write(entry("db-01"))
    with path.open("a") as stream:
        stream.write('{"at": "2026-11-24T00:00:00Z", "event": "sta')
    assert read_operations(path) == (entry("web-01"), entry("db-01"))


def test_a_run_without_a_log_has_no_operations(tmp_path: Path) -> None:
    assert read_operations(tmp_path / "operations.jsonl") == ()
