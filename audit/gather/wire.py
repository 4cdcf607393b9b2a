"""A channel to a shell, whatever carries it."""

from typing import Protocol


class Wire(Protocol):
    """One started command: its input and its two outputs."""

    def send(self, data: bytes, timeout: float) -> None:
        """Send all of it. Raises TimeoutError or OSError."""

    def finish(self) -> None:
        """Say that no more input comes."""

    def receive(self, timeout: float) -> tuple[bool, bytes] | None:
        """The next piece as (is it stderr, bytes); None at the end of both. Raises TimeoutError."""

    def close(self) -> None:
        """End it now, from this or another thread."""
