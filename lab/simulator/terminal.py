"""The device's end of a terminal: reads lines as people and programs type them, prints with the pager."""

import time
from collections.abc import Iterable
from typing import Protocol

from lab.simulator.platform import Pager

ERASE = ("\b", "\x7f")
QUIT = ("q", "Q", "\x03")
MAX_LINE = 512


class HangUp(Exception):  # noqa: N818  (an event, no error)
    """The other side is gone, or the device ends the session."""


class Wire(Protocol):
    """A character stream. `read` gives one character and raises HangUp at the end."""

    def read(self) -> str: ...

    def write(self, text: str) -> None: ...


class Terminal:
    """Line editing, echo and paging over a wire. `page_lines` 0: no paging."""

    def __init__(self, wire: Wire, pager: Pager, page_lines: int, echo: float = 0.0) -> None:
        self._wire = wire
        self._pager = pager
        self._echo = echo
        self._after_cr = False
        self.page_lines = page_lines

    def read_line(self, *, hidden: bool = False) -> str:
        """One line without its end. Return and newline both end it; a pair of them ends one line only."""
        typed: list[str] = []
        while True:
            key = self._key()
            if key in ("\r", "\n"):
                self._wire.write("\r\n")
                return "".join(typed)
            if key == "\x03":
                self._wire.write("^C\r\n")
                return ""
            if key in ERASE:
                if typed:
                    typed.pop()
                    self._say("" if hidden else "\b \b")
            elif key.isprintable() and len(typed) < MAX_LINE:
                typed.append(key)
                self._say("" if hidden else key)

    def _key(self) -> str:
        while True:
            key = self._wire.read()
            follows, self._after_cr = self._after_cr, key == "\r"
            if not (key == "\n" and follows):
                return key

    def _say(self, text: str) -> None:
        if text:
            if self._echo:
                time.sleep(self._echo)
            self._wire.write(text)

    def write(self, text: str) -> None:
        """Print a text as it is, line ends as terminals want them."""
        self._wire.write(text.replace("\n", "\r\n"))

    def write_lines(self, lines: Iterable[str]) -> bool:
        """Print lines, a page at a time. False when the reader quit at the pager."""
        shown = 0
        for line in lines:
            if self.page_lines and shown == self.page_lines:
                allowed = self._more()
                if not allowed:
                    return False
                shown = self.page_lines - allowed
            self._wire.write(line + "\r\n")
            shown += 1
        return True

    def _more(self) -> int:
        """Wait at the mark: how many lines may follow (a page, or one); 0: enough."""
        self._wire.write(self._pager.mark)
        while True:
            key = self._key()
            allowed = {" ": self.page_lines, "\r": 1, "\n": 1}.get(key, 0)
            if allowed or key in QUIT:
                self._wire.write(self._pager.wipe)
                return allowed
