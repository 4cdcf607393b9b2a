"""The comparison of expected against judged misses nothing: otherwise the table of the three hosts proves nothing."""

from pathlib import Path

import pytest

from tests.hosts.expected_verdicts import Judged, Row, differences, table

ROWS = [
    Row("linux-x", "stock", "root", ("fail",), "two"),
    Row("linux-x", "stock", "*", ("pass",), ""),
    Row("linux-y", "stock", "", ("unknown", "fail"), "kernel"),
]
JUDGED = [
    Judged("linux-x", "stock", "root", "fail"),
    Judged("linux-x", "stock", "daemon", "pass"),
    Judged("linux-y", "stock", "", "unknown"),
]


def test_agreement_says_nothing() -> None:
    assert differences(ROWS, JUDGED) == []
    assert differences(ROWS, [*JUDGED[:2], Judged("linux-y", "stock", "", "fail")]) == []


def test_the_table_is_read_as_people_write_it(tmp_path: Path) -> None:
    text = 'linux-x:\n  stock: {root: "fail, two", "*": pass}\nlinux-y:\n  stock: unknown or fail, kernel\n'
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    assert table(tmp_path) == ROWS


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (Judged("linux-x", "stock", "root", "pass", "uid 0"), "[root]: expected fail (two), judged pass: uid 0"),
        (Judged("linux-x", "stock", "root*", "unknown"), "[root*]: expected pass (), judged unknown"),
        (
            Judged("linux-y", "stock", "", "pass", "yes"),
            "linux-y []: expected unknown or fail (kernel), judged pass: yes",
        ),
        (Judged("linux-y", "hardened", "", "unknown"), "linux-y []: judged unknown, not in the table"),
        (Judged("linux-z", "stock", "", "pass"), "linux-z []: judged pass, not in the table"),
    ],
)
def test_another_verdict_and_a_finding_nobody_expected_are_named(changed: Judged, said: str) -> None:
    (line,) = differences(ROWS, [*JUDGED, changed])
    assert said in line


@pytest.mark.parametrize("gone", JUDGED)
def test_a_finding_that_did_not_come_is_named(gone: Judged) -> None:
    (line,) = differences(ROWS, [one for one in JUDGED if one is not gone])
    assert line.endswith("no such finding")


def test_a_mistyped_verdict_or_a_check_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("linux-x:\n  stock: passed\n", "utf-8")
    with pytest.raises(ValueError, match="passed"):
        table(tmp_path)
    (tmp_path / "a.yaml").write_text("linux-x:\n  stock: pass\n", "utf-8")
    (tmp_path / "b.yaml").write_text("linux-x:\n  stock: fail\n", "utf-8")
    with pytest.raises(ValueError, match="two files"):
        table(tmp_path)
