"""What the sessions of one run share."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from audit.gather.credentials import Credentials
from audit.gather.oplog import OperationLog
from audit.gather.pins import Pins
from audit.gather.target import Limits, Target


@dataclass
class Stops:
    """How to end the sessions that are running: used at the deadline's end and on Ctrl-C. Safe between threads."""

    _closers: dict[str, list[Callable[[], None]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: bool = False

    @property
    def stopped(self) -> bool:
        """Whether the whole run was stopped."""
        return self._stopped

    def add(self, asset: str, close: Callable[[], None]) -> None:
        """Something to close when the asset's session must end."""
        with self._lock:
            self._closers.setdefault(asset, []).append(close)
        if self._stopped:
            self.end(asset)

    def done(self, asset: str) -> None:
        """The session is over by itself."""
        with self._lock:
            self._closers.pop(asset, None)

    def end(self, asset: str) -> None:
        """Close what an asset's session holds."""
        with self._lock:
            closers = self._closers.pop(asset, [])
        for close in closers:
            with suppress(OSError, EOFError):
                close()

    def end_all(self) -> None:
        """Stop the run: close every session, and each that begins from now on."""
        self._stopped = True
        for asset in list(self._closers):
            self.end(asset)


@dataclass(frozen=True)
class Context:
    """Shared by all sessions of a run; nothing in it is written to disk."""

    pins: Pins
    limits: Limits = field(default_factory=Limits)
    tag_key: str = field(default="", repr=False)
    """Sub-key for tags of secrets (hex), see audit.gather.tags."""
    log: OperationLog | None = None
    credentials: Credentials = field(default_factory=Credentials)
    stops: Stops = field(default_factory=Stops)
    waiting: threading.Event = field(default_factory=threading.Event)
    """Set once a session has sent its batch and only waits for its server."""

    def until(self, target: Target) -> float:
        """Monotonic time at which an asset's deadline ends, counted from now."""
        return time.monotonic() + (target.deadline or self.limits.deadline)
