"""`dengbao report`: the run in another form, from run.json."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from audit.commands.common import campus_option, plainly, run_option

if TYPE_CHECKING:
    from checks.model.comparison import Comparison
    from checks.model.run import Run

Lang = Literal["zh", "en"]
Format = Literal["html", "junit", "sarif", "json"]


@click.command(name="report")
@campus_option
@run_option
@click.option(
    "--format", "form", type=click.Choice(["html", "junit", "sarif", "json"]), default="html", show_default=True,
    help="html 网页；junit、sarif 供 CI；json 就是 run.json",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="写到哪个文件；默认：html 只打印摘要，其他的打印到屏幕"
)  # fmt: skip
@click.option(
    "--plan", "plan_path", type=click.Path(path_type=Path, file_okay=False), help="整改清单和 fix/ 脚本写到哪个目录"
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="报告框架的语言")
@click.option("--settled", is_flag=True, help="sarif 里也写符合和不适用的结果（有些平台会把它们当成问题）")
@plainly
def command(
    campus_path: Path,
    run_path: Path | None,
    form: Format,
    output: Path | None,
    plan_path: Path | None,
    lang: Lang,
    settled: bool,
) -> None:
    """由 run.json 生成报告，不联网、不重新判定。

    \b
    例：dengbao report -o report.html
        dengbao report --plan 整改
        dengbao report --format junit -o dengbao.xml
        dengbao report --format sarif -o dengbao.sarif
    """
    from rich.console import Console

    from audit.commands.reading import run_file
    from audit.finished import read_run_file, since_last
    from audit.store import write_private
    from reports.terminal import print_summary

    file = run_file(campus_path, run_path)
    run = read_run_file(file)
    comparison, _ = since_last(run, file.resolve().parent)
    if form == "html":
        print_summary(run, Console(), lang, comparison)
    if output is not None:
        write_private(output, _rendered(form, run, comparison, lang, settled=settled))
        click.echo(f"报告：{output}")
    elif form != "html":
        click.echo(_rendered(form, run, comparison, lang, settled=settled), nl=False)
    if plan_path is not None:
        _write_plan(plan_path, run, lang)


def _write_plan(folder: Path, run: "Run", lang: Lang) -> None:
    from audit.content import read_baselines
    from audit.remedies import with_installed_fixes, write_remedies

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_remedies(folder, with_installed_fixes(run, read_baselines().content), lang)
    click.echo(f"整改清单：{folder / 'plan.html'}")


def _rendered(form: Format, run: "Run", comparison: "Comparison | None", lang: Lang, *, settled: bool) -> str:
    if form == "junit":
        from reports.junit import render_junit

        return render_junit(run, lang)
    if form == "sarif":
        from reports.sarif import render_sarif

        return render_sarif(run, lang, settled=settled)
    if form == "json":
        from reports.runjson import dump_run

        return dump_run(run)
    from reports.html import render_html

    return render_html(run, lang, comparison=comparison)
