"""`dengbao diff`: what changed from one run to another."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.commands.common import campus_option, fail, plainly

if TYPE_CHECKING:
    from checks.model.run import Run


@click.command(name="diff")
@click.argument("old", required=False)
@click.argument("new", required=False)
@campus_option
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="给人看，还是给程序读",
)
@plainly
def command(old: str | None, new: str | None, campus_path: Path, shape: str) -> None:
    """两次审计之间变了什么：新出现、已整改、仍未整改、变成未测得、重新测得、不再判定。

    OLD、NEW 是运行的目录、它的 run.json，或编号（如 20261124T013000Z）。都不写：最近做完的两次；只写 OLD：它和最近一次。

    没有测到的不算整改；检查内容、阈值或 campus.yaml 变过的会说明。

    \b
    例：dengbao diff
        dengbao diff 20260901T010000Z
        dengbao diff 旧/run.json 新/run.json --format json
    """
    from rich.console import Console

    from checks.compare.compare import NotComparableError, compare
    from reports.changes import print_comparison

    before, after = _runs(campus_path, old, new)
    try:
        comparison = compare(before, after)
    except NotComparableError as error:
        fail(str(error))
    if shape == "json":
        click.echo(json.dumps(comparison.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, indent=1))
    else:
        print_comparison(comparison, Console())


def _runs(campus_path: Path, old: str | None, new: str | None) -> "tuple[Run, Run]":
    from audit.commands.reading import finished_runs, read_named

    if old is not None and new is not None:
        return read_named(campus_path, old), read_named(campus_path, new)
    finished = finished_runs(campus_path)
    if old is not None:
        return read_named(campus_path, old), read_named(campus_path, str(finished[-1].path))
    if len(finished) < 2:
        fail("只有一次做完的审计，没有可比的；再运行一次 dengbao audit，或写出两次的目录。")
    return read_named(campus_path, str(finished[-2].path)), read_named(campus_path, str(finished[-1].path))
