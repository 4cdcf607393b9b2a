"""The gate on a terminal: every rule with its figures, what breaks it by name, nothing hostile."""

import io
import re

from report_poison import poisoned
from report_samples import sample_run
from rich.console import Console

from checks.model.gate import GateResult, GateRule
from checks.model.run import Run
from reports.gate import print_gate

FAILING = tuple(f.id for f in sample_run().findings if f.verdict.failing)


def rule(
    name, measured: float, allowed: float, *, holds: bool, subject: str = "", breaking: tuple[str, ...] = ()
) -> GateRule:
    return GateRule(name=name, subject=subject, measured=measured, allowed=allowed, holds=holds, breaking=breaking)


RESULT = GateResult(
    rules=(
        rule("failures", 2, 0, holds=False, subject="high", breaking=FAILING[:2]),
        rule("failures", 7, 9, holds=True, subject="total"),
        rule("not-measured", 1, 3, holds=True),
        rule("new-failures", 12, 0, holds=False, breaking=FAILING * 2),
        rule("coverage", 66.6667, 90, holds=False, breaking=("ap-lib-01",)),
        rule("asset", 0, 1, holds=False, subject="ap-lib-01", breaking=("ap-lib-01",)),
    )
)


def told(run: Run, lang="zh") -> str:
    out = io.StringIO()
    print_gate(RESULT, run, Console(file=out, width=200), lang)
    return out.getvalue()


def test_every_rule_tells_what_was_measured_and_what_is_allowed() -> None:
    lines = [line.strip() for line in told(sample_run()).splitlines()]
    for said in (
        "✗ 没有豁免的不符合（高）：2（最多 0）",
        "✓ 没有豁免的不符合（合计）：7（最多 9）",
        "✓ 未测得的发现：1（最多 3）",
        "✗ 和留底的审计相比新的不符合：12（最多 0）",
        "✗ 收集完整的资产：66.6%（至少 90%）",
        "✗ 图书馆无线接入点（ap-lib-01）：没有收集完整",
        f"{FAILING[0]}  Redis 要求口令：cache-01/redis:6380",
        "门槛破了。",
        "没有测全的资产：教务数据库服务器（db-01）、图书馆无线接入点（ap-lib-01）",
    ):
        assert said in lines, said


def test_a_long_list_is_cut_with_its_number() -> None:
    assert f"另有 {len(FAILING) * 2 - 10} 个" in told(sample_run())


def test_attacks_reach_no_terminal() -> None:
    run, _ = poisoned(sample_run())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u202a-\u202e\u2066-\u2069\ufeff]", told(run, "en"))
