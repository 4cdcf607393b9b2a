"""The report in a real browser: search, filter, addresses, keyboard, phone, paper; nothing loaded and nothing complained of."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from report_browser import DESK, PHONE, Opened, opened, violations
from report_samples import sample_operations, sample_run

from checks.model.verdict import Verdict
from reports.html import render_html

RUN = sample_run()
IDLE = next(f.id for f in RUN.findings if f.check == "linux-ssh-idle-timeout" and f.asset == "web-01")
SETTLED = next(f.id for f in RUN.findings if f.verdict is Verdict.PASS)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_html(RUN, operations=sample_operations()), "utf-8")
    return path


@pytest.fixture
def report(browser: Browser, file: Path) -> Iterator[Opened]:
    """The sample report; at the end it must have loaded nothing but itself and complained of nothing."""
    with opened(browser, file) as seen:
        yield seen
        assert [url.split("#")[0] for url in seen.loaded] == [file.as_uri()]
        assert seen.said == []
        assert seen.page.evaluate("window.touched") == []


def test_search_keeps_what_says_every_word(report: Opened) -> None:
    report.page.fill("#q", "WEB-01 空闲")
    assert report.shown(".x") == [IDLE]
    assert report.shown(".i") == ["item/website/L2-CES1-02"], "the item it is evidence of says them too"
    assert report.page.inner_text(".shown").startswith("发现 1 / 16 条")
    assert not report.page.is_visible("#overview"), "what is not searched is put away"


def test_search_finds_by_id_and_by_evidence(report: Opened) -> None:
    report.page.fill("#q", IDLE)
    assert report.shown(".x") == [IDLE]
    report.page.fill("#q", "root:p:99999")
    assert len(report.shown(".x")) == 1


def test_what_fits_nothing_is_said_and_cleared(report: Opened) -> None:
    report.page.fill("#q", "no such thing")
    assert report.page.inner_text(".shown") == "没有符合条件的，按 Esc 清除。"
    report.page.keyboard.press("Escape")
    assert report.page.input_value("#q") == ""
    assert report.page.is_visible("#overview")
    assert len(report.shown(".x")) == len(
        [f for f in RUN.findings if f.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)]
    )


def test_filter_by_verdict_opens_what_was_folded(report: Opened) -> None:
    report.page.click(".more-filters")
    report.page.click("button[data-v=p]")
    assert set(report.shown(".x")) == {f.id for f in RUN.findings if f.verdict is Verdict.PASS}
    report.page.click(".clear")
    assert SETTLED not in report.shown(".x")


@pytest.mark.parametrize(
    ("facet", "value", "kept"),
    [
        ("s", "3", {f.id for f in RUN.findings if f.severity == "high"}),
        ("a", "db-01", {f.id for f in RUN.findings if f.asset == "db-01"}),
    ],
)
def test_filter_by(report: Opened, facet: str, value: str, kept: set[str]) -> None:
    report.page.click(".more-filters")
    report.page.select_option(f"select[data-f={facet}]", value)
    assert set(report.shown(".x")) == kept


def evidence_of(item: str, system: str) -> set[str]:
    """Ids of the findings an item of a system rests on."""
    assessment = next(a for a in RUN.assessments if a.system.id == system)
    records = next(i for i in assessment.items if i.item == item).records
    return {key for r in records for aspect in r.aspects for key in (*aspect.findings, *aspect.indications)}


def test_filter_by_item_keeps_its_evidence(report: Opened) -> None:
    report.page.click(".more-filters")
    report.page.select_option("select[data-f=y]", "website")
    report.page.select_option("select[data-f=i]", "L2-CES1-02")
    assert report.shown(".i") == ["item/website/L2-CES1-02"]
    assert set(report.shown(".x")) == evidence_of("L2-CES1-02", "website")


def test_filter_by_layer_keeps_its_items(report: Opened) -> None:
    report.page.click(".more-filters")
    report.page.select_option("select[data-f=l]", "安全物理环境")
    wanted = {f"item/{a.system.id}/{i.item}" for a in RUN.assessments for i in a.items if i.layer == "安全物理环境"}
    assert set(report.shown(".i")) == wanted
    assert report.shown(".x") == []


def test_tasks_follow_their_findings(report: Opened) -> None:
    report.page.click(".more-filters")
    report.page.select_option("select[data-f=a]", "sw-core-01")
    assert report.shown(".k") == ["fix/vrp-telnet-off"]


def test_what_is_asked_for_stands_in_the_address_and_comes_back(browser: Browser, file: Path, report: Opened) -> None:
    report.page.click(".more-filters")
    report.page.click("button[data-v=f]")
    report.page.select_option("select[data-f=a]", "web-01")
    report.page.fill("#q", "口令")
    report.page.wait_for_url(re.compile("q="))
    shared = report.page.evaluate("location.hash")
    with opened(browser, file, shared) as again:
        assert again.shown(".x") == report.shown(".x") != []
        assert again.page.input_value("#q") == "口令"


@pytest.mark.parametrize("address", [IDLE, SETTLED, "item/website/L2-CES1-02", "fix/linux-banner", "asset/db-01"])
def test_an_address_opens_what_it_names(browser: Browser, file: Path, address: str) -> None:
    with opened(browser, file, f"#{address}") as seen:
        assert 0 <= seen.top_of(address) < 300
        assert seen.page.evaluate("id => document.getElementById(id).checkVisibility()", address)
        if address.startswith(("F-", "item/")):
            assert seen.page.get_attribute(f"[id='{address}']", "open") is not None
        assert seen.said == []


def test_a_link_to_what_a_filter_hides_clears_it(report: Opened) -> None:
    report.page.fill("#q", "L2-CES1-02")
    report.page.evaluate("id => { location.hash = id }", IDLE)
    expect(report.page.locator("#q")).to_have_value("")
    assert 0 <= report.top_of(IDLE) < 300


def test_opening_a_finding_puts_it_into_the_address(report: Opened) -> None:
    report.page.click(f"#{IDLE} > summary")
    assert report.page.evaluate("location.hash") == f"#{IDLE}"


def test_every_link_of_the_page_leads_to_something_that_can_be_seen(report: Opened) -> None:
    hidden = report.page.evaluate(
        """async () => {
          const lost = [];
          for (const hash of new Set([...document.querySelectorAll("a[href^='#']")].map((a) => a.hash))) {
            location.hash = hash;
            await new Promise((done) => setTimeout(done, 0));
            const target = document.getElementById(decodeURIComponent(hash.slice(1)));
            if (!target || !target.checkVisibility()) lost.push(hash);
          }
          return lost;
        }"""
    )
    assert hidden == []


def test_the_keyboard_is_enough(report: Opened) -> None:
    keyboard = report.page.keyboard
    keyboard.press("/")
    assert report.page.evaluate("document.activeElement.id") == "q"
    keyboard.type("web-01 口令")
    keyboard.press("ArrowDown")
    first = report.focused()
    assert first == report.shown(".k, .i, .x")[0]
    keyboard.press("j")
    assert report.focused() == report.shown(".k, .i, .x")[1]
    keyboard.press("k")
    assert report.focused() == first
    keyboard.press("Enter")
    assert report.page.evaluate("document.activeElement.parentElement.open")
    keyboard.press("Escape")
    assert report.page.input_value("#q") == ""
    keyboard.press("?")
    assert report.page.is_visible(".keys dl")


def test_single_letters_can_be_switched_off(report: Opened) -> None:
    report.page.keyboard.press("?")
    report.page.uncheck(".letters")
    report.page.evaluate("document.activeElement.blur()")
    report.page.keyboard.press("j")
    report.page.keyboard.press("/")
    assert report.focused() == ""
    assert report.page.evaluate("document.activeElement.id") != "q"


def test_dark_and_light_can_be_chosen(report: Opened) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = report.page.evaluate(ground)
    report.page.click(".theme")
    assert report.page.evaluate(ground) != light
    assert report.page.inner_text(".theme") == "浅色"


def test_a_phone_needs_no_sideways_scrolling_and_no_magnifier(browser: Browser, file: Path) -> None:
    with opened(browser, file, viewport=PHONE, device_scale_factor=2, has_touch=True) as seen:
        seen.page.click(".more-filters")
        seen.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        smallest = seen.page.evaluate(
            """() => Math.min(...[...document.querySelectorAll('body *')]
                .filter((n) => [...n.childNodes].some((t) => t.nodeType === 3 && t.data.trim()) && n.checkVisibility())
                .map((n) => parseFloat(getComputedStyle(n).fontSize)))"""
        )
        assert smallest >= 14


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_wcag_aa_holds_with_everything_opened(browser: Browser, file: Path, scheme: str, size: dict[str, int]) -> None:
    with opened(browser, file, color_scheme=scheme, viewport=size, bypass_csp=True) as seen:
        seen.page.click(".more-filters")
        seen.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        seen.page.add_style_tag(content=".asset { content-visibility: visible }")
        assert violations(seen.page) == []


def test_axe_would_find_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text(
        "<html><body><p style='color:#999;background:#fff'>hardly to be read</p><input></body></html>"
    )
    with opened(browser, tmp_path / "bad.html", bypass_csp=True) as seen:
        told = " ".join(violations(seen.page))
        assert "color-contrast" in told
        assert "label" in told


def printed(browser: Browser, file: Path, folder: Path, **settings: object) -> str:
    """The text of the report's PDF."""
    with opened(browser, file, **settings) as seen:
        seen.page.pdf(path=folder / "report.pdf", prefer_css_page_size=True)
    done = subprocess.run(["pdftotext", "-layout", folder / "report.pdf", "-"], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_paper_shows_every_task_with_its_steps(browser: Browser, file: Path, tmp_path: Path, script: bool) -> None:
    text = "".join(printed(browser, file, tmp_path, java_script_enabled=script).split())
    for task in RUN.fix_first:
        assert "".join(task.title.zh.split()) in text
    assert text.count("另开一个会话验证能正常登录") == len(RUN.fix_first)
    assert "筛选" not in text
    assert "22端口连不上" in text


def test_paper_is_a4(browser: Browser, file: Path, tmp_path: Path) -> None:
    printed(browser, file, tmp_path)
    told = subprocess.run(["pdfinfo", tmp_path / "report.pdf"], capture_output=True, check=True, text=True).stdout
    assert "(A4)" in told


def test_without_script_the_page_still_reads(browser: Browser, file: Path) -> None:
    with opened(browser, file, java_script_enabled=False) as seen:
        assert seen.page.is_visible("#fix-first")
        assert not seen.page.is_visible(".find")
        assert not seen.page.is_visible(".theme")
        seen.page.click(f"#{IDLE} > summary")
        assert seen.page.is_visible(f"#{IDLE} .r")
