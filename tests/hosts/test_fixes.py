"""Every fix script that has a planted defect turns it into a pass, makes nothing worse, leaves the login working, and goes back.

`make test-fixes CHECKS="…"` tries only these and records what passed.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from audit.content import BASELINES, read_baselines
from tests.hosts.fixing import Trial, fixes, record, try_all

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
