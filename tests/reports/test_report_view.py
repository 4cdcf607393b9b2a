"""What is arranged for reading: groups, bars, figures, addresses."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import ASSETS, F, H, Verdict, aspect, large_run, record, sample_run

from checks.model.assessment import Counts, Interval
from reports.anchors import anchor
from reports.aspects import LINKS, Known, aspect_lines
from reports.bars import legend, span, stacked
from reports.figures import figure, interval, moment
from reports.view import asset_names, cases_by_state, findings_by_asset, fixed_count, in_reading_order, waiting

COUNT = st.integers(0, 500)


def test_a_figure_never_reads_better_than_it_is() -> None:
    assert figure(89.96) == "89.9"
    assert figure(100 * 36 / 40) == "90.0"
    assert figure(0.58 * 100) == "58.0"


def test_an_interval_with_equal_ends_is_one_figure() -> None:
    assert interval(Interval(low=80, high=80), "%") == "80.0%"
    assert interval(Interval(low=76.92, high=88.46), "%") == "76.9%–88.4%"


def test_time_is_chinas_time_and_a_naive_time_is_utc() -> None:
    assert moment(datetime(2026, 11, 23, 16, 30, tzinfo=UTC)) == "2026-11-24 00:30"
    assert moment(datetime(2026, 11, 23, 16, 30)) == "2026-11-24 00:30"


@given(COUNT, COUNT, COUNT, COUNT, COUNT, COUNT, COUNT, COUNT)
def test_a_bar_is_filled_without_gaps(
    passed: int, partial: int, fail: int, na: int, uf: int, opened: int, m: int, u: int
) -> None:
    counts = Counts(
        passed=passed,
        partial=partial,
        fail=fail,
        not_applicable=na,
        undecided_failure=uf,
        open=opened,
        manual=m,
        unknown=u,
    )
    parts = stacked(counts)
    assert sum(part.count for part in parts) == passed + partial + fail + na + uf + opened
    assert sum(part.width for part in parts) == pytest.approx(100 if parts else 0, abs=0.1)
    for before, after in itertools.pairwise(parts):
        assert after.start == pytest.approx(before.start + before.width, abs=0.02)


def test_an_empty_layer_draws_nothing() -> None:
    assert stacked(Counts()) == ()


def test_the_legend_names_usual_states_even_at_zero() -> None:
    assert [key for key, _ in legend(Counts())] == ["passed", "partial", "fail", "manual", "unknown", "not_applicable"]


@given(st.floats(-50, 150), st.floats(-50, 150))
def test_a_span_stays_on_its_scale(low: float, high: float) -> None:
    start, width = span(Interval(low=low, high=high))
    assert 0 <= start <= 100
    assert width > 0
    assert start + width <= 100.01


@given(st.text(max_size=60))
def test_an_address_is_plain_and_stable(text: str) -> None:
    assert anchor("asset", text) == anchor("asset", text)
    assert all(char.isascii() and (char.isalnum() or char in "._:/-") for char in anchor("asset", text))


def test_addresses_of_different_things_differ() -> None:
    assert anchor("asset", "主机一") != anchor("asset", "主机二")
    assert anchor("asset", "web-01") == "asset/web-01"
    assert anchor("F-00ff") == "F-00ff"


def test_findings_stand_under_their_asset_worst_first() -> None:
    run = sample_run()
    groups = {group.id: group for group in findings_by_asset(run, in_reading_order(run.findings).values())}
    web = groups["web-01"]
    assert [f.verdict for f in web.pending] == [Verdict.FAIL, Verdict.FAIL, Verdict.FAIL, Verdict.UNKNOWN]
    assert web.pending[-2].severity == "low"
    assert {f.verdict for f in web.settled} == {Verdict.PASS}
    assert web.tally == {Verdict.FAIL: 3, Verdict.UNKNOWN: 1, Verdict.PASS: 2}
    assert sum(sum(group.tally.values()) for group in groups.values()) == len(run.findings)


def test_findings_of_the_campus_come_before_the_assets() -> None:
    run = sample_run()
    campus = run.findings[0].model_copy(update={"asset": "campus", "id": "F-campus"})
    groups = findings_by_asset(run, [*run.findings, campus])
    assert groups[0].id == "campus"
    assert groups[0].asset is None


def test_alike_answers_of_fifty_servers_make_one_line() -> None:
    run = large_run(100)
    item = run.assessments[0].items[0]
    lines = aspect_lines(item, Known.of(in_reading_order(run.findings)))
    assert len(item.records) == 50
    assert len(lines) == 1
    assert len(lines[0].places) == 50


def test_different_answers_make_different_lines() -> None:
    item = sample_run().assessments[0].items[3]
    records = (
        record("web-01", H, (H,), aspect("t/lock", "锁定", ("no",))),
        record("db-01", H, (H,), aspect("t/lock", "锁定", ("yes",))),
        record(
            "cache-01", H, (H, F), aspect("t/lock", "锁定", ("yes", "no"), "manual", who="王伟", question="锁了吗？")
        ),
    )
    lines = aspect_lines(item.model_copy(update={"records": records}), Known.of({}))
    assert [(line.answer, line.colour) for line in lines] == [
        ("no", Verdict.FAIL), ("yes", Verdict.PASS), (None, Verdict.MANUAL)
    ]  # fmt: skip
    assert lines[2].question == "锁了吗？"


def test_many_findings_of_one_place_are_linked_worst_first_and_the_rest_counted() -> None:
    run = large_run(2000)
    known = Known.of(in_reading_order(run.findings))
    place = aspect_lines(run.assessments[0].items[0], known)[0].places[0]
    assert len(place.findings) == LINKS
    assert place.more == 40 - LINKS
    assert [known.position[f.id] for f in place.findings] == sorted(known.position[f.id] for f in place.findings)


def test_cases_stand_by_state_with_their_fixed_ones() -> None:
    academic, website = sample_run().assessments
    assert list(cases_by_state(website)) == ["hit", "suspected", "cannot-tell", "not-hit"]
    assert fixed_count(cases_by_state(website)["hit"]) == 1
    assert fixed_count(cases_by_state(academic)["hit"]) == 0


def test_whoever_has_most_to_answer_is_asked_first() -> None:
    asked = waiting(sample_run().assessments[0])
    assert [len(who.items) for who in asked] == sorted((len(who.items) for who in asked), reverse=True)
    assert {who.who for who in asked} == {"信息中心", "分管校领导", "总务处", "人事处", "系统管理员"}


def test_assets_are_called_by_name_and_the_undeclared_by_what_they_are() -> None:
    names = asset_names(sample_run())
    assert names["web-01"] == "学校网站（web-01）"
    assert names["organisation"] == "学校"
    assert names["academic"] == "教务管理系统"
    assert ASSETS[2].id not in names
