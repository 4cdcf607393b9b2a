"""Which asset gets which script: by family, by its own subjects and thresholds, most urgent first, and none that is doubtful."""

import pytest
from fix_samples import ANY, DEBIAN, KEY, RHEL, check, failing, run_of, server
from report_poison import poisoned

from checks.model.asset import Asset, AssetClass
from reports.fixes.files import fix_files, fixings
from reports.fixes.overview import overview_text


def test_each_family_gets_its_own_script_and_an_unknown_one_the_steps_only() -> None:
    assets = (server("web-01"), server("db-01", "rhel", "Rocky Linux 9"), server("old-01", None, "UnionTech OS"))
    run = run_of(
        assets,
        (check("c-one", {"debian": DEBIAN, "rhel": RHEL, "any": ANY}),),
        tuple(failing("c-one", a.id) for a in assets),
    )
    found = {f.asset: f for f in fixings(run)}
    scripts = {name: f.order.script.apply if f.order else f.reason for name, f in found.items()}
    assert scripts["web-01"] == "say debian"
    assert scripts["db-01"] == "say rhel"
    assert "UnionTech OS" in scripts["old-01"]
    assert [file.host for file in fix_files(found.values())] == ["db-01", "web-01"]


def test_scripts_are_numbered_by_urgency_within_a_host() -> None:
    checks = (check("c-urgent", {"any": ANY}), check("c-steps", {}), check("c-later", {"any": ANY}))
    run = run_of((server("web-01"),), checks, tuple(failing(c.id, "web-01") for c in checks))
    assert [file.name for file in fix_files(fixings(run))] == ["01-c-urgent.sh", "02-c-later.sh"]


def test_a_script_has_the_subjects_and_the_strictest_levels_thresholds() -> None:
    findings = (failing("c-one", "web-01", "wang", level=2, days=90), failing("c-one", "web-01", "wang", level=3, days=60),
                failing("c-one", "web-01", "li", level=3, days=60))  # fmt: skip
    run = run_of((server("web-01"),), (check("c-one", {"any": ANY}),), findings)
    (file,) = fix_files(fixings(run))
    assert file.order.subjects == ("wang", "li")
    assert file.order.thresholds == {"password_max_days": 60}
    assert f"fx_host_key={KEY}" in file.text
    assert '"$1" wang li\n' in file.text


def test_subjects_with_odd_characters_get_a_sentence_instead_of_a_script() -> None:
    run = run_of((server("web-01"),), (check("c-one", {"any": ANY}),), (failing("c-one", "web-01", "a'; rm -rf /; '"),))
    (fixing,) = fixings(run)
    assert fixing.order is None
    assert "手工" in fixing.reason
    assert fix_files([fixing]) == ()


def test_of_several_subjects_the_odd_one_is_left_out_and_said() -> None:
    findings = (failing("c-one", "web-01", "wang"), failing("c-one", "web-01", "$(id)"))
    (file,) = fix_files(fixings(run_of((server("web-01"),), (check("c-one", {"any": ANY}),), findings)))
    assert file.order.subjects == ("wang",)
    assert "另有 1 个对象" in file.text
    assert "$(id)" not in file.text


def test_a_proof_counts_for_its_own_family_only_and_stands_in_the_script() -> None:
    assets = (server("web-01"), server("db-01", "rhel", "Rocky Linux 9"))
    run = run_of(assets, (check("c-one", {"any": ANY}, tried=("any",)),), tuple(failing("c-one", a.id) for a in assets))
    texts = {file.host: file.text for file in fix_files(fixings(run))}
    assert "在 Debian GNU/Linux 12 上试过（2026-11-20）" in texts["web-01"]
    assert "没有试过" in texts["db-01"]


def test_a_childs_script_stands_in_its_hosts_folder_under_a_name_of_its_own() -> None:
    host = server("cache-01")
    children = [
        Asset(
            id=f"cache-01/redis:{port}",
            asset_class=AssetClass.DATABASE,
            platform="redis",
            parent="cache-01",
            seen=host.seen,
        )
        for port in (6379, 6380)
    ]
    findings = tuple(failing("c-one", child.id) for child in children)
    files = fix_files(fixings(run_of((host, *children), (check("c-one", {"any": ANY}),), findings)))
    assert {file.host for file in files} == {"cache-01"}
    assert len({file.name for file in files}) == 2
    assert all("redis-63" in file.name for file in files)


@pytest.mark.parametrize("asset", ["../up", "a b", ".hidden", "a\nb", "-x"])
def test_an_asset_whose_id_is_no_file_name_gets_no_file(asset: str) -> None:
    run = run_of((server(asset),), (check("c-one", {"any": ANY}),), (failing("c-one", asset),))
    assert fix_files(fixings(run)) == ()


def test_hostile_texts_reach_no_file_name_and_no_control_character_a_script() -> None:
    run = run_of((server("web-01"),), (check("c-one", {"any": ANY}),), (failing("c-one", "web-01"),))
    evil, count = poisoned(run)
    assert count > 20
    assert fix_files(fixings(evil)) == ()
    named = run.model_copy(
        update={"campus": evil.campus, "assets": (run.assets[0].model_copy(update={"name": evil.assets[0].name}),)}
    )
    (file,) = fix_files(fixings(named))
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(file.text)


def test_the_overview_names_every_script_and_what_has_none() -> None:
    assets = (server("web-01"), server("old-01", None, ""))
    run = run_of(assets, (check("c-one", {"any": ANY}),), tuple(failing("c-one", a.id) for a in assets))
    found = fixings(run)
    text = overview_text(run, fix_files(found), found)
    assert "01-c-one.sh  没有试过" in text
    assert "没有取到 os-release" in text
