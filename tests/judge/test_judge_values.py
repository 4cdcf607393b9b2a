"""Scalar tests: what a number is, and that what is not understood stays undecided."""

from datetime import date

import pytest

from checks.judge.values import apply, kleene_and, kleene_not, kleene_or, lies_ahead


@pytest.mark.parametrize(
    ("key", "argument", "value", "expected"),
    [
        ("eq", 5, "5", True),
        ("eq", 5, "05", True),
        ("eq", "no", "no", True),
        ("eq", "no", "No", False),
        ("eq", True, "true", True),
        ("ne", "none", "none", False),
        ("le", 90, "99999", False),
        ("le", 90, "", None),
        ("le", 90, "９０", None),
        ("le", 90, "1e3", None),
        ("ge", 8, "minlen=8", None),
        ("between", (1, 600), "0", False),
        ("between", (1, 600), "600", True),
        ("between", (1, 600), "-1", False),
        ("between", (1, 600), "10m", None),
        ("mode_within", "0640", "0640", True),
        ("mode_within", "0640", "600", True),
        ("mode_within", "0640", "0604", False),  # smaller as a number, yet readable by the world
        ("mode_within", "0640", "4600", False),
        ("mode_within", "0640", "rw-r-----", None),
        ("in_", ("yes", 1), "1", True),
        ("not_in", ("public", "private"), "public", False),
        ("matches", r"^auth\s+required", "auth  required pam_faillock.so", True),
        ("matches", r"^auth", "#auth", False),
        ("not_matches", "cbc", "aes128-cbc", False),
    ],
)
def test_scalar_tests(key, argument, value, expected):
    assert apply(key, argument, value) is expected


def test_what_is_unknown_never_decides():
    assert kleene_and([True, None]) is None
    assert kleene_and([False, None]) is False
    assert kleene_or([False, None]) is None
    assert kleene_or([True, None]) is True
    assert kleene_not(None) is None


def test_patterns_are_linear_in_hostile_text():
    assert apply("matches", r"(a+)+$", "a" * 200_000 + "b") is False


@pytest.mark.parametrize(
    ("value", "expected"),
    [("2026-03-01", True), ("2026-02-28", False), ("2027-01-01", True), ("soon", None), ("2026-13-01", None), ("20260401", None), ("", None)],
)  # fmt: skip
def test_a_day_lies_ahead_of_the_day_of_the_audit(value, expected):
    assert lies_ahead(value, date(2026, 3, 1)) is expected
