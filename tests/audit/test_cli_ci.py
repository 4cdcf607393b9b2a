"""Waivers, comparison and gate as an officer or a CI job meets them: a switch's configuration handed in, audited for real."""

import contextlib
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from audit.cli import main

CAMPUS = """\
campus: {id: qinghe, name: 青禾中学}
assets:
  sw-core: {class: network-device, platform: huawei-vrp, access: import}
"""
CONFIG = "#\nsysname sw-core\n#\nuser-interface con 0\n authentication-mode %s\nuser-interface vty 0 4\n authentication-mode %s\n#\nreturn\n"
CHECK = "vrp-line-authentication"


class Said(NamedTuple):
    """How a command ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


class School:
    """A folder with a campus.yaml; commands run in it as in a terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("campus.yaml", CAMPUS)

    def write(self, name: str, text: str) -> Path:
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.folder / name

    def run(self, *args: str) -> Said:
        """A command as in a terminal of this folder; in this process, as there are many."""
        with contextlib.chdir(self.folder):
            done = CliRunner().invoke(main, args, env={"COLUMNS": "200"})
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Said(done.exit_code, done.stdout, done.stderr)

    def audit(self, console: str, vty: str, *options: str) -> Said:
        """An audit of the switch with these ways to log in."""
        self.write("sw.cfg", CONFIG % (console, vty))
        assert self.run("import", "--asset", "sw-core", "sw.cfg").returncode == 0
        return self.run("audit", *options)

    @property
    def runs(self) -> list[Path]:
        return sorted((self.folder / "dengbao-data" / "runs").iterdir())

    def result(self, number: int = -1) -> dict[str, Any]:
        return json.loads((self.runs[number] / "run.json").read_text(encoding="utf-8"))

    def waive(
        self, approved: str = "2020-01-01", until: str = "2020-12-31", subject: str = "user-interface vty 0 4"
    ) -> None:
        self.write(
            "waivers.yaml",
            f"waivers:\n  old-switch:\n    check: {CHECK}\n    asset: sw-core\n    subject: {subject}\n"
            f"    reason: 等暑假更换\n    compensating: 只有管理区能登录\n    approved_by: 李校长\n"
            f"    approved: {approved}\n    until: {until}\n",
        )

    def waive_around(self, run: dict[str, Any]) -> None:
        """A waiver that is in force on the day of a run (it cannot end before the year after does)."""
        year = int(run["as_of"][:4])
        self.waive(f"{year - 1}-12-31", f"{year}-12-31")


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> School:
    """A school audited twice: the console was put right, the remote login was not."""
    school = School(tmp_path_factory.mktemp("school"))
    assert school.audit("none", "none", "--fail-on", "never").returncode == 0
    second = school.audit("aaa", "none", "--fail-on", "never")
    assert second.returncode == 0, second.stderr
    assert "和上一次相比" in second.stdout
    return school


def test_diff_tells_what_was_fixed_and_what_is_still_open(audited: School) -> None:
    said = audited.run("diff")
    assert said.returncode == 0, said.stderr
    assert re.search(r"新出现 0 .*仍未整改 1 .*已整改 1", said.stdout)
    assert "已整改  每个登录口都按账户鉴别：sw-core user-interface con 0  不符合→符合" in said.stdout
    first, second = (run.name for run in audited.runs)
    backwards = audited.run("diff", second, first)
    assert backwards.returncode == 2
    assert "先后反了" in backwards.stderr


def test_diff_as_json_takes_folders_files_and_ids(audited: School) -> None:
    first, second = audited.runs
    told = [
        json.loads(audited.run("diff", old, new, "--format", "json").stdout)
        for old, new in ((first.name, second.name), (str(first), str(second / "run.json")))
    ]
    told.append(json.loads(audited.run("diff", first.name, "--format", "json").stdout))
    assert told[0] == told[1] == told[2]
    assert sorted(change["kind"] for change in told[0]["changes"]) == ["fixed", "open"]


def test_diff_refuses_what_cannot_be_compared(audited: School, school: School) -> None:
    other = audited.result()
    other["campus"] = {"id": "other", "name": "别的学校"}
    school.write("other.json", json.dumps(other))
    school.write("future.json", json.dumps({**other, "schema_version": 99}))
    for name, message in (("other.json", "不是同一所学校"), ("future.json", "格式版本是 99"), ("none.json", "不存在")):
        refused = audited.run("diff", str(school.folder / name), str(audited.runs[-1]))
        assert refused.returncode == 2
        assert message in refused.stderr
    assert school.run("diff").returncode == 2, "no run at all"


