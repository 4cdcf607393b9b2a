"""What the other stages see of a campus: assets, systems, levels, login addresses, declared facts."""

from pathlib import Path

import pytest
from campus_examples import EXAMPLE, NOON, campus

from audit.campus.declared import declared_facts
from audit.campus.load import load_campus
from audit.campus.model.campus import CampusFile
from audit.campus.view import assets, level_finder, levels_of, login_addresses, output_directory, systems
from checks.model.asset import AssetClass
from checks.model.fact import Fact, FactStatus


@pytest.fixture(scope="module")
def school() -> CampusFile:
    return load_campus(EXAMPLE)


def test_children_stand_behind_their_parent_with_its_zone(school: CampusFile) -> None:
    seen = {asset.id: asset for asset in assets(school)}
    mysql = seen["web-01/mysql"]
    assert (mysql.parent, mysql.zone, mysql.platform) == ("web-01", "servers", "mysql")
    assert mysql.asset_class is AssetClass.DATABASE
    assert list(seen).index("web-01/mysql") > list(seen).index("web-01")


def test_a_server_is_linux_unless_said_otherwise(school: CampusFile) -> None:
    platforms = {asset.id: asset.platform for asset in assets(school)}
    assert platforms["cache-01"] == "linux"
    assert platforms["pc-301"] == "windows"
    assert platforms["room-a"] is None


def test_a_sample_knows_its_class_of_many(school: CampusFile) -> None:
    assert {a.id for a in assets(school) if a.sample_of == "teacher-pcs"} == {"pc-301", "pc-402"}


def test_every_campus_has_a_school_a_network_and_a_room() -> None:
    assert [(a.id, a.origin) for a in assets(campus(""))] == [
        ("organisation", "implicit"),
        ("network", "implicit"),
        ("room", "implicit"),
    ]


def test_a_declared_room_takes_the_place_of_the_implicit_one(school: CampusFile) -> None:
    assert [a.id for a in assets(school) if a.asset_class is AssetClass.ROOM] == ["room-a"]


def test_a_system_holds_children_samples_and_what_is_shared(school: CampusFile) -> None:
    by_id = {system.id: system for system in systems(school)}
    assert {"web-01/nginx", "web-01/mysql", "organisation", "network", "room-a"} <= set(by_id["portal"].assets)
    assert {"pc-301", "pc-402", "cache-01/redis:6380"} <= set(by_id["student-records"].assets)
    assert "cache-01" not in by_id["portal"].assets
    assert (by_id["student-records"].grade, by_id["student-records"].levels_assumed) == ("S3A2", False)
    assert (by_id["broadcast"].grade, by_id["broadcast"].levels_assumed) == ("S2A2", True)


def test_rooms_are_shared_unless_the_system_names_its_own() -> None:
    school = campus(
        "assets: {room-a: {class: room}, room-b: {class: room}}\n"
        "systems: {one: {name: 甲, level: 2, assets: [room-a]}, two: {name: 乙, level: 2, assets: [network]}}\n"
    )
    members = {system.id: set(system.assets) for system in systems(school)}
    assert members["one"] == {"room-a", "organisation", "network"}
    assert members["two"] == {"room-a", "room-b", "organisation", "network"}


@pytest.mark.parametrize(
    ("asset", "levels"),
    [
        ("web-01", (2,)),
        ("cache-01", (2, 3)),
        ("cache-01/redis:6379", (2, 3)),
        ("cache-01/found-later:1", (2, 3)),
        ("core-switch", (2, 3)),
        ("firewall", (2,)),
        ("organisation", (2, 3)),
    ],
)
def test_an_asset_is_judged_at_every_level_its_systems_need(
    school: CampusFile, asset: str, levels: tuple[int, ...]
) -> None:
    assert levels_of(school, asset) == levels
    assert level_finder(school)(asset) == levels


def test_an_asset_of_no_system_is_judged_at_the_default_level() -> None:
    text = "assets: {a: {class: server}}\n"
    assert levels_of(campus(text), "a") == (2,)
    assert levels_of(campus("default_level: 3\n" + text), "a") == (3,)
    assert levels_of(campus("default_level: 3\n" + text), "network") == (3,)


