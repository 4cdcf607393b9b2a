"""Addresses inside the page (`#F-0123…`) that can be shared: the same thing has the same address in every report."""

import hashlib
import re
from functools import lru_cache

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._:/-]{0,79}")


@lru_cache(maxsize=16384)
def anchor(*parts: str) -> str:
    """An id without anything a URL or HTML would read otherwise; other texts become a digest."""
    text = "/".join(parts)
    if _PLAIN.fullmatch(text):
        return text
    kind = parts[0] if len(parts) > 1 and _PLAIN.fullmatch(parts[0]) else "x"
    return f"{kind}-{hashlib.sha256(text.encode(errors='replace')).hexdigest()[:16]}"
