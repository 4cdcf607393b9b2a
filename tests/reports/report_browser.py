"""Opening a report in a real Chromium: offline, with everything it asks for and complains about written down."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
WATCH = """
window.touched = [];
for (const name of ['alert', 'confirm', 'prompt', 'open', 'fetch']) window[name] = () => window.touched.push(name);
document.addEventListener('securitypolicyviolation', (e) => window.touched.push('policy ' + e.violatedDirective));
"""
"""Runs before the page's own script: whatever an attack would do leaves a trace."""


def chromium() -> str | None:
    """The browser's program, if this machine has one."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def browsing() -> Iterator[Browser]:
    """A headless Chromium with an empty profile. Its sandbox needs an ordinary user."""
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*QUIET, *root])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Opened:
    """A page, what it loaded and what it said on its console."""

    page: Page
    loaded: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def shown(self, selector: str) -> list[str]:
        """Ids of the elements that can be seen."""
        script = "nodes => nodes.filter(n => n.checkVisibility()).map(n => n.id)"
        return self.page.eval_on_selector_all(selector, script)

    def focused(self) -> str:
        """Id of the task, item or finding the focus is in."""
        return self.page.evaluate("document.activeElement.closest('.k, .i, .x')?.id ?? ''")

    def top_of(self, address: str) -> float:
        """Where an element stands in the window."""
        return self.page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", address)


@contextmanager
def opened(browser: Browser, file: Path, address: str = "", **settings: Any) -> Iterator[Opened]:
    """The file open at `#address`; settings are those of a playwright context (viewport, color_scheme …)."""
    context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **settings})
    page = context.new_page()
    seen = Opened(page)
    page.on("request", lambda request: seen.loaded.append(request.url))
    page.on("console", lambda message: seen.said.append(message.text))
    page.on("pageerror", lambda error: seen.said.append(str(error)))
    page.add_init_script(WATCH)
    page.goto(file.as_uri() + address)
    try:
        yield seen
    finally:
        context.close()


WCAG_AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong: rule, element and why. Its script is not the page's, so the policy must be off."""
    found = Axe().run(page, options=WCAG_AA).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]} {node['failureSummary']}" for rule in found for node in rule["nodes"]]
