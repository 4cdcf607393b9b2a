"""What came from a target or a person is hostile: it is made inert before anything prints it.

The result is plain text. It still has to be escaped for its medium: the HTML page does that by autoescaping, the
terminal by never reading markup from it (`rich.text.Text`).
"""

import re

LINE_LIMIT = 1000
"""Characters of one line that are shown: a 1 MB line says nothing more than its beginning."""
BLOCK_LIMIT = 20_000
"""Characters of a text of several lines that are shown."""

MARK = "\N{REPLACEMENT CHARACTER}"
"""Stands where a forbidden character stood: the reader sees that something was there, and nothing is hidden."""

_CSI = re.compile(r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]")
"""Colours and cursor movements, dropped whole. String sequences (OSC, DCS ...) lose their introducer only: dropping
them up to a terminator that the sender chooses would let him hide the evidence behind them."""

_FORBIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2065\ufeff\u115f\u1160\u3164\uffa0"  # invisible
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # direction
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff\ufff9-\ufffc\ufffe\uffff"  # cannot be written, or has no meaning in text
    "\U000e0000-\U000e0fff"  # tags and variation selectors: an invisible alphabet
    "]"
)
_STACKED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
"""More than three accents on one letter reach over the lines above and below."""
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u3164\uffa0\ufffc\U000e0000-\U000e0fff"
    "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
"""Of all that is forbidden or stacked, what `str.isprintable` calls printable."""
_BREAKS = re.compile(r"\s*[\r\n]+\s*|\t")


def _plain(text: str) -> bool:
    """Whether there is nothing to clean: true of nearly every text, and told ten times faster than cleaning it."""
    return text.isprintable() and _UNSEEN.search(text) is None


def clean_block(text: str, limit: int = BLOCK_LIMIT) -> str:
    """Inert text that keeps its lines and tabs; at most `limit` characters and …"""
    shown = text[: limit + 1]
    if not _plain(shown):
        shown = _CSI.sub("", shown.replace("\r\n", "\n"))
        shown = _STACKED.sub(r"\1", _FORBIDDEN.sub(MARK, shown))
    return shown if len(text) <= limit else shown[:limit] + "…"


def clean_line(text: str, limit: int = LINE_LIMIT) -> str:
    """Inert text on one line; at most `limit` characters and …"""
    if len(text) <= limit and _plain(text):
        return text
    shown = _BREAKS.sub(" ", clean_block(text[: limit + 1]))
    return shown if len(text) <= limit else shown[:limit] + "…"
