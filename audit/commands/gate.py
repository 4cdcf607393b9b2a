"""`dengbao gate`: hold a finished run against thresholds.yaml."""

import json
import sys
from pathlib import Path

import click

from audit.commands.common import campus_option, plainly


@click.command(name="gate")
@click.argument("run", required=False)
@campus_option
@click.option(
    "--thresholds", type=click.Path(path_type=Path, dir_okay=False), default=Path("thresholds.yaml"), show_default=True,
    help="门槛文件",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="给人看，还是给程序读"
)  # fmt: skip
@click.option("--example", is_flag=True, help="只打印一份带注释的 thresholds.yaml")
@click.option("--schema", is_flag=True, help="只打印 thresholds.yaml 的 JSON Schema（供编辑器使用）")
@plainly
def command(run: str | None, campus_path: Path, thresholds: Path, form: str, example: bool, schema: bool) -> None:
    """用 thresholds.yaml 里的门槛衡量一次做完的审计：每条规则的实测、允许和是否守住。

    RUN 是运行的目录、它的 run.json，或编号；不写就是最近做完的一次。

    \b
    退出码：0 全部守住；1 有破的；2 用法或配置有错；3 守住了，但有资产没有测全。

    \b
    例：dengbao gate --example > thresholds.yaml
        dengbao gate
        dengbao gate 20260901T010000Z --thresholds ci/thresholds.yaml
    """
    from audit.gate.schema import thresholds_example, thresholds_schema

    if example or schema:
        click.echo(thresholds_example() if example else json.dumps(thresholds_schema(), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from audit.commands.outcome import exit_code, hold_against
    from audit.commands.reading import read_named, read_run
    from audit.gate.load import load_gate
    from reports.gate import print_gate

    known = read_run(campus_path, None) if run is None else read_named(campus_path, run)
    result = hold_against(load_gate(thresholds, known.campus.id), known)
    if form == "json":
        click.echo(json.dumps({**result.model_dump(mode="json"), "holds": result.holds}, ensure_ascii=False, indent=1))
    else:
        print_gate(result, known, Console())
    sys.exit(exit_code(known, broken=not result.holds))
