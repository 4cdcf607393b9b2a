"""The operation log: whole lines, private, appended; no place for a secret."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from audit.gather.oplog import Operation, operation_log

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
