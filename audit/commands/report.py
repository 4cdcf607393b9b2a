"""`dengbao report`: make the report again from run.json."""

from pathlib import Path
from typing import Literal

import click

from audit.commands.common import campus_option, plainly, run_option


@click.command(name="report")
@campus_option
@run_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="写到哪个文件；默认不写，只打印摘要"
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="报告框架的语言")
@plainly
def command(campus_path: Path, run_path: Path | None, output: Path | None, lang: Literal["zh", "en"]) -> None:
    """由 run.json 重新生成报告，不联网、不重新判定。

    \b
    例：dengbao report -o report.html
    """
    from rich.console import Console

    from audit.commands.reading import run_file
    from audit.finished import read_run_file, since_last
    from audit.store import write_private
    from reports.html import render_html
    from reports.terminal import print_summary

    file = run_file(campus_path, run_path)
    run = read_run_file(file)
    comparison, _ = since_last(run, file.resolve().parent)
    print_summary(run, Console(), lang, comparison)
    if output is not None:
        write_private(output, render_html(run, lang, comparison=comparison))
        click.echo(f"报告：{output}")
