"""Loading ahead: what a run's end needs is there when the sessions are over, and nothing depends on it."""

import subprocess
import sys
from threading import Event
from types import SimpleNamespace

from audit.ahead import loading_ahead
from audit.content import Baselines, read_baselines


def in_a_new_process(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


HEAVY = "{'jinja2','checks.judge.judge','checks.assess.assess','audit.conclude'} & set(sys.modules)"


def test_gathering_alone_loads_neither_judge_nor_reports() -> None:
    assert in_a_new_process(f"import sys, audit.run, audit.gather.ssh; print(sorted({HEAVY}))") == "[]"


def test_while_a_session_waits_the_judge_and_the_report_are_loaded() -> None:
    script = (
        "import sys, threading\n"
        "from audit.ahead import loading_ahead\n"
        "from audit.content import read_baselines\n"
        "waiting = threading.Event()\n"
        "with loading_ahead(read_baselines(), waiting):\n"
        f"    before = len({HEAVY})\n"
        "    waiting.set()\n"
        "    next(t for t in threading.enumerate() if t.name == 'load-ahead').join(50)\n"
        f"print(before, len({HEAVY}))"
    )
    assert in_a_new_process(script) == "0 4"


def ahead(baselines: Baselines, *, waited: bool) -> None:
    waiting = Event()
    with loading_ahead(baselines, waiting):
        if waited:
            waiting.set()


def test_a_run_without_a_session_that_waits_goes_on_at_once() -> None:
    ahead(read_baselines(), waited=False)


def test_what_cannot_be_loaded_is_left_to_whoever_needs_it() -> None:
    broken = SimpleNamespace()
    ahead(broken, waited=True)  # type: ignore[arg-type]
