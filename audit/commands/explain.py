"""`dengbao explain`: fact → line → matcher → verdict of one finding."""

from pathlib import Path

import click

from audit.commands.common import campus_option, fail, plainly, run_option


@click.command(name="explain")
@click.argument("finding")
@campus_option
@run_option
@plainly
def command(finding: str, campus_path: Path, run_path: Path | None) -> None:
    """说明一个发现（F-…，可以只写开头几位）是怎么判出来的。

    \b
    例：dengbao explain F-3a9c
    """
    from reports.explain import print_explain
    from rich.console import Console

    from audit.commands.reading import read_run

    run = read_run(campus_path, run_path)
    wanted = finding if finding.startswith("F-") else f"F-{finding}"
    matching = [f.id for f in run.findings if f.id.startswith(wanted)]
    if not matching:
        fail(f"这次审计（{run.id}）里没有发现 {wanted}；在报告里复制它的编号。")
    if len(matching) > 1:
        fail(f"{wanted} 对上了 {len(matching)} 个发现，多写几位：{'、'.join(matching[:5])}")
    print_explain(run, matching[0], Console())
