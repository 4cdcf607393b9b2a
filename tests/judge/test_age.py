"""Imports age: what was carried by hand long ago is no evidence, whatever it says."""

from datetime import UTC, datetime, timedelta

import pytest

from checks.judge.age import IMPORT_MAX_DAYS, current, import_days, too_old
from checks.judge.parameters import Override
from checks.language.check import Parameter
from checks.model.fact import Collection, Fact, FactStatus
from checks.model.text import Text

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LIMIT = Parameter(
    title=Text(zh="上限"), stricter="lower", unit="天", source="测试", levels={"L1": 180, "L2": 90, "L3": 30, "L4": 30}
)
LIMITS = {IMPORT_MAX_DAYS: LIMIT}


def collection(days: float, origin: str = "imported", **more: object) -> Collection:
    at = NOW - timedelta(days=days)
    facts = (
        Fact(asset="sw-01", name="config", status=FactStatus.OK, text="sysname SW\n", origin=origin, at=at),
        Fact(asset="sw-01", name="other", status=FactStatus.ABSENT, origin=origin, at=at),
    )
    return Collection(
        asset="sw-01", origin=origin, method="import", started=NOW, finished=NOW, status="complete", facts=facts, **more
    )


def test_an_import_within_the_limit_is_left_as_it_is():
    assert current(collection(90), NOW, 90) == collection(90)


def test_past_the_limit_no_fact_of_it_is_evidence_not_even_that_a_file_was_absent():
    aged = current(collection(90.1), NOW, 90)
    assert aged.status == "failed"
    assert {fact.status for fact in aged.facts} == {FactStatus.OUTDATED}
    assert all(word in aged.cause for word in ("sw-01", "2025-11-30", "超过 90 天", "太旧", "再导入"))
    assert "超过 90 天" in aged.facts[0].detail


def test_what_was_gathered_live_or_declared_has_no_such_limit():
    for origin in ("live", "declared"):
        assert current(collection(900, origin), NOW, 90) == collection(900, origin)


def test_an_import_dated_after_the_moment_judged_for_proves_nothing_of_it():
    assert "在将来" in current(collection(-3), NOW, 90).cause


def test_the_age_counts_from_the_target_not_from_the_day_it_was_handed_in():
    late = collection(400)
    assert late.finished == NOW
    assert current(late, NOW, 90).status == "failed"


@pytest.mark.parametrize(
    ("levels", "override", "days"),
    [((2,), None, 90), ((2, 3), None, 30), ((2,), 7, 7), ((3,), 60, 30)],
    ids=["level", "strictest-of-two", "tightened", "never-relaxed"],
)
def test_the_limit_is_the_strictest_that_holds_for_the_asset(levels, override, days):
    overrides = {IMPORT_MAX_DAYS: Override(override, "campus")} if override else {}
    assert import_days(levels, LIMITS, overrides) == days


def test_content_that_forgot_the_limit_lets_no_old_import_judge():
    assert current(collection(1), NOW, import_days((2,), {}, {})).status == "failed"


def test_both_rules_of_age_say_the_date_and_the_limit():
    assert too_old(NOW - timedelta(days=31), NOW, 30) == "证据是 2026-01-29 的，超过 30 天，太旧"
    assert too_old(NOW - timedelta(days=30), NOW, 30) == ""
