"""`dengbao judge`: judge again what was gathered: after answers, a tightened threshold or new content. No network."""

from pathlib import Path

import click

from audit.commands.common import campus_option, plainly, run_option


@click.command(name="judge")
@campus_option
@run_option
@plainly
def command(campus_path: Path, run_path: Path | None) -> None:
    """用已收集的事实重新判定、评估并生成报告：填了 answers.yaml 或收紧了阈值之后用；不联网。

    \b
    例：dengbao judge
    """
    from rich.console import Console

    from audit.conclude import conclude
    from audit.content import read_baselines
    from audit.workspace import open_workspace, read_campus
    from reports.terminal import print_summary

    baselines = read_baselines()
    campus = read_campus(campus_path, baselines.content)
    space = open_workspace(campus_path, campus)
    folder = space.run(run_path)
    done = conclude(campus, space, baselines, folder)
    print_summary(done.run, Console(), comparison=done.comparison)
    if done.trouble:
        click.echo(done.trouble)
    click.echo(f"报告：{folder.report_file}")
    click.echo(f"整改清单：{folder.plan_file}（脚本在同目录的 fix/）")
