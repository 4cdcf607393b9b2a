"""Which addresses may be touched: never more than the authorisation says."""

from datetime import UTC, datetime

import pytest
from campus_examples import EXAMPLE, NOON, campus
from hypothesis import given
from hypothesis import strategies as st

from audit.campus.authorise import authorised, outside_hours
from audit.campus.load import load_campus

ZONES = "zones: {servers: {cidr: 10.20.10.0/24}, office: {cidr: 10.20.20.0/24}, dmz: {cidr: 203.0.113.8/29}}\n"
GIVEN = "authorisation: {by: 李校长, role: 校长, from: 2026-09-01, until: 2026-11-24, scope: %s}\n"
PC = "assets: {pc: {class: terminal, zone: office, address: 10.20.20.31}}\n"


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_loopback_needs_no_authorisation(address: str) -> None:
    assert authorised(campus(""), address, NOON) is None


@pytest.mark.parametrize("address", ["10.20.10.5", "0.0.0.0", "203.0.113.10", "fe80::1", "::ffff:10.20.10.5"])
def test_nothing_else_is_touched_without_authorisation(address: str) -> None:
    assert "没有授权" in (authorised(campus(ZONES), address, NOON) or "")


@given(st.ip_addresses())
def test_no_address_slips_through_without_authorisation(address: object) -> None:
    if not str(address).startswith("127.") and str(address) != "::1":
        assert authorised(campus(ZONES), str(address), NOON) or "::ffff:7f" in str(address)


@pytest.mark.parametrize("address", ["web-01", "10.20.10", "", "10.20.10.5/24", "10.20.10.5 "])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert "不是 IP 地址" in (authorised(campus(ZONES + GIVEN % "all"), address, NOON) or "")


def test_all_covers_the_written_zones_and_no_others() -> None:
    school = campus(ZONES + GIVEN % "all")
    assert authorised(school, "10.20.10.5", NOON) is None
    assert authorised(school, "::ffff:10.20.10.5", NOON) is None
    assert "任何区域" in (authorised(school, "10.20.30.5", NOON) or "")
    assert "任何区域" in (authorised(school, "8.8.8.8", NOON) or "")


def test_scope_names_zones_or_single_assets() -> None:
    school = campus(ZONES + PC + GIVEN % "{zones: servers, assets: pc}")
    assert authorised(school, "10.20.10.5", NOON) is None
    assert authorised(school, "10.20.20.31", NOON) is None
    assert "不在授权范围内" in (authorised(school, "10.20.20.32", NOON) or "")


def test_public_addresses_are_touched_only_if_listed() -> None:
    school = campus(ZONES + GIVEN.replace("scope", "public_addresses: 203.0.113.10, scope") % "all")
    assert authorised(school, "203.0.113.10", NOON) is None
    assert "是公网地址，没有逐个列出" in (authorised(school, "203.0.113.11", NOON) or "")


@pytest.mark.parametrize(
    ("moment", "cause"),
    [
        (datetime(2026, 8, 31, 15, 59, tzinfo=UTC), "才开始"),
        (datetime(2026, 8, 31, 16, 0, tzinfo=UTC), None),  # 1 September has begun in Beijing
        (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), "到期"),
        (datetime(2026, 11, 24, 16, 0), "到期"),
    ],
)
def test_the_days_are_those_of_beijing_and_both_ends_count(moment: datetime, cause: str | None) -> None:
    why = authorised(campus(ZONES + GIVEN % "all"), "10.20.10.5", moment)
    assert why is None if cause is None else cause in (why or "")


def test_an_address_two_sites_share_needs_both_or_a_named_zone() -> None:
    school = campus(
        "sites: {m: 主, e: 东}\nzones: {a: {site: m, cidr: 10.0.0.0/24}, b: {site: e, cidr: 10.0.0.0/24}}\n"
        + GIVEN % "{zones: a}"
    )
    assert "不在授权范围内" in (authorised(school, "10.0.0.5", NOON) or "")
    assert authorised(school, "10.0.0.5", NOON, zone="a") is None
    assert "不在授权范围内" in (authorised(school, "10.0.0.5", NOON, zone="b") or "")
    assert "不在区域 c" in (authorised(school, "10.0.0.5", NOON, zone="c") or "")


def test_every_connection_of_the_example_is_authorised() -> None:
    school = load_campus(EXAMPLE)
    for asset in school.assets.values():
        if asset.access and asset.access.method == "ssh":
            for zone, ip in asset.places():
                assert authorised(school, str(ip), NOON, zone) is None


@pytest.mark.parametrize(
    ("hour", "minute", "allowed"), [(21, 59, False), (22, 0, True), (3, 0, True), (6, 0, False), (12, 30, True)]
)
def test_scanning_keeps_to_the_allowed_hours_of_beijing(hour: int, minute: int, allowed: bool) -> None:
    now = datetime(2026, 11, 24, (hour - 8) % 24, minute, tzinfo=UTC)
    why = outside_hours(campus("limits: {allowed_hours: [22:00-06:00, 12:10-13:30]}\n"), now)
    assert (why is None) is allowed
    assert allowed or "22:00-06:00、12:10-13:30" in (why or "")


def test_without_hours_any_time_is_allowed() -> None:
    assert outside_hours(campus(""), NOON) is None