def test_diff_with_a_single_run_says_what_is_missing(school: School) -> None:
    school.audit("aaa", "aaa")
    alone = school.run("diff")
    assert alone.returncode == 2
    assert "只有一次做完的审计" in alone.stderr


def test_a_switch_that_was_not_read_this_time_is_not_called_fixed(school: School) -> None:
    school.audit("none", "none", "--fail-on", "never")
    for kept in (school.folder / "dengbao-data" / "imports").iterdir():
        kept.unlink()
    second = school.run("audit", "--fail-on", "never")
    assert second.returncode == 3
    assert re.search(r"新出现 0  变成未测得 2  仍未整改 0  已整改 0", second.stdout), second.stdout


def test_the_report_of_a_run_has_the_changes(audited: School) -> None:
    page = (audited.runs[-1] / "report.html").read_text(encoding="utf-8")
    assert 'id="changes"' in page
    assert 'id="changes"' not in (audited.runs[0] / "report.html").read_text(encoding="utf-8")


def test_a_waiver_takes_a_finding_out_of_the_list_and_changes_no_verdict(school: School) -> None:
    assert school.audit("aaa", "none").returncode == 1
    before = school.result()
    school.waive_around(before)
    assert school.run("waivers", "check").stdout.rstrip().endswith("没有错误：1 条豁免。")
    listed = school.run("waivers", "list")
    assert "有效  old-switch" in listed.stdout
    assert "运行 dengbao judge" in listed.stdout
    judged = school.run("judge")
    assert "1 条有效，豁免了 1 个发现" in judged.stdout or "有效  old-switch" in judged.stdout
    after = school.result()
    assert before["fix_first"]
    assert after["fix_first"] == []
    assert [use["state"] for use in after["waivers"]] == ["in-force"]
    for part in ("findings", "assessments", "not_covered", "collections"):
        assert after[part] == before[part], part
    assert "运行 dengbao judge" not in school.run("waivers", "list").stdout
    [waived] = after["waivers"][0]["findings"]
    assert "已豁免（old-switch）：李校长" in school.run("explain", waived).stdout
    assert "已豁免" in (school.runs[-1] / "report.html").read_text(encoding="utf-8")
    assert school.run("audit").returncode == 0, "--fail-on leaves accepted findings out"


def test_an_expired_waiver_counts_as_not_there_and_is_shouted(school: School) -> None:
    school.waive()
    done = school.audit("aaa", "none")
    assert done.returncode == 1
    assert "已过期，按没有豁免处理  old-switch" in done.stdout
    assert school.result()["fix_first"]


def test_a_waiver_on_what_was_not_measured_waives_nothing(school: School) -> None:
    first = school.run("audit")
    assert first.returncode == 3
    year = int(school.result()["as_of"][:4])
    school.waive(f"{year - 1}-12-31", f"{year}-12-31", subject="user-interface vty 0 4")
    text = (school.folder / "waivers.yaml").read_text(encoding="utf-8")
    school.write("waivers.yaml", re.sub(r"    subject: .*\n", "", text))
    said = school.run("judge").stdout
    assert "范围里有 1 个这次没有测得：没看清的不能豁免" in school.run("waivers", "list").stdout, said
    [use] = school.result()["waivers"]
    assert (use["findings"], len(use["not_measured"])) == ([], 1)


def test_a_mistake_in_waivers_yaml_stops_before_anything_is_gathered(school: School) -> None:
    school.write("waivers.yaml", "waivers:\n  a: {check: vrp-line-autentication, asset: sw-core}\n")
    done = school.run("audit")
    assert done.returncode == 2
    assert "waivers.yaml:2" in done.stderr
    assert "缺少必填的键 until" in done.stderr
    assert not (school.folder / "dengbao-data" / "runs").exists()


def test_waivers_init_never_overwrites_and_its_file_is_right(school: School) -> None:
    assert school.run("waivers", "init").returncode == 0
    assert school.run("waivers", "check").returncode == 0
    again = school.run("waivers", "init")
    assert again.returncode == 2
    assert "已经存在" in again.stderr


def test_the_report_in_every_form(audited: School) -> None:
    junit = audited.run("report", "--format", "junit")
    assert junit.stdout.startswith('<?xml version="1.0"')
    assert junit.stdout.count("<failure") == 1
    sarif = json.loads(audited.run("report", "--format", "sarif").stdout)
    assert [r["kind"] for r in sarif["runs"][0]["results"]] == ["fail"]
    settled = json.loads(audited.run("report", "--format", "sarif", "--settled").stdout)
    assert sorted(r["kind"] for r in settled["runs"][0]["results"]) == ["fail", "pass"]
    assert audited.run("report", "--format", "json").stdout == (audited.runs[-1] / "run.json").read_text(
        encoding="utf-8"
    )
    written = audited.folder / "out.sarif"
    assert audited.run("report", "--format", "sarif", "-o", str(written)).returncode == 0
    assert json.loads(written.read_text(encoding="utf-8")) == sarif
    assert "先整改这些" in audited.run("report").stdout


