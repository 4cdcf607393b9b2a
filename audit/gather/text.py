"""Bytes a target sent → text that is safe to keep: decoded, control characters made visible."""

import re

# All C0 controls but newline and tab, DEL, C1 controls, line and direction controls that can disguise text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


_PLAIN = bytes([9, 10, *range(32, 127)])
"""What needs no cleaning: printable ASCII, tabs and line ends; nearly everything that targets send."""


def decode(raw: bytes) -> str:
    """UTF-8; else GBK when all of it is that; else UTF-8 with replacement characters."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def clean(text: str) -> str:
    """Line ends made `\\n`; every control character but newline and tab becomes U+FFFD, so that words stay apart."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))


def clean_bytes(raw: bytes) -> str:
    """Decode and clean."""
    if not raw.translate(None, _PLAIN):
        return raw.decode("ascii")
    return clean(decode(raw))


def first_words(raw: bytes, limit: int = 300) -> str:
    """The first lines of an error as one line of at most `limit` characters."""
    return " ".join(clean_bytes(raw[: limit * 8]).split())[:limit]
