"""The comparison and the waivers on a terminal and on the page: named, explained, and inert whatever they hold."""

import io
import re
from datetime import date

import pytest
from report_changes_samples import F, P, change, comparison, waived_run
from report_poison import poisoned
from report_reading import Page
from report_samples import sample_run
from rich.console import Console

from reports.changes import print_comparison
from reports.html import render_html
from reports.terminal import print_summary
from reports.waivers import print_waivers


def told(printer, *args, colour: bool = False) -> str:
    """What a printer writes, without colours."""
    out = io.StringIO()
    printer(*args, Console(file=out, width=200, force_terminal=colour, color_system="truecolor" if colour else None))
    return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())


@pytest.mark.parametrize(
    "said",
    [
        "旧：20260901T010000Z  2026-09-01 09:00 北京时间",
        "新出现 1  变成未测得 1  仍未整改 1  已整改 1  重新测得 1  不再判定 1  仍未测得 7",
        "程序版本从 0.1.0 变为 0.2.0",
        "1 个检查改了判定",
        "阈值 idle_seconds 从 900 变为 600 秒",
        "campus.yaml 改过",
        "新增的资产：db-02",
        "不在了的资产：db-09",
        "教务管理系统（S2A2→S2A3）：符合率 40.0%–80.0% → 50.0%–82.0%",
        "新出现  SSH 会话空闲超时自动断开：web-01  符合→不符合  F-",
        "检查的定义、程序版本变了：结论的变化可能来自规则",
        "没有取到 sshd：权限不足",
        "不符合→没有",
        "campus.yaml 里没有它了，不能算整改",
        "已豁免",
    ],
)
def test_the_comparison_tells(said: str) -> None:
    assert said in told(print_comparison, comparison())


def test_the_summary_of_an_audit_names_what_is_new_and_what_is_no_longer_seen() -> None:
    text = told(lambda console: print_summary(sample_run(), console, comparison=comparison()))
    assert "和上一次相比" in text
    assert "上一次：20260901T010000Z（2026-09-01 09:00）" in text
    assert "符合→不符合" in text
    assert "不符合→未测得" in text
    assert "不能算整改" not in text
    assert "和上一次相比" not in told(lambda console: print_summary(sample_run(), console))


def test_the_page_has_the_changes_with_links_to_the_findings() -> None:
    page = Page(render_html(sample_run(), comparison=comparison()))
    assert not page.mistakes
    assert "#changes" in page.values("href")
    for said in ("符合→不符合", "没有取到 sshd：权限不足", "阈值 idle_seconds 从 900 变为 600 秒", "变成未测得 1"):
        assert said in page.text
    assert f"#{change('new', P, F).finding}" in page.values("href")
    assert "changes" not in Page(render_html(sample_run())).values("id")


@pytest.mark.parametrize(
    "said",
    [
        "已过期，按没有豁免处理  expired  redis-auth · 学校网站（web-01）  至 2026-11-01",
        "对不上任何发现  nothing",
        "已经符合，可以撤销  met",
        "还没有生效  later",
        "有效  holds  redis-auth · 学校网站（web-01）  至 2026-12-04，还有 10 天到期",
        "李校长 于 2026-09-01 批准：理由holds",
        "补偿措施：措施holds",
        "范围里有 1 个这次没有测得：没看清的不能豁免",
    ],
)
def test_every_waiver_is_listed_with_how_it_stands(said: str) -> None:
    assert said in told(print_waivers, waived_run())
    page = Page(render_html(waived_run()))
    for part in said.split("  "):
        assert part.replace("，还有", " ").removeprefix("补偿措施：").split(" ")[0] in page.text


def test_expired_waivers_are_read_first() -> None:
    text = told(print_waivers, waived_run())
    assert text.lstrip().startswith("已过期")
    summary = told(lambda console: print_summary(waived_run(), console))
    assert "已过期，按没有豁免处理" in summary


def test_waivers_that_simply_hold_take_one_line_of_the_summary() -> None:
    run = waived_run()
    holding = run.waivers[4].model_copy(
        update={"waiver": run.waivers[4].waiver.model_copy(update={"until": date(2027, 6, 1)})}
    )
    summary = told(lambda console: print_summary(run.model_copy(update={"waivers": (holding,)}), console))
    assert "1 条有效，豁免了 1 个发现" in summary
    assert "理由holds" not in summary


def test_a_waived_finding_stays_on_the_page_and_carries_its_mark() -> None:
    run = waived_run()
    [key] = run.waived
    page = Page(render_html(run))
    assert key in page.values("id")
    assert "已豁免（holds）：李校长 批准至 2026-12-04，理由holds" in page.text
    assert "#waiver/holds" in page.values("href")
    assert page.text.count("已豁免（") == 1, "expired and later ones waive nothing"


def test_without_waivers_there_is_no_such_part() -> None:
    assert "waivers" not in Page(render_html(sample_run())).values("id")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_attacks_in_them_reach_neither_page_nor_terminal(lang) -> None:
    run, _ = poisoned(waived_run())
    hostile, _ = poisoned(comparison())
    written = told(print_comparison, hostile, colour=True) + told(print_waivers, run, colour=True)
    written += told(lambda console: print_summary(run, console, lang, hostile), colour=True)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u202a-\u202e\u2066-\u2069\ufeff]", written)
    page = Page(render_html(run, lang, comparison=hostile))
    assert not page.mistakes
    assert not {"img"} & page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