def test_an_audit_leaves_junit_and_sarif_for_ci(school: School) -> None:
    done = school.audit("aaa", "none", "--junit", "a.xml", "--sarif", "a.sarif")
    assert done.returncode == 1
    assert "<failure" in (school.folder / "a.xml").read_text(encoding="utf-8")
    assert json.loads((school.folder / "a.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("rules", "code", "said"),
    [
        ("failures: {high: 0}", 1, "✗ 没有豁免的不符合（高）：1（最多 0）"),
        ("failures: {high: 1}", 0, "✓ 没有豁免的不符合（高）：1（最多 1）"),
        ("not_measured: 0", 0, "✓ 未测得的发现：0（最多 0）"),
        ("coverage: {percent: 100, assets: [sw-core]}", 0, "✓ 收集完整的资产：100%（至少 100%）"),
        ("coverage: {assets: [sw-lab]}", 1, "✗ sw-lab：没有收集完整"),
    ],
)
def test_the_gate_prints_each_rule_and_decides_the_exit_code(
    audited: School, school: School, rules, code, said
) -> None:
    file = school.write("thresholds.yaml", rules + "\n")
    done = audited.run("gate", "--thresholds", str(file))
    assert done.returncode == code, done.stderr
    assert said in done.stdout
    assert ("门槛守住了" in done.stdout) == (code == 0)
    told = json.loads(audited.run("gate", "--thresholds", str(file), "--format", "json").stdout)
    assert told["holds"] == (code == 0)


def test_no_new_failures_against_a_kept_run(audited: School, school: School) -> None:
    first, second = audited.runs
    school.write("kept.json", (second / "run.json").read_text(encoding="utf-8"))
    file = school.write("thresholds.yaml", "new_failures: {baseline: kept.json}\n")
    assert audited.run("gate", second.name, "--thresholds", str(file)).returncode == 0
    earlier = audited.run("gate", first.name, "--thresholds", str(file))
    assert earlier.returncode == 2, "the baseline is younger than the run"
    assert "先后反了" in earlier.stderr
    school.audit("aaa", "none")
    assert school.run("gate").returncode == 0
    worse = school.audit("none", "none", "--gate", "thresholds.yaml")
    assert worse.returncode == 1
    assert "✗ 和留底的审计相比新的不符合：1（最多 0）" in worse.stdout
    assert "user-interface con 0" in worse.stdout


def test_with_a_gate_the_gate_decides_unless_fail_on_is_given_too(school: School) -> None:
    school.write("thresholds.yaml", "failures: {high: 5}\n")
    assert school.audit("none", "none", "--gate", "thresholds.yaml").returncode == 0
    assert school.run("audit", "--gate", "thresholds.yaml", "--fail-on", "high").returncode == 1
    assert school.run("audit").returncode == 1


def test_a_gate_that_holds_over_an_unmeasured_asset_is_still_not_measured(school: School) -> None:
    school.write("thresholds.yaml", "failures: {total: 0}\n")
    done = school.run("audit", "--gate", "thresholds.yaml")
    assert done.returncode == 3
    assert "门槛守住了" in done.stdout
    assert "没有测全的资产：sw-core" in done.stdout
    school.write("thresholds.yaml", "failures: {total: 0}\ncoverage: {percent: 100}\n")
    both = school.run("audit", "--gate", "thresholds.yaml")
    assert both.returncode == 1
    assert "没有测全的资产：sw-core" in both.stdout


def test_a_gate_that_cannot_be_read_stops_before_anything_is_gathered(school: School) -> None:
    for text, message in (
        ("failures: {hihg: 0}\n", "是不是 high？"),
        ("new_failures: {baseline: none.json}\n", "不存在"),
    ):
        school.write("thresholds.yaml", text)
        done = school.run("audit", "--gate", "thresholds.yaml")
        assert done.returncode == 2
        assert message in done.stderr
    assert not (school.folder / "dengbao-data" / "runs").exists()


def test_the_example_gate_can_be_used_at_once(audited: School, school: School) -> None:
    file = school.write("thresholds.yaml", audited.run("gate", "--example").stdout)
    assert audited.run("gate", "--thresholds", str(file)).returncode == 1
    assert json.loads(audited.run("gate", "--schema").stdout)["title"] == "thresholds.yaml"
