"""The page: whole, offline, linked, readable, and closed to everything it did not bring itself."""

import base64
import hashlib
import re
import time
from itertools import pairwise

import pytest
from report_poison import ATTACK, poisoned
from report_reading import Page
from report_samples import AS_OF, large_run, sample_run

from checks.model.run import Campus, Run
from reports.html import render_html
from reports.page import content_policy
from reports.words import WORDS


@pytest.fixture(scope="module")
def text() -> str:
    return render_html(sample_run())


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_every_tag_is_closed(page: Page) -> None:
    assert page.mistakes == []
    assert page.unclosed == []


def test_every_internal_link_leads_somewhere(page: Page) -> None:
    links = [link for link in page.values("href") if link.startswith("#")]
    assert len(links) > 60
    assert {link[1:] for link in links} <= set(page.values("id"))


def test_no_address_is_used_twice(page: Page) -> None:
    assert len(page.values("id")) == len(set(page.values("id")))


def test_the_page_loads_nothing(page: Page) -> None:
    assert not {"src", "srcset", "action", "style", "poster"} & {name for _, name, _ in page.attributes}
    assert all(link.startswith("#") for link in page.values("href"))
    assert "url(" not in page.raw["style"]
    assert "@import" not in page.raw["style"]


def test_the_policy_allows_exactly_this_style_and_this_script(page: Page) -> None:
    policy = next(value for value in page.values("content") if "default-src" in value)
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        digest = base64.b64encode(hashlib.sha256(page.raw[tag].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_another_script_has_another_policy() -> None:
    assert content_policy("a", "b") != content_policy("a", "c")


def test_it_says_it_is_an_estimate(page: Page) -> None:
    assert "自查估算，不是等级测评" in page.text


@pytest.mark.parametrize(
    "said",
    [
        "青禾市第一实验中学",
        "截至 2026-11-24 09:30 北京时间",
        "符合率 46.9%–79.2%",
        "恰好 60% 或 90% 归上一档",
        "命中 1（1 个已整改）",
        "疑似，请人确认",
        "先记下现在的设置，并留一个不退出的登录会话。",
        "做错会断开管理连接",
        "22 端口连不上，见取证情况。",
        "仍可能：部分符合、不符合",
        "李敏 于 2026-11-21 改判为部分符合：已用防火墙只放行管理区",
        "等人回答：请总务处回答：",
        "阈值 idle_seconds = 600 秒 · 第 2 级要求 · GB/T 28448-2019 8.1.4.1",
        "ssh 第 12 行：clientaliveinterval 0",
        "账号清单.xlsx",
    ],
)
def test_it_tells(page: Page, said: str) -> None:
    assert said in page.text


def test_every_finding_has_its_shareable_address(page: Page) -> None:
    assert {finding.id for finding in sample_run().findings} <= set(page.values("id"))


def test_english_changes_the_frame(page: Page) -> None:
    english = Page(render_html(sample_run(), "en"))
    assert "Self-audit estimate, not an official assessment" in english.text
    assert "Redis auth" in english.text
    assert english.tags == page.tags


def test_both_languages_have_every_word() -> None:
    assert all(word for lang in WORDS.values() for word in lang.values())


def test_the_same_run_gives_the_same_page(text: str) -> None:
    assert render_html(sample_run()) == text


def test_an_empty_run_is_a_page_too() -> None:
    run = Run(
        id="r", dengbao_version="0", campus=Campus(id="c", name="空"), as_of=AS_OF, content_digest="", assets=(), systems=(),
        collections=(), checks={}, findings=(), assessments=(),
    )  # fmt: skip
    page = Page(render_html(run))
    assert page.mistakes == []
    assert {link[1:] for link in page.values("href")} <= set(page.values("id"))
    assert "没有写定级对象" in page.text


def test_a_finding_of_an_unknown_check_is_shown_by_its_id() -> None:
    run = sample_run().model_copy(update={"checks": {}})
    assert "redis-auth" in Page(render_html(run)).text


def test_attacks_in_every_text_stay_text(page: Page) -> None:
    run, count = poisoned(sample_run())
    assert count > 600
    attacked = Page(render_html(run))
    assert attacked.tags == page.tags
    assert {name for _, name, _ in attacked.attributes} == {name for _, name, _ in page.attributes}
    assert attacked.mistakes == []
    assert attacked.raw == page.raw
    assert all(re.fullmatch(r"[A-Za-z0-9._:/-]+", value) for value in attacked.values("id"))
    links = attacked.values("href")
    assert len(links) == len(page.values("href"))
    assert {link[1:] for link in links} <= set(attacked.values("id"))


def test_attacks_leave_no_control_or_direction_character() -> None:
    written = render_html(poisoned(sample_run())[0])
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\U000e0041]", written
    )


def test_the_attack_would_be_seen_if_it_got_through() -> None:
    assert "img" in Page(f"<p>{ATTACK}</p>").tags


def test_five_thousand_findings_stay_small() -> None:
    assert len(render_html(large_run(5000)).encode()) < 4_000_000


def test_time_grows_no_faster_than_the_findings() -> None:
    """About 0.2 s for 5,000 on a desktop; the ratio holds on a busy machine as well."""
    spent = []
    for count in (500, 5000):
        run = large_run(count)
        render_html(run)
        start = time.process_time()
        render_html(run)
        spent.append(time.process_time() - start)
    assert spent[1] < max(20 * spent[0], 0.3)


def test_a_huge_line_is_cut() -> None:
    run = sample_run()
    first = run.findings[0].model_copy(update={"observed": "x" * 1_000_000})
    assert len(render_html(run.model_copy(update={"findings": (first, *run.findings[1:])}))) < 200_000


PAIRS = (
    ("ink", "bg"), ("ink", "card"), ("ink", "soft"), ("muted", "bg"), ("muted", "card"), ("muted", "soft"),
    ("accent", "bg"), ("accent", "card"), ("accent", "soft"), ("card", "accent"), ("head-ink", "head"), ("head-soft", "head"),
    ("p", "p-bg"), ("h", "h-bg"), ("f", "f-bg"), ("n", "n-bg"), ("m", "m-bg"), ("u", "u-bg"), ("f", "card"), ("ink", "code"),
)  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def palettes(style: str) -> list[dict[str, str]]:
    """The colours of each `:root` block: light, dark by preference, dark by choice, print."""
    blocks = re.findall(r":root[^{]* \{(.*?)\}", style, re.S)
    return [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in blocks]


@pytest.mark.parametrize("scheme", [0, 1, 2, 3], ids=["light", "dark preferred", "dark chosen", "print"])
@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
def test_text_stands_out_from_its_ground(page: Page, scheme: int, pair: tuple[str, str]) -> None:
    colours = palettes(page.raw["style"])[scheme]
    low, high = sorted(luminance(colours[name]) for name in pair)
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_headings_descend_without_a_gap(text: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", text)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
