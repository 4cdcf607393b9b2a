"""`dengbao campus`: check campus.yaml, print its JSON Schema."""

import json
from pathlib import Path

import click

from audit.commands.common import campus_option, plainly


@click.group(name="campus")
def command() -> None:
    """检查 campus.yaml，打印它的 JSON Schema。"""


@command.command()
@campus_option
@plainly
def check(campus_path: Path) -> None:
    """检查 campus.yaml：错误给出行号和改法。"""
    from audit.campus.view import assets, systems
    from audit.content import read_baselines
    from audit.workspace import read_campus

    campus = read_campus(campus_path, read_baselines().content)
    declared = [a for a in assets(campus) if a.origin == "declared"]
    click.echo(
        f"{campus_path} 没有错误：{len(declared)} 个资产，{len(campus.zones)} 个区域，{len(campus.systems)} 个定级对象。"
    )
    for system in systems(campus):
        note = "（只写了一个等级，按 S、A 相同处理，请与备案证明核对）" if system.levels_assumed else ""
        click.echo(f"  {system.name}：{system.grade}{note}")


@command.command()
def schema() -> None:
    """打印 campus.yaml 的 JSON Schema（供编辑器使用）。"""
    from audit.campus.schema import campus_schema

    click.echo(json.dumps(campus_schema(), ensure_ascii=False, indent=2))
