"""`dengbao waivers`: accepted findings: start the file, check it, see what it covers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.commands.common import campus_option, fail, plainly, run_option

if TYPE_CHECKING:
    from checks.model.waiver import Waiver


@click.group(name="waivers")
def command() -> None:
    """豁免：批准暂时接受的不符合，写在 campus.yaml 旁边的 waivers.yaml 里。

    豁免不改变结论和符合率，只让「先整改这些」、整改清单和 CI 门槛不再算它；到期自动失效。

    \b
    例：dengbao waivers init      写出带注释的 waivers.yaml
        dengbao waivers check     检查写得对不对
        dengbao waivers list      看每一条覆盖了哪些发现
    """


def _path(campus_path: Path) -> Path:
    return campus_path.resolve().parent / "waivers.yaml"


def _waivers(campus_path: Path) -> "tuple[Waiver, ...]":
    from audit.content import read_baselines
    from audit.waivers.load import Referable, load_waivers
    from audit.workspace import read_campus

    content = read_baselines().content
    return load_waivers(_path(campus_path), Referable.of(read_campus(campus_path, content), content))


@command.command()
@campus_option
@plainly
def init(campus_path: Path) -> None:
    """在 campus.yaml 旁边写一份带注释的 waivers.yaml；已有的文件不会被覆盖。"""
    from audit.waivers.schema import waivers_starter

    path = _path(campus_path)
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(waivers_starter())
    except FileExistsError:
        fail(f"{path} 已经存在，没有改动；要重新生成，先把它移走。")
    click.echo(f"写好了 {path}。照着注释填写，然后运行 dengbao waivers check。")


@command.command()
@campus_option
@plainly
def check(campus_path: Path) -> None:
    """检查 waivers.yaml：错误给出行号和改法。"""
    click.echo(f"{_path(campus_path)} 没有错误：{len(_waivers(campus_path))} 条豁免。")


@command.command(name="list")
@campus_option
@run_option
@plainly
def list_(campus_path: Path, run_path: Path | None) -> None:
    """列出每一条豁免在一次审计的那天是否有效，覆盖了哪些发现；有没有效以那次审计的日期为准。

    \b
    例：dengbao waivers list
    """
    from rich.console import Console

    from audit.commands.reading import read_run
    from checks.assess.waivers import waivers_in_use
    from reports.waivers import print_waivers

    run = read_run(campus_path, run_path)
    uses = waivers_in_use(_waivers(campus_path), run.findings, run.as_of)
    print_waivers(run.model_copy(update={"waivers": uses}), Console())
    if uses != run.waivers:
        click.echo("waivers.yaml 在这次审计之后改过；运行 dengbao judge，报告才会跟着变。")


@command.command()
def schema() -> None:
    """打印 waivers.yaml 的 JSON Schema（供编辑器使用）。"""
    from audit.waivers.schema import waivers_schema

    click.echo(json.dumps(waivers_schema(), ensure_ascii=False, indent=2))
