"""`dengbao audit`: gather, judge, assess, report."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.commands.common import FAIL_ON, campus_option, fail, plainly

if TYPE_CHECKING:
    from audit.gate.load import Gate
    from checks.model.run import Run


@click.command(name="audit")
@campus_option
@click.option("--asset", "only", multiple=True, help="只收集这些资产（可重复），其余记为没有收集")
@click.option("--resume", is_flag=True, help="接着做上一次中断的审计，已收集的不再重来")
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default=None,
    help="有这个严重程度及以上、没有豁免的不符合时退出码为 1；never 不因发现而失败。默认 high，有 --gate 时默认 never",
)
@click.option(
    "--gate",
    "gate_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="门槛文件 thresholds.yaml：破了任何一条时退出码为 1",
)
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="另写一份 JUnit XML（供 CI）")
@click.option("--sarif", type=click.Path(path_type=Path, dir_okay=False), help="另写一份 SARIF 2.1.0（供 CI）")
@plainly
def command(
    campus_path: Path,
    only: tuple[str, ...],
    resume: bool,
    fail_on: str | None,
    gate_path: Path | None,
    junit: Path | None,
    sarif: Path | None,
) -> None:
    """按 campus.yaml 收集、判定、评估，生成报告。

    \b
    退出码：0 没有达到 --fail-on 的发现（豁免有效的不算），门槛守住；1 有，或门槛破了；
    2 用法或配置有错；3 有资产没有测到（与 1 同时出现时为 1）。

    \b
    例：dengbao audit
        dengbao audit --asset web-01 --fail-on never
        dengbao audit --resume
        dengbao audit --gate thresholds.yaml --junit dengbao.xml --sarif dengbao.sarif
    """
    from audit.commands.progress import progress_of
    from audit.content import read_baselines
    from audit.gate.load import load_gate
    from audit.gather.outcome import now
    from audit.people import what_people_wrote
    from audit.plan import make_plan
    from audit.run import Audit, campus_digest
    from audit.store import new_run_folder, unfinished_run
    from audit.workspace import open_workspace, read_campus

    baselines = read_baselines()
    campus = read_campus(campus_path, baselines.content)
    space = open_workspace(campus_path, campus)
    unknown = sorted(set(only) - set(campus.assets))
    if unknown:
        fail(f"campus.yaml 里没有资产 {'、'.join(unknown)}；检查 --asset。")
    # A mistake in what people wrote is told before anything is sent, not after.
    what_people_wrote(campus, space, baselines.content)
    gate = load_gate(gate_path, campus.campus.id) if gate_path is not None else None
    digest = campus_digest(campus)
    if resume:
        folder = unfinished_run(space.runs, digest, baselines.digest)
    else:
        folder = new_run_folder(space.runs, now(), digest, baselines.digest)
    plan = make_plan(campus, baselines.content, folder.start.as_of, only)
    audit = Audit(campus, space, baselines, folder, plan)
    try:
        with progress_of(plan) as progress:
            audit.gather(progress)
    except KeyboardInterrupt:
        kept = sum(1 for _ in folder.collections())
        fail(f"中断了：已收集 {kept} 个资产，都保存在 {folder.path}。用 dengbao audit --resume 接着做。", code=130)
    from rich.console import Console

    from audit.conclude import conclude
    from reports.terminal import print_summary

    done = conclude(campus, space, baselines, folder)
    print_summary(done.run, Console(), comparison=done.comparison)
    if done.trouble:
        click.echo(done.trouble)
    _write_for_ci(done.run, junit, sarif)
    click.echo(f"报告：{folder.report_file}")
    click.echo(f"整改清单：{folder.plan_file}（脚本在同目录的 fix/）")
    sys.exit(_exit_code(done.run, gate, fail_on))


def _exit_code(run: "Run", gate: "Gate | None", fail_on: str | None) -> int:
    from rich.console import Console

    from audit.commands.outcome import exit_code, failing, hold_against
    from reports.gate import print_gate

    broken = failing(run, fail_on or ("high" if gate is None else "never"))
    if gate is not None:
        result = hold_against(gate, run)
        print_gate(result, run, Console())
        broken = broken or not result.holds
    return exit_code(run, broken=broken)


def _write_for_ci(run: "Run", junit: Path | None, sarif: Path | None) -> None:
    from audit.store import write_private
    from reports.junit import render_junit
    from reports.sarif import render_sarif

    for path, render in ((junit, render_junit), (sarif, render_sarif)):
        if path is not None:
            write_private(path, render(run))
            click.echo(f"供 CI 的结果：{path}")
