"""The remediation plan: every task once, in the order it is worked off, with what a person has to fill in; nothing alive in it."""

import csv
import io

import pytest
from fix_samples import ANY, check, failing, run_of, server
from report_poison import ATTACK, poisoned
from report_reading import Page
from report_samples import sample_run

from checks.model.run import Run
from checks.model.verdict import Severity
from checks.model.waiver import WaiverUse
from reports.plan import plan_parts
from reports.plan_csv import cell, plan_csv
from reports.plan_html import render_plan


@pytest.fixture
def run() -> Run:
    checks = (
        check("c-later", {"any": ANY}, tried=("any",)),
        check("c-urgent", {}, severity=Severity.HIGH, high_risk=("HR25-6.4.1.1",)),
        check("c-project", {}, effort="project"),
    )
    assets = (server("web-01", owner="王老师"), server("db-01"))
    findings = (
        failing("c-later", "web-01", "wang"),
        failing("c-later", "db-01"),
        failing("c-urgent", "db-01"),
        failing("c-project", "db-01"),
    )
    return run_of(assets, checks, findings, {"c-urgent": "urgent", "c-project": "long-term"})


def test_tasks_stand_by_urgency_and_are_numbered_through(run: Run) -> None:
    parts = plan_parts(run)
    assert [(part.urgency, [(line.number, line.task.check) for line in part.lines]) for part in parts] == [
        ("urgent", [(1, "c-urgent")]),
        ("scheduled", [(2, "c-later")]),
        ("long-term", [(3, "c-project")]),
    ]


def test_the_responsible_is_named_where_campus_yaml_names_one(run: Run) -> None:
    owners = {line.task.check: line.owner for part in plan_parts(run) for line in part.lines}
    assert owners == {"c-urgent": (), "c-later": ("王老师",), "c-project": ()}


def test_items_of_each_system_are_named_at_its_own_level() -> None:
    run = sample_run()
    concerned = [items for part in plan_parts(run) for line in part.lines for items in line.items]
    assert concerned
    known = {(a.system.name, item.item) for a in run.assessments for item in a.items}
    assert {(items.system, item) for items in concerned for item in items.items} <= known


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_whole_and_loads_nothing(run: Run, lang) -> None:  # type: ignore[no-untyped-def]
    page = Page(render_plan(run, lang))
    assert page.mistakes == []
    assert page.unclosed == []
    assert page.values("src") == []
    assert "fix/web-01/01-c-later.sh" in page.text
    for check_id in run.checks:
        assert run.checks[check_id].title.zh in page.text
    assert len(page.values("id")) == len(set(page.values("id")))
    assert {link[1:] for link in page.values("href")} <= set(page.values("id"))


def test_the_page_says_which_scripts_were_tried(run: Run) -> None:
    text = Page(render_plan(run)).text
    assert "试过（Debian GNU/Linux 12）" in text


def test_the_page_prints_on_a4_across(run: Run) -> None:
    assert "size: A4 landscape" in render_plan(run)


def test_hostile_text_is_inert_on_the_page_and_in_the_table() -> None:
    evil, count = poisoned(sample_run())
    assert count > 100
    page = Page(render_plan(evil))
    assert page.mistakes == []
    assert "img" not in page.tags
    assert page.raw["script"] == Page(render_plan(run_of((), (), ()))).raw["script"]
    assert not any(name.startswith("on") for _, name, _ in page.attributes)
    for text in (render_plan(evil), plan_csv(evil)):
        assert not {"\x1b", "\x9b", "\x07", "\u202e", "\u2028"} & set(text)
    assert ATTACK not in plan_csv(evil)


def test_the_table_has_a_row_for_each_task_and_asset(run: Run) -> None:
    text = plan_csv(run)
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")
    assert [row[0] for row in rows[1:]] == ["1", "2", "2", "3"]
    assert {len(row) for row in rows} == {15}
    assert all("\n" not in field for row in rows for field in row)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(1)", " =1", "\t=1", "\r=1", "\n=1", "'=1", '"=1', "＝1", "\u3000=1", "\u200b=1"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    shown = cell(text)
    assert shown.startswith(("'", "\N{REPLACEMENT CHARACTER}"))


@pytest.mark.parametrize("text", ["wang", "tcp/23 *", "按步骤", "1. 先停服务", "", "a=b"])
def test_usual_cells_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


def test_nothing_to_do_is_said() -> None:
    assert "没有需要整改的发现" in Page(render_plan(run_of((), (), ()))).text


def test_waived_findings_stand_at_the_end_while_the_waiver_holds(run: Run) -> None:
    def use(name: str, state: str, findings: tuple[str, ...]) -> WaiverUse:
        waiver = {"id": name, "check": "c-gone", "asset": "web-01", "reason": "旧设备", "compensating": f"措施{name}",
                  "approved_by": "李校长", "approved": "2026-11-01", "until": "2026-12-31"}  # fmt: skip
        return WaiverUse.model_validate({"waiver": waiver, "state": state, "findings": findings})

    gone = failing("c-gone", "web-01")
    uses = (use("W-1", "in-force", (gone.id,)), use("W-2", "expired", (gone.id,)), use("W-3", "in-force", ()))
    waived = run.model_copy(update={"waivers": uses, "findings": (*run.findings, gone)})
    text = Page(render_plan(waived)).text
    assert "措施W-1" in text
    assert "措施W-2" not in text
    assert "措施W-3" not in text
    assert "c-gone" not in plan_csv(waived)
