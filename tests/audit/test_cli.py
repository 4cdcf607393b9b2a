"""The command line as an officer meets it: help, starter, plan, an audit of this machine, mistakes in plain words."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from audit.cli import COMMANDS, main


def run(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "audit.cli", *args],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.fixture(autouse=True)
def _project_on_path(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))


@pytest.fixture(scope="module")
def audited(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One audit of this machine from the starter file."""
    folder = tmp_path_factory.mktemp("school")
    environment = {
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(folder),
    }
    for args in (["init", "--name", "青禾中学"], ["audit", "--fail-on", "never"]):
        done = subprocess.run(
            [sys.executable, "-m", "audit.cli", *args],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            env=environment,
            check=False,
        )
        assert done.returncode in (0, 3), done.stderr
    return folder, done


def test_every_command_explains_itself_with_an_example():
    runner = CliRunner()
    for name in COMMANDS:
        result = runner.invoke(main, [name, "--help"])
        assert result.exit_code == 0, result.output
        assert any("\u4e00" <= letter <= "\u9fff" for letter in result.output), name


def test_help_imports_nothing_heavy():
    script = (
        "import sys; from click.testing import CliRunner; from audit.cli import main; CliRunner().invoke(main, ['--help']);"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'paramiko','scapy','pydantic','jinja2','rich','yaml','re2','nmap'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_init_never_overwrites(tmp_path):
    assert run("init", cwd=tmp_path).returncode == 0
    (tmp_path / "campus.yaml").write_text("我的")
    again = run("init", cwd=tmp_path)
    assert again.returncode == 2
    assert "已经存在" in again.stderr
    assert (tmp_path / "campus.yaml").read_text() == "我的"


def test_an_audit_of_this_machine_ends_with_what_to_fix_and_where_the_report_is(audited):
    folder, done = audited
    [run_folder] = (folder / "dengbao-data" / "runs").iterdir()
    assert f"报告：{run_folder / 'report.html'}" in done.stdout
    assert "自查估算，不是等级测评" in done.stdout
    data = json.loads((run_folder / "run.json").read_text())
    assert data["schema_version"] == 1
    assert len(data["assessments"][0]["items"]) == 135
    for path in (run_folder, *run_folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_judging_again_gives_the_same_bytes(audited):
    folder, _ = audited
    [file] = (folder / "dengbao-data" / "runs").glob("*/run.json")
    before = file.read_bytes()
    assert run("judge", cwd=folder).returncode == 0
    assert file.read_bytes() == before


def test_every_finding_can_be_explained(audited):
    folder, _ = audited
    [file] = (folder / "dengbao-data" / "runs").glob("*/run.json")
    finding = next(f for f in json.loads(file.read_text())["findings"] if f["check"] == "linux-no-plaintext-login")
    said = run("explain", finding["id"][:12], cwd=folder)
    assert said.returncode == 0, said.stderr
    assert "listeners" in said.stdout
    wrong = run("explain", "F-0000000000000000", cwd=folder)
    assert wrong.returncode == 2
    assert "F-0000000000000000" in wrong.stdout


def test_answers_close_what_people_answer(audited, tmp_path):
    folder, _ = audited
    asked = run("questions", cwd=folder).stdout
    assert "attestations:" in asked
    assert "机房管理员" in asked
    (folder / "answers.yaml").write_text(
        "attestations:\n"
        "  - {aspect: pes.fire.detection-and-extinguishing/answer, asset: room, answer: yes, by: 王老师, on: 2026-03-01}\n"
        "  - {aspect: pes.lightning.grounding/answer, asset: room, answer: yes, by: 王老师, on: 2026-03-01}\n"
    )
    assert run("judge", cwd=folder).returncode == 0
    [file] = (folder / "dengbao-data" / "runs").glob("*/run.json")
    items = {i["topic"]: i for i in json.loads(file.read_text())["assessments"][0]["items"]}
    assert items["pes.lightning.grounding"]["verdict"] == "pass"
    (folder / "answers.yaml").write_text(
        "attestations:\n  - {aspect: x, asset: room, answer: maybe, by: a, on: 2026-03-01}\n"
    )
    wrong = run("judge", cwd=folder)
    assert wrong.returncode == 2
    assert "answers.yaml:2" in wrong.stderr
    (folder / "answers.yaml").write_text("[" * 200_000)
    deep = run("judge", cwd=folder)
    assert deep.returncode == 2
    assert "嵌套过深" in deep.stderr
    (folder / "answers.yaml").unlink()


def test_a_mistake_in_campus_yaml_is_said_with_its_line(tmp_path):
    (tmp_path / "campus.yaml").write_text("campus: {id: s, name: 学校}\nasets: {}\n")
    done = run("audit", cwd=tmp_path)
    assert done.returncode == 2
    assert "campus.yaml:2" in done.stderr
    assert "是不是 assets" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_authorisation_nothing_but_this_machine_is_touched(tmp_path):
    (tmp_path / "campus.yaml").write_text(
        "campus: {id: s, name: 学校}\nzones: {servers: {cidr: 10.20.10.0/24}}\n"
        "assets: {web-01: {class: server, zone: servers, address: 10.20.10.11, access: ssh}}\n"
        "logins: {audit: {user: audit, key: 'file:/nonexistent'}}\n"
    )
    planned = run("plan", cwd=tmp_path)
    assert "不碰" in planned.stdout, planned.stderr
    done = run("audit", "--fail-on", "never", cwd=tmp_path)
    assert done.returncode == 3
    assert "没有授权" in done.stdout
    assert next((tmp_path / "dengbao-data/runs").glob("*/operations.jsonl")).read_text() == ""


def test_the_sudo_rule_allows_one_file_by_its_digest(tmp_path):
    import hashlib

    assert run("init", cwd=tmp_path).returncode == 0
    helper = run("plan", "--sudoers", "--helper", cwd=tmp_path).stdout
    rule = run("plan", "--sudoers", cwd=tmp_path).stdout
    assert f"NOPASSWD: sha256:{hashlib.sha256(helper.encode()).hexdigest()} /usr/local/sbin/dengbao-facts" in rule


def test_exit_codes_tell_findings_from_mistakes(audited, tmp_path):
    folder, _ = audited
    [file] = (folder / "dengbao-data" / "runs").glob("*/run.json")
    findings = json.loads(file.read_text())["findings"]
    worst = any(f["verdict"] in ("fail", "partial") for f in findings)
    assert run("audit", "--fail-on", "low", "-c", str(folder / "campus.yaml"), cwd=tmp_path).returncode == (
        1 if worst else 0
    )
    assert run("audit", "--fail-on", "terrible", cwd=tmp_path).returncode == 2
    assert run("audit", "--asset", "nobody", "-c", str(folder / "campus.yaml"), cwd=tmp_path).returncode == 2


DEVICE = """\
campus: {id: s, name: 青禾中学}
assets: {sw-core: {class: network-device, platform: huawei-vrp, access: import}}
"""
CONFIG = "#\nsysname SW-CORE\n#\ntelnet server enable\n#\nuser-interface vty 0 4\n authentication-mode aaa\n#\nreturn\n"


def _old(file: Path, days: int) -> None:
    then = time.time() - days * 86_400
    os.utime(file, (then, then))


def test_a_configuration_saved_two_years_ago_cannot_be_handed_in(tmp_path):
    (tmp_path / "campus.yaml").write_text(DEVICE)
    (tmp_path / "sw.cfg").write_text(CONFIG)
    _old(tmp_path / "sw.cfg", 730)
    done = run("import", "--asset", "sw-core", "sw.cfg", cwd=tmp_path)
    assert done.returncode == 2
    assert "超过 90 天，太旧" in done.stderr
    assert not (tmp_path / "dengbao-data" / "imports").exists()


def test_an_import_that_has_grown_old_judges_nothing_and_is_said_to_be_not_covered(tmp_path):
    (tmp_path / "campus.yaml").write_text(DEVICE)
    (tmp_path / "sw.cfg").write_text(CONFIG)
    _old(tmp_path / "sw.cfg", 60)
    assert run("import", "--asset", "sw-core", "sw.cfg", cwd=tmp_path).returncode == 0
    fresh = run("audit", "--fail-on", "never", cwd=tmp_path)
    assert fresh.returncode == 0, fresh.stdout + fresh.stderr
    (tmp_path / "campus.yaml").write_text(DEVICE + "parameters: {import_max_days: 30}\n")
    stale = run("audit", "--fail-on", "never", cwd=tmp_path)
    assert stale.returncode == 3
    newer, older = (json.loads(file.read_text()) for file in sorted(tmp_path.rglob("run.json"))[::-1])
    verdicts = [{f["verdict"] for f in each["findings"] if f["asset"] == "sw-core"} for each in (older, newer)]
    assert "unknown" not in verdicts[0]
    assert verdicts[1] == {"unknown"}
    [gap] = [gap for gap in newer["not_covered"] if gap["asset"] == "sw-core"]
    assert "超过 30 天" in gap["cause"]
