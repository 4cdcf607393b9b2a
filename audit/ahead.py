"""What the end of a run needs is loaded while its sessions wait for their servers, not after them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from threading import Event, Thread

from audit.content import Baselines


@contextmanager
def loading_ahead(baselines: Baselines, waiting: Event) -> Iterator[None]:
    """Inside this block, once `waiting` is set, a thread loads what `audit.conclude` uses; what is left at its end is left.

    Not before: until then the sessions need the processor. What cannot be loaded is told by whoever needs it.
    """
    over = Event()
    Thread(target=_load, args=(baselines, waiting, over), name="load-ahead", daemon=True).start()
    try:
        yield
    finally:
        over.set()
        waiting.set()


def _load(baselines: Baselines, waiting: Event, over: Event) -> None:
    waiting.wait()
    with suppress(Exception):
        for step in _steps(baselines):
            if over.is_set():
                return
            step()


def _steps(baselines: Baselines) -> Iterator[Callable[[], object]]:
    """The dearest first, each short enough to be waited for."""
    for module in ("checks.model.run", "audit.assemble", "audit.conclude", "reports.terminal"):
        yield partial(import_module, module)
    yield lambda: baselines.catalogue
    from reports.page import environment

    for name in environment().list_templates(extensions=["j2"]):
        yield partial(environment().get_template, name)
