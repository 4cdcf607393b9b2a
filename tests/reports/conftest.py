"""The browser of the report's tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from report_browser import browsing, chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all; every test opens a page of its own in it."""
    if chromium() is None:
        pytest.skip("没有 chromium：用 sh scripts/packages.sh test 安装")
    with browsing() as started:
        yield started
