"""Small setting files of PAM modules (pwquality.conf, faillock.conf): `name = value`, `name value` or a bare `name`."""

from collections.abc import Iterable

MAX_VALUE = 200


def settings(body_lines: Iterable[str]) -> dict[str, str]:
    """Settings by lower-case name; the last one of a name counts, `#` begins a comment, a bare word has no value."""
    found: dict[str, str] = {}
    for line in body_lines:
        body = line.partition("#")[0].strip()
        if body:
            name, value = _pair(body)
            found[name.lower()] = value[:MAX_VALUE]
    return found


def arguments(words: Iterable[str]) -> dict[str, str]:
    """Arguments of a PAM line as settings: `minlen=8` and `enforce_for_root`; the last one of a name counts."""
    return {name: value for word in words for name, _, value in [word.partition("=")]}


def number(text: str | None, default: int | None = None) -> int | None:
    """The plain decimal integer a setting is; `default` when it is not written; None when it is no such number."""
    if text is None:
        return default
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _pair(body: str) -> tuple[str, str]:
    for place, letter in enumerate(body):
        if letter == "=" or letter.isspace():
            return body[:place], body[place:].lstrip().removeprefix("=").strip()
    return body, ""
