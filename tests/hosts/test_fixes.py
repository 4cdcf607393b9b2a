"""Every fix script that has a planted defect turns it into a pass, makes nothing worse, leaves the login working, and goes back.

`make test-fixes CHECKS="…"` tries only these and records what passed.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.content import BASELINES, read_baselines
from lab.nspawn import Host, Lab
from tests.hosts.fixing import STATE, Trial, auditor, fixes, fixing_school, record, run_script, try_all
from tests.hosts.hosted import key_pair

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.usefixtures("throwaway_hosts")]

WANTED = os.environ.get("DENGBAO_FIXES", "").split()
FIXES = {
    name: fixed
    for name, fixed in fixes(read_baselines()).items()
    if fixed.defect.exists() and name in (WANTED or [name])
}
PASSED: dict[str, Trial] = {}


@pytest.fixture(scope="module")
def trials(throwaway_hosts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Trial]]:
    yield {trial.fixed.check: trial for trial in try_all(list(FIXES.values()), tmp_path_factory.mktemp("fixes"))}
    if os.environ.get("DENGBAO_FIXES_RECORD") == "yes":
        record(PASSED, BASELINES, str((datetime.now(UTC) + timedelta(hours=8)).date()))


def test_what_is_asked_for_has_a_script_and_a_defect() -> None:
    assert sorted(set(WANTED) - set(FIXES)) == [], "没有这个检查、没有脚本，或者没有 lab/defects/<检查>.sh"


@pytest.mark.parametrize("check", FIXES)
def test_a_fix_puts_right_what_was_planted_and_goes_back(trials: Mapping[str, Trial], check: str) -> None:
    trial = trials[check]
    assert trial.causes == [], "审计没有看全"
    assert trial.script, f"审计没有写出脚本：{trial.own(0)}"
    for stage in ("plant", "apply", "undo"):
        done = trial.said[stage]
        assert done.returncode == 0, f"{stage}：{done.stdout}{done.stderr}"
    assert {"fail", "partial"} & set(trial.own(0).values()), f"种下的毛病没有被查出来：{trial.own(0)}"
    assert set(trial.own(1).values()) <= {"pass", "not-applicable"}, (
        f"整改后：{trial.own(1)}\n{trial.said['apply'].stdout}"
    )
    assert trial.own(1) != {}
    assert trial.worse() == []
    assert trial.states[1].splitlines() == trial.states[0].splitlines(), "撤销后没有恢复原样"
    assert trial.verdicts[2] == trial.verdicts[0]
    PASSED[check] = trial


@pytest.mark.skipif(bool(WANTED), reason="CHECKS 只试几个脚本")
def test_all_scripts_of_one_host_one_after_the_other_and_back(throwaway_hosts: None, tmp_path: Path) -> None:
    host = Host("fix-all", "10.99.0.10", logins=(auditor(key_pair(tmp_path / "id_ed25519")),))
    planted = ("linux-ssh-root-login", "linux-password-age", "linux-stale-accounts", "linux-needless-services")
    with Lab([host]) as lab:
        lab.wait_ssh()
        for check in planted:
            assert lab.run_inside("fix-all", FIXES[check].defect.read_text("utf-8"), timeout=60).returncode == 0
        made = fixing_school(lab, tmp_path)
        assert made.dengbao("audit", "--fail-on", "never").returncode == 0
        before = lab.run_inside("fix-all", STATE, timeout=60).stdout
        scripts = [path.read_text("utf-8") for path in sorted((made.last().folder / "fix" / "fix-all").glob("*.sh"))]
        done = [script for script in scripts if run_script(lab, host, tmp_path, script, "apply").returncode == 0]
        assert len(done) > len(planted) + 4
        assert lab.run_inside("fix-all", STATE, timeout=60).stdout != before
        for script in reversed(done):
            undone = run_script(lab, host, tmp_path, script, "undo")
            assert undone.returncode == 0, undone.stdout + undone.stderr
        assert lab.run_inside("fix-all", STATE, timeout=60).stdout.splitlines() == before.splitlines()
