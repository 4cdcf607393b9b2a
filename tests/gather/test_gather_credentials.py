"""A rejected credential rests: one wrong password touches one host, however many wait."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from audit.gather.credentials import Credentials
from audit.gather.trouble import Rejected, Trouble


def test_one_rejection_among_thirty_in_parallel_is_the_only_attempt() -> None:
    credentials, attempts = Credentials(), []

    def use(asset: str) -> str:
        try:
            with credentials.turn("audit@env:P", asset, time.monotonic() + 10):
                attempts.append(asset)
                time.sleep(0.05)
                raise Rejected("no", "")
        except Trouble as trouble:
            return trouble.fault

    with ThreadPoolExecutor(30) as pool:
        faults = list(pool.map(use, [f"h{i}" for i in range(30)]))
    assert len(attempts) == 1
    assert sum(f"已被 {attempts[0]} 拒绝" in fault for fault in faults) == 29


def test_after_the_first_success_all_go_on_together() -> None:
    credentials, together, most = Credentials(), threading.Semaphore(0), []

    def use(asset: str) -> None:
        with credentials.turn("audit@env:P", asset, time.monotonic() + 10):
            if asset == "h0":
                return
            together.release()
            most.append(asset)
            until = time.monotonic() + 5
            while len(most) < 5 and time.monotonic() < until:
                time.sleep(0.01)

    use("h0")
    begun = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(use, [f"h{i}" for i in range(1, 6)]))
    assert time.monotonic() - begun < 4


def test_a_host_that_goes_away_passes_the_turn_on() -> None:
    credentials, tried = Credentials(), []

    def use(asset: str) -> None:
        with credentials.turn("audit@env:P", asset, time.monotonic() + 10):
            tried.append(asset)
            if len(tried) < 3:
                raise OSError("gone")

    with ThreadPoolExecutor(4) as pool:
        outcomes = [pool.submit(use, f"h{i}") for i in range(4)]
    assert sum(isinstance(outcome.exception(), OSError) for outcome in outcomes) == 2
    assert len(tried) == 4


def test_waiting_ends_at_the_deadline_of_the_one_who_waits() -> None:
    credentials = Credentials()
    slow = credentials.turn("c", "slow", time.monotonic() + 10)
    waiting = credentials.turn("c", "waiting", time.monotonic() + 0.2)
    with slow, pytest.raises(Trouble, match="超时"), waiting:
        raise AssertionError("two at once")


def test_credentials_do_not_rest_for_each_other_and_a_later_rejection_counts_too() -> None:
    credentials, soon = Credentials(), time.monotonic() + 5
    with credentials.turn("one", "h1", soon):
        pass
    with pytest.raises(Rejected), credentials.turn("one", "h2", soon):
        raise Rejected("no", "")
    with pytest.raises(Trouble, match="h2"), credentials.turn("one", "h3", soon):
        raise AssertionError("used again")
    with credentials.turn("two", "h3", soon):
        pass
