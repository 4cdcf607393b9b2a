"""What all tests share: the throw-away hosts' precondition, and the rule that CI skips nothing in silence."""

import os
from collections.abc import Generator

import pytest

from lab.nspawn import why_not


@pytest.fixture(scope="session")
def throwaway_hosts() -> None:
    """Ask for this before using `lab.nspawn.Lab`: skips with the reason where the machine cannot run it."""
    if os.environ.get("DENGBAO_LAB") == "skip":
        pytest.skip("DENGBAO_LAB=skip：按要求不运行实验主机")
    if reason := why_not():
        pytest.skip(reason)


def _skipping_is_a_failure() -> bool:
    return os.environ.get("CI") == "true" and os.environ.get("DENGBAO_LAB") != "skip"


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that tells the reason."""
    reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"CI 中每个测试都必须运行（DENGBAO_LAB=skip 可以放行）。跳过的原因：{reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and _skipping_is_a_failure():
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and _skipping_is_a_failure():
        _fail(report)
    return report
