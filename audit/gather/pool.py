"""Gathers from many assets at once: bounded, each with a deadline; no asset can hold or end the run."""

import gc
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from audit.gather.batch import Batch
from audit.gather.context import Context
from audit.gather.local import gather_local
from audit.gather.outcome import failed, now
from audit.gather.target import Target
from audit.gather.trouble import Trouble
from checks.model.fact import Collection

_GRACE = 5.0
"""Seconds after an asset's deadline before its connection is broken from outside; again as many until it is given up."""


class Progress(Protocol):
    """Listens to a run. Always called from the thread that called `gather`."""

    def started(self, asset: str) -> None:
        """A session with an asset begins."""

    def finished(self, collection: Collection) -> None:
        """A session ended, well or not."""


class Silent:
    """A progress listener that says nothing."""

    def started(self, asset: str) -> None:
        """Nothing."""

    def finished(self, collection: Collection) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Summary:
    """How many sessions ended how; the collections themselves went to the sink."""

    complete: int = 0
    partial: int = 0
    failed: int = 0
    interrupted: bool = False
    """Ctrl-C: what was finished was handed over, the rest was not begun or was broken off."""


Sink = Callable[[Collection], None]
Gatherer = Callable[[Target, Batch], Collection]
_Event = tuple[Target, Collection | None]


def gather(
    targets: Iterable[Target],
    batch: Batch | Callable[[Target], Batch],
    sink: Sink,
    context: Context,
    progress: Progress | None = None,
) -> Summary:
    """Gather from every target; each finished collection goes to `sink` and is not kept.

    `sink` and `progress` are called from this thread. An asset's failure is a failed collection, never an exception.
    """
    choose = batch if callable(batch) else lambda _: batch
    ways = _Ways(context)
    gc.freeze()  # the program itself is no garbage: looking through it again while facts arrive costs 1 ms a server
    try:
        return _Run(iter(targets), choose, ways.gather, context, sink, progress or Silent()).run()
    finally:
        gc.unfreeze()
        ways.close()


class _Ways:
    """Gathers by a target's method. SSH is imported when the first target needs it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._ssh: Gatherer | None = None
        self._close: Callable[[], None] | None = None

    def gather(self, target: Target, batch: Batch) -> Collection:
        if target.method == "local":
            return gather_local(target, batch, self._context)
        return self._over_ssh()(target, batch)

    def _over_ssh(self) -> Gatherer:
        with self._lock:
            if self._ssh is None:
                from audit.gather.ssh import Bastions, gather_ssh
                from audit.gather.transport import Keys

                keys = Keys()
                bastions = Bastions(self._context, keys)
                self._ssh = lambda target, batch: gather_ssh(target, batch, self._context, keys, bastions)
                self._close = bastions.close
            return self._ssh

    def close(self) -> None:
        if self._close is not None:
            self._close()


@dataclass
class _Run:
    """One run of the pool: worker threads take targets, events come back through one bounded queue."""

    targets: Iterator[Target]
    choose: Callable[[Target], Batch]
    gatherer: Gatherer
    context: Context
    sink: Sink
    progress: Progress

    def __post_init__(self) -> None:
        self._events: queue.Queue[_Event] = queue.Queue(self.context.limits.parallel * 2)
        self._work: queue.Queue[Target | None] = queue.Queue()
        self._running: dict[str, tuple[Target, float]] = {}
        self._counts = {"complete": 0, "partial": 0, "failed": 0}

    def run(self) -> Summary:
        interrupted = False
        try:
            self._loop()
        except KeyboardInterrupt:
            interrupted = True
            self.context.stops.end_all()
            self._drain()
        for _ in range(self.context.limits.parallel):
            self._work.put(None)
        return Summary(**self._counts, interrupted=interrupted)

    def _loop(self) -> None:
        workers = 0
        while True:
            while len(self._running) < self.context.limits.parallel:
                target = next(self.targets, None)
                if target is None:
                    break
                if workers <= len(self._running):
                    threading.Thread(target=self._worker, name=f"gather-{workers}", daemon=True).start()
                    workers += 1
                self._running[target.asset] = (target, time.monotonic())
                self._work.put(target)
            if not self._running:
                return
            self._next_event(0.5)
            workers += self._watch()

    def _next_event(self, timeout: float) -> bool:
        try:
            target, collection = self._events.get(timeout=timeout)
        except queue.Empty:
            return False
        if target.asset not in self._running:
            return True  # it was given up; what comes later is too late
        if collection is None:
            self._running[target.asset] = (target, time.monotonic())
            self.progress.started(target.asset)
        else:
            self._finish(target, collection)
        return True

    def _finish(self, target: Target, collection: Collection) -> None:
        del self._running[target.asset]
        self.context.stops.done(target.asset)
        self._counts[collection.status] += 1
        self.sink(collection)
        self.progress.finished(collection)

    def _watch(self) -> int:
        """Break off sessions past their deadline and give up those that do not even end then.

        Returns the change in usable threads: one that is given up hangs and is replaced.
        """
        lost = 0
        for target, since in list(self._running.values()):
            over = time.monotonic() - since - (target.deadline or self.context.limits.deadline)
            if over > _GRACE:
                self.context.stops.end(target.asset)
            if over > 2 * _GRACE:
                trouble = Trouble("超过了时限，而且会话没有结束", "请检查这台资产，然后单独重新采集它")
                self._finish(target, failed(target, self.choose(target), trouble, now()))
                lost -= 1
        return lost

    def _drain(self) -> None:
        """After Ctrl-C: a moment for the sessions that were broken off to hand over what they have."""
        until = time.monotonic() + 2.0
        while self._running and time.monotonic() < until:
            self._next_event(0.1)

    def _worker(self) -> None:
        while (target := self._work.get()) is not None:
            if self.context.stops.stopped:
                return
            self._events.put((target, None))
            self._events.put((target, self._one(target)))

    def _one(self, target: Target) -> Collection:
        started = now()
        try:
            return self.gatherer(target, self.choose(target))
        except Exception as error:  # noqa: BLE001  (the rule of the pool: one asset's fault is a value)
            trouble = Trouble(f"采集程序出错（{type(error).__name__}）", "请把这条信息和操作日志一起反馈给维护者")
            return failed(target, self.choose(target), trouble, started)
