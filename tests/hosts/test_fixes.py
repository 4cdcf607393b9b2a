"""Every fix script that has a planted defect turns it into a pass, makes nothing worse, leaves the login working, and goes back.

`make test-fixes` tries all of them (CHECKS="…" only these), a host each, and records what passed. The whole test run tries
all of them together on one host, and a host each only for scripts whose proof no longer holds.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from audit.assemble import check_info
from audit.content import BASELINES, read_baselines
from checks.model.clock import day
from lab.nspawn import Host, Lab
from tests.hosts.fixing import (
    FAMILY,
    HOSTS_AT_ONCE,
    RANK,
    STATE,
    Trial,
    Verdicts,
    auditor,
    fixes,
    fixing_school,
    host_verdicts,
    record,
    run_script,
    try_all,
)
from tests.hosts.hosted import key_pair
from tests.run.wholerun import Done, Outcome

pytestmark = [
    pytest.mark.fixes,
    pytest.mark.root,
    pytest.mark.network,
    pytest.mark.usefixtures("throwaway_hosts"),
    pytest.mark.timeout(3600),
]

RECORD = os.environ.get("DENGBAO_FIXES_RECORD") == "yes"
WANTED = os.environ.get("DENGBAO_FIXES", "").split()
BASE = read_baselines()
ALL = {name: fixed for name, fixed in fixes(BASE).items() if fixed.defect.exists()}
UNPROVEN = [c.id for p, c in BASE.content.checks() if c.id in ALL and not check_info(p, c).proof_for(FAMILY)]
ALONE = {name: ALL[name] for name in WANTED or (ALL if RECORD else UNPROVEN[:HOSTS_AT_ONCE]) if name in ALL}
PASSED: dict[str, Trial] = {}


@pytest.fixture(scope="module")
def trials(throwaway_hosts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Trial]]:
    yield {trial.fixed.check: trial for trial in try_all(list(ALONE.values()), tmp_path_factory.mktemp("fixes"))}
    if RECORD:
        record(PASSED, BASELINES, str(day(datetime.now(UTC))))


def test_what_is_asked_for_has_a_script_and_a_defect() -> None:
    assert sorted(set(WANTED) - set(ALONE)) == [], "没有这个检查、没有脚本，或者没有 lab/defects/<检查>.sh"


@pytest.mark.parametrize("check", ALONE)
def test_a_fix_puts_right_what_was_planted_and_goes_back(trials: Mapping[str, Trial], check: str) -> None:
    trial = trials[check]
    assert trial.causes == [], "审计没有看全"
    assert trial.script, f"审计没有写出脚本：{trial.own(0)}"
    for stage in ("plant", "apply", "undo"):
        done = trial.said[stage]
        assert done.returncode == 0, f"{stage}：{done.stdout}{done.stderr}"
    assert {"fail", "partial"} & set(trial.own(0).values()), f"种下的毛病没有被查出来：{trial.own(0)}"
    after = set(trial.own(1).values())
    assert after, "整改后这个检查没有结论"
    assert after <= {"pass", "not-applicable"}, f"整改后：{trial.own(1)}\n{trial.said['apply'].stdout}"
    assert trial.worse() == []
    assert trial.states[1].splitlines() == trial.states[0].splitlines(), "撤销后没有恢复原样"
    assert trial.verdicts[2] == trial.verdicts[0]
    PASSED[check] = trial


@dataclass(frozen=True)
class Together:
    """One host with every defect, and what came of applying all its scripts in order and undoing them in reverse."""

    applied: Mapping[str, Done]
    undone: Mapping[str, Done]
    verdicts: tuple[Verdicts, Verdicts]
    states: tuple[str, str, str]
    """Planted, fixed, undone."""


@pytest.fixture(scope="module")
def together(throwaway_hosts: None, tmp_path_factory: pytest.TempPathFactory) -> Together:
    if WANTED:
        pytest.skip("CHECKS 只试几个脚本")
    folder = tmp_path_factory.mktemp("together")
    host = Host("fix-all", "10.99.0.10", logins=(auditor(key_pair(folder / "id_ed25519")),))
    with Lab([host]) as lab:
        lab.wait_ssh()
        for fixed in ALL.values():
            lab.run_inside(host.name, fixed.defect.read_text("utf-8"), timeout=60)
        made = fixing_school(lab, folder)

        def audited() -> Outcome:
            done = made.dengbao("audit", "--fail-on", "never")
            assert done.returncode == 0, done.stdout + done.stderr
            return made.last()

        def state() -> str:
            return lab.run_inside(host.name, STATE, timeout=60).stdout

        first, planted = audited(), state()
        scripts = {path.name[3:-3]: path for path in sorted((first.folder / "fix" / host.name).glob("*.sh"))}
        applied = {
            name: run_script(lab, host, folder, path.read_text("utf-8"), "apply") for name, path in scripts.items()
        }
        second, fixed_state = audited(), state()
        undone = {
            name: run_script(lab, host, folder, scripts[name].read_text("utf-8"), "undo")
            for name in reversed(scripts)
            if applied[name].returncode == 0
        }
        verdicts = (host_verdicts(first, host.name), host_verdicts(second, host.name))
        return Together(applied, undone, verdicts, (planted, fixed_state, state()))


def test_all_scripts_of_one_host_work_one_after_the_other(together: Together) -> None:
    done = {name for name, ran in together.applied.items() if ran.returncode == 0}
    assert len(done) > len(ALL) / 2, {name: ran.stderr for name, ran in together.applied.items() if ran.returncode}
    before, after = together.verdicts
    failed = {key for key, verdict in before.items() if key[0] in done and verdict in ("fail", "partial")}
    assert {key: after[key] for key in failed & set(after) if after[key] not in ("pass", "not-applicable")} == {}


def test_all_scripts_of_one_host_make_nothing_worse(together: Together) -> None:
    """A subject that a script brought back (a login record that was missing) is judged for the first time: each script's
    own trial looks at those."""
    before, after = together.verdicts
    assert {key: v for key, v in after.items() if key in before and RANK[v] > RANK[before[key]]} == {}


def test_undone_in_reverse_the_host_is_as_it_was(together: Together) -> None:
    assert {name: ran.stderr for name, ran in together.undone.items() if ran.returncode} == {}
    assert together.states[1] != together.states[0]
    assert together.states[2].splitlines() == together.states[0].splitlines()