def test_levels_of_a_system_with_different_s_and_a() -> None:
    school = campus("assets: {a: {class: server}}\nsystems: {p: {name: 甲, level: S1A3, assets: [a]}}\n")
    assert levels_of(school, "a") == (1, 3)


def test_login_addresses_are_one_a_zone_of_the_site(school: CampusFile) -> None:
    assert login_addresses(school) == ("10.20.10.1", "10.20.20.1", "10.20.99.1", "203.0.113.9")
    assert login_addresses(school, "east") == ("10.20.10.1",)
    assert login_addresses(campus("")) == ("127.0.0.1",)
    assert login_addresses(campus("zones: {a: {cidr: 10.0.0.7/32}}\n")) == ("10.0.0.7",)


def fact(school: CampusFile, asset: str, name: str) -> Fact:
    return next(f for f in declared_facts(school, NOON) if (f.asset, f.name) == (asset, name))


def test_declared_accounts_are_the_common_ones_and_its_own(school: CampusFile) -> None:
    web = fact(school, "web-01", "declared-accounts")
    assert web.status is FactStatus.OK
    assert web.origin == "declared"
    assert web.text.splitlines() == [
        "root\t信息中心 王老师\t系统管理",
        "audit\t信息中心 王老师\t安全自查只读账户",
        "www\t信息中心\t运行网站",
        "backup\t\t",
    ]


def test_common_accounts_are_those_of_servers_only(school: CampusFile) -> None:
    assert fact(school, "web-01/mysql", "declared-accounts").text == "portal\t信息中心\t网站应用\n"
    assert fact(school, "core-switch", "declared-accounts").status is FactStatus.FAILED


def test_an_own_entry_replaces_the_common_one() -> None:
    school = campus(
        "declarations: {accounts: [root, audit]}\n"
        "assets: {a: {class: server, approved: {accounts: [{name: root, owner: 甲}]}}}\n"
    )
    assert fact(school, "a", "declared-accounts").text == "root\t甲\t\naudit\t\t\n"


def test_declared_hosts_are_the_addresses_that_stand_in_configurations(school: CampusFile) -> None:
    assert fact(school, "web-01", "declared-time-sources").text == "10.20.99.20\nntp.example.edu.cn\n"
    assert fact(school, "web-01", "declared-bastions").text == "10.20.99.10\n"
    assert fact(school, "core-switch", "declared-log-collector").text == "10.20.10.9\n"
    assert fact(school, "network", "declared-management-zones").text == "management\t10.20.99.0/26\n"


def test_what_was_not_declared_failed_and_says_where_to_write_it() -> None:
    school = campus("assets: {a: {class: server, children: {db: {class: database}}}}\n")
    for each in declared_facts(school, NOON):
        assert each.status is FactStatus.FAILED
        assert not each.text
    assert fact(school, "a/db", "declared-ports").detail == (
        "campus.yaml 没有写明批准监听的端口（在 assets.a.children.db.approved.ports 下补上）"
    )


def test_an_empty_list_declares_that_there_is_none() -> None:
    school = campus("assets: {a: {class: server, approved: {ports: []}}}\ndeclarations: {bastions: []}\n")
    for name in ("declared-ports", "declared-bastions"):
        assert (fact(school, "a", name).status, fact(school, "a", name).text) == (FactStatus.OK, "")


def test_the_only_login_is_used_where_none_is_written() -> None:
    school = campus(
        "zones: {s: {cidr: 10.20.10.0/24}}\nlogins: {ops: {user: audit, key: file:/k}}\n"
        "assets: {a: {class: server, zone: s, address: 10.20.10.5, access: ssh}, b: {class: server, access: local}}\n"
    )
    assert school.login_of(school.assets["a"]) == "ops"
    assert school.login_of(school.assets["b"]) is None
    assert school.site_of("s") == "main"


def test_results_go_beside_the_file() -> None:
    assert output_directory(campus("output: runs\n"), Path("/srv/school/campus.yaml")) == Path("/srv/school/runs")
    assert output_directory(campus("output: /var/x\n"), Path("/srv/school/campus.yaml")) == Path("/var/x")
