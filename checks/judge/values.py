"""Scalar tests on what targets said: true, false, or None when the value cannot be understood."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

import re2

from checks.language.check import TEST_KEYS, Test
from checks.model.finding import Scalar

_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,9})?\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
Resolve = Callable[[Scalar], Scalar]


@lru_cache(maxsize=4096)
def pattern(text: str) -> "re2._Regexp":
    """A compiled RE2 pattern (linear in the text: what targets send is hostile). Raises re2.error."""
    return re2.compile(text)


def number(value: Scalar) -> Decimal | None:
    """The plain decimal number a value is, else None. `0x10`, `1e9` and full-width digits are none."""
    text = str(value).strip()
    return Decimal(text) if text.isascii() and _NUMBER.match(text) else None


def same(value: str, literal: Scalar) -> bool:
    """Equality: as numbers when both are, else letter by letter (`true`/`false` for booleans)."""
    left, right = number(value), None if isinstance(literal, bool) else number(literal)
    if left is not None and right is not None:
        return left == right
    return value.strip() == (str(literal).lower() if isinstance(literal, bool) else str(literal))


def _ordered(value: str, literal: Scalar, holds: Callable[[Decimal, Decimal], bool]) -> bool | None:
    left, right = number(value), number(literal)
    return None if left is None or right is None else holds(left, right)


def _between(value: str, ends: tuple[Scalar, Scalar]) -> bool | None:
    low = _ordered(value, ends[0], lambda a, b: a >= b)
    high = _ordered(value, ends[1], lambda a, b: a <= b)
    return None if low is None or high is None else low and high


def _mode_within(value: str, mask: str) -> bool | None:
    text = value.strip()
    if not re.fullmatch(r"[0-7]{1,5}", text):
        return None
    return int(text, 8) & 0o7777 & ~int(mask, 8) == 0


_TESTS: Mapping[str, Callable[[str, object], bool | None]] = {
    "eq": same,  # type: ignore[dict-item]
    "ne": lambda v, a: not same(v, a),  # type: ignore[arg-type]
    "in_": lambda v, a: any(same(v, x) for x in a),  # type: ignore[attr-defined]
    "not_in": lambda v, a: not any(same(v, x) for x in a),  # type: ignore[attr-defined]
    "lt": lambda v, a: _ordered(v, a, lambda x, y: x < y),  # type: ignore[arg-type]
    "le": lambda v, a: _ordered(v, a, lambda x, y: x <= y),  # type: ignore[arg-type]
    "gt": lambda v, a: _ordered(v, a, lambda x, y: x > y),  # type: ignore[arg-type]
    "ge": lambda v, a: _ordered(v, a, lambda x, y: x >= y),  # type: ignore[arg-type]
    "between": _between,  # type: ignore[dict-item]
    "matches": lambda v, a: pattern(str(a)).search(v) is not None,
    "not_matches": lambda v, a: pattern(str(a)).search(v) is None,
    "mode_within": lambda v, a: _mode_within(v, str(a)),
    "in_fact": lambda v, a: v.strip() in a,  # type: ignore[operator]
    "not_in_fact": lambda v, a: v.strip() not in a,  # type: ignore[operator]
}


def lies_ahead(value: str, today: date) -> bool | None:
    """Whether a day (YYYY-MM-DD) is today or later; None when it is no day."""
    text = value.strip()
    try:
        return date.fromisoformat(text) >= today if _DAY.match(text) else None
    except ValueError:
        return None


def operator(test: Test) -> tuple[str, object]:
    """The one matcher of a test and its argument."""
    key = next(key for key in TEST_KEYS if getattr(test, key) is not None)
    return key, getattr(test, key)


def apply(key: str, argument: object, value: str) -> bool | None:
    """One scalar test; `argument` has its parameters filled in and `in_fact` its values looked up."""
    return _TESTS[key](value, argument)


def kleene_and(results: list[bool | None]) -> bool | None:
    """False if one is false, else None if one is undecided, else true."""
    return False if False in results else None if None in results else True


def kleene_or(results: list[bool | None]) -> bool | None:
    """True if one is true, else None if one is undecided, else false."""
    return True if True in results else None if None in results else False


def kleene_not(result: bool | None) -> bool | None:
    return None if result is None else not result
