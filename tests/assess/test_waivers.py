"""Which findings a waiver covers on which day: only known failures, only while it is in force, decided by as_of."""

from datetime import UTC, date, datetime

import pytest

from checks.assess.waivers import waivers_in_use
from checks.model.finding import Finding, ParameterUse, finding_id
from checks.model.verdict import Severity, Verdict
from checks.model.waiver import Waiver

NOON = datetime(2026, 10, 1, 4, tzinfo=UTC)


def finding(subject: str = "", verdict: Verdict = Verdict.FAIL, asset: str = "web-01", level: int = 2) -> Finding:
    used = (ParameterUse(name="days", value=90 * level),)
    key = finding_id("password-age", asset, subject, used)
    return Finding(
        id=key, check="password-age", asset=asset, subject=subject, parameters=used, verdict=verdict, severity=Severity.LOW
    )  # fmt: skip


def waiver(**scope: str) -> Waiver:
    signed = {"reason": "旧系统", "compensating": "无", "approved_by": "李校长"}
    return Waiver(id="w", approved=date(2026, 9, 1), until=date(2026, 10, 1), **signed, **scope)


ON_WEB = waiver(check="password-age", asset="web-01")


@pytest.mark.parametrize("verdict", Verdict)
def test_only_what_is_known_to_fail_is_waived(verdict: Verdict) -> None:
    [use] = waivers_in_use([ON_WEB], [finding(verdict=verdict)], NOON)
    waived = verdict in (Verdict.FAIL, Verdict.PARTIAL)
    dark = verdict in (Verdict.UNKNOWN, Verdict.MANUAL)
    assert (len(use.findings), len(use.not_measured), len(use.met)) == (waived, dark, not waived and not dark)


def test_a_scope_is_a_finding_or_a_check_on_an_asset_or_one_subject_there() -> None:
    root, guest = finding("root"), finding("guest")
    elsewhere, stricter = finding("root", asset="db-01"), finding("root", level=1)
    every = [root, guest, elsewhere, stricter]
    covered = {
        "finding": ({root.id}, waiver(finding=root.id)),
        "subject": ({root.id, stricter.id}, waiver(check="password-age", asset="web-01", subject="root")),
        "asset": ({root.id, guest.id, stricter.id}, ON_WEB),
        "other check": (set(), waiver(check="other", asset="web-01")),
    }
    for expected, asked in covered.values():
        [use] = waivers_in_use([asked], every, NOON)
        assert set(use.findings) == expected
        assert use.matches_nothing is not bool(expected)


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (datetime(2026, 8, 31, 15, 59, tzinfo=UTC), "not-yet"),
        (datetime(2026, 8, 31, 16, 0, tzinfo=UTC), "in-force"),  # midnight in Beijing
        (datetime(2026, 10, 1, 15, 59, tzinfo=UTC), "in-force"),
        (datetime(2026, 10, 1, 16, 0, tzinfo=UTC), "expired"),
        (datetime(2036, 1, 1), "expired"),
    ],
)
def test_its_first_and_last_day_are_days_in_beijing_and_count(at: datetime, state: str) -> None:
    [use] = waivers_in_use([ON_WEB], [finding()], at)
    assert use.state == state
    assert use.findings, "an expired waiver still says what it used to cover"


def test_waivers_stand_in_the_order_of_their_ids() -> None:
    uses = waivers_in_use([ON_WEB.model_copy(update={"id": key}) for key in "cab"], [], NOON)
    assert [use.waiver.id for use in uses] == ["a", "b", "c"]
