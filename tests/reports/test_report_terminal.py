"""The summary and the explanation on a terminal."""

import io
import re

import pytest
from report_poison import poisoned
from report_samples import sample_run
from rich.console import Console

from checks.model.finding import Reason
from reports.terminal import print_explain, print_summary


def console(*, colour: bool = False, width: int = 160) -> tuple[Console, io.StringIO]:
    """A console that writes into a buffer."""
    out = io.StringIO()
    return Console(file=out, width=width, force_terminal=colour, color_system="truecolor" if colour else None), out


def summary(width: int = 160) -> str:
    screen, out = console(width=width)
    print_summary(sample_run(), screen)
    return out.getvalue()


@pytest.mark.parametrize(
    "said",
    [
        "自查估算，不是等级测评",
        "教务管理系统  S2A3",
        "符合率 46.9%–79.2%",
        "符合 61  部分符合 14",
        "不符合 9  待人工 30  未测得 8",
        "不适用 5",
        "命中 1（1 个已整改）",
        "疑似，请人确认：存在空口令或弱口令（HR25-6.4.1.1）",
        "1. Redis 要求口令  高",
        "资产：学校网站（web-01）、教务数据库服务器（db-01）",
        "第一步：先记下现在的设置，并留一个不退出的登录会话。",
        "另有 2 个",
        "图书馆无线接入点（ap-lib-01）：整台设备——22 端口连不上，见取证情况。",
    ],
)
def test_the_summary_tells(said: str) -> None:
    assert said in summary()


def test_only_the_three_most_urgent_are_named() -> None:
    assert "登录前显示警示语" not in summary()


def test_it_fits_a_narrow_terminal() -> None:
    assert max(map(len, summary(width=60).splitlines())) <= 60


def test_a_run_without_systems_says_so() -> None:
    screen, out = console()
    print_summary(sample_run().model_copy(update={"assessments": (), "fix_first": (), "not_covered": ()}), screen)
    assert "没有写定级对象" in out.getvalue()
    assert "没有需要整改的发现" in out.getvalue()
    assert "列出的资产都取到了证据" in out.getvalue()


def test_english_changes_the_frame() -> None:
    screen, out = console()
    print_summary(sample_run(), screen, "en")
    assert "Fix these first" in out.getvalue()
    assert "Redis auth" in out.getvalue() or "Redis 要求口令" in out.getvalue()


def test_explain_goes_from_verdict_to_line() -> None:
    screen, out = console()
    wanted = next(f for f in sample_run().findings if f.check == "linux-ssh-idle-timeout" and f.asset == "web-01")
    assert print_explain(sample_run(), wanted.id, screen)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert lines[0].startswith("不符合  SSH 会话空闲超时自动断开")
    assert any(line.endswith("idle_seconds = 600 秒 · 第 2 级要求 · 出自 GB/T 28448-2019 8.1.4.1") for line in lines)
    at = lines.index("└── 不成立  以下全部成立")
    assert lines[at + 1 :] == [
        "    ├── 不成立  ssh 在 1–600 之间  实测：0",
        "    │   └── ssh 第 12 行：clientaliveinterval 0",
        "    └── 成立  ssh.enabled 等于 yes  实测：yes",
    ]


def test_explain_takes_the_beginning_of_an_id() -> None:
    screen, out = console()
    wanted = sample_run().findings[2]
    assert print_explain(sample_run(), wanted.id[:10], screen)
    assert "权限不足" in out.getvalue()


def test_explain_says_when_no_or_several_findings_fit() -> None:
    screen, out = console()
    assert not print_explain(sample_run(), "F-nope", screen)
    assert not print_explain(sample_run(), "F-", screen)
    assert "没有发现 F-nope" in out.getvalue()
    assert "对得上 16 个发现" in out.getvalue()


def test_reasons_with_skipped_or_negative_depths_still_print() -> None:
    run = sample_run()
    reasons = tuple(
        Reason(matcher=f"m{depth}", expected="", observed="", result=None, depth=depth) for depth in (3, 9, -2, 1)
    )
    first = run.findings[0].model_copy(update={"reasons": reasons})
    screen, out = console()
    assert print_explain(run.model_copy(update={"findings": (first,)}), first.id, screen)
    assert all(f"m{depth}" in out.getvalue() for depth in (3, 9, -2, 1))


@pytest.mark.parametrize("colour", [False, True])
def test_attacks_reach_no_terminal(colour: bool) -> None:
    run, _ = poisoned(sample_run())
    screen, out = console(colour=colour, width=1000)
    print_summary(run, screen)
    for finding in run.findings:
        print_explain(run, finding.id, screen)
    print_explain(run, "\x1b]0;x\x07[red]", screen)
    written = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue()) if colour else out.getvalue()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u202a-\u202e\u2066-\u2069\ufeff]", written)
    assert "[bold red]markup[/]" in written
    assert ":smile:" in written
    assert "pwned" in written


def test_no_link_or_colour_comes_from_an_attack() -> None:
    run, _ = poisoned(sample_run())
    screen, out = console(colour=True, width=1000)
    print_summary(run, screen)
    assert "\x1b]8" not in out.getvalue()
