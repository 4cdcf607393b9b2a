"""Many assets at once: bounded, in time, interruptible; a fault on one is a value."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from gathering import batch_of, by_name, context_for, key_login, pinned, reachable, target_of

from audit.gather.batch import Batch
from audit.gather.pins import Pins
from audit.gather.pool import gather
from audit.gather.target import Become, Secret, Target
from checks.model.fact import Collection, FactStatus
from lab.sshd import many_servers

pytestmark = pytest.mark.network
QUICK = batch_of({"a": {"run": "printf x"}})


def locals_named(count: int, **values: object) -> Iterator[Target]:
    """This machine under several names."""
    return (Target(f"h{i}", method="local", **values) for i in range(count))  # type: ignore[arg-type]


def test_targets_are_taken_one_by_one_and_collections_are_not_kept() -> None:
    taken: list[str] = []
    finished: list[str] = []

    def targets() -> Iterator[Target]:
        for target in locals_named(20):
            taken.append(target.asset)
            assert len(taken) - len(finished) <= 4
            yield target

    summary = gather(targets(), QUICK, lambda c: finished.append(c.asset), context_for(Pins({}), parallel=4))
    assert summary.complete == 20
    assert sorted(finished) == sorted(taken)


def test_progress_and_sink_are_called_from_the_callers_thread() -> None:
    heard: list[tuple[str, str, int]] = []

    class Listener:
        def started(self, asset: str) -> None:
            heard.append(("started", asset, threading.get_ident()))

        def finished(self, collection: Collection) -> None:
            heard.append(("finished", collection.asset, threading.get_ident()))

    gather(locals_named(3), QUICK, lambda _: None, context_for(Pins({})), Listener())
    assert {ident for *_, ident in heard} == {threading.get_ident()}
    assert sorted(what for what, *_ in heard) == ["finished"] * 3 + ["started"] * 3


def test_a_fault_in_the_program_fails_one_asset_and_not_the_run() -> None:
    def choose(target: Target) -> Batch:
        if target.asset == "h1" and not failed_once:
            failed_once.append(True)
            raise RuntimeError("fault")
        return QUICK

    failed_once: list[bool] = []
    found: dict[str, Collection] = {}
    summary = gather(locals_named(3), choose, lambda c: found.update({c.asset: c}), context_for(Pins({})))
    assert (summary.complete, summary.failed) == (2, 1)
    assert "RuntimeError" in found["h1"].cause


def test_each_asset_has_its_own_deadline(tmp_path: Path) -> None:
    slow = batch_of({"a": {"run": "printf x"}, "b": {"run": "sleep 30", "timeout": 60}})
    begun = time.monotonic()
    found: dict[str, Collection] = {}
    targets = [Target("slow", method="local", deadline=0.8), Target("quick", method="local")]
    gather(
        targets,
        lambda t: slow if t.asset == "slow" else QUICK,
        lambda c: found.update({c.asset: c}),
        context_for(Pins({})),
    )
    assert time.monotonic() - begun < 15
    assert found["quick"].status == "complete"
    # Whichever comes first: the batch's own time budget ends the fact, or the deadline ends the session.
    late = by_name(found["slow"].facts)["b"].status
    assert late is FactStatus.TIMEOUT or (late is not FactStatus.OK and "时限" in found["slow"].cause)


def test_ctrl_c_returns_soon_with_what_is_finished() -> None:
    slow = batch_of({"a": {"run": "sleep 30", "timeout": 60}})
    found: list[str] = []
    targets = [*locals_named(2), *(Target(f"slow{i}", method="local") for i in range(3))]
    main = threading.main_thread().ident
    assert main is not None
    timer = threading.Timer(1.5, lambda: signal.pthread_kill(main, signal.SIGINT))
    begun = time.monotonic()
    timer.start()
    choose = lambda t: slow if t.asset.startswith("slow") else QUICK  # noqa: E731
    summary = gather(targets, choose, lambda c: found.append(c.asset), context_for(Pins({}), parallel=5))
    assert summary.interrupted
    assert {"h0", "h1"} <= set(found)
    assert time.monotonic() - begun < 15


def test_nothing_is_left_open_after_a_run(tmp_path: Path) -> None:
    with many_servers(reachable(tmp_path), 6, first=80) as servers:
        pins = pinned(*((f"h{i}", s) for i, s in enumerate(servers)))
        targets = [target_of(f"h{i}", s) for i, s in enumerate(servers)]
        targets += [Target("dead", address="127.0.0.79", port=1, login=key_login(servers[0]))]
        gather(targets, QUICK, lambda _: None, context_for(pins))
        time.sleep(0.3)
        files, threads = len(os.listdir("/proc/self/fd")), threading.active_count()
        for _ in range(3):
            summary = gather(targets, QUICK, lambda _: None, context_for(pins))
        time.sleep(0.5)
    assert (summary.complete, summary.failed) == (6, 1)
    assert len(os.listdir("/proc/self/fd")) <= files
    assert threading.active_count() <= threads


def test_a_become_without_its_program_says_so() -> None:
    found: list[Collection] = []
    nobody = Become(method="sudo", user="dengbao-nobody", password=Secret("env:S", lambda: "x"))
    gather(locals_named(1, become=nobody), QUICK, found.append, context_for(Pins({}), prompt=3.0))
    assert found[0].status == "failed"
    assert "sudo" in found[0].cause
