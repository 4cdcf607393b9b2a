"""`dengbao explain`: fact → line → matcher → verdict of one finding."""

import sys
from pathlib import Path

import click

from audit.commands.common import EXIT_USAGE, campus_option, plainly, run_option


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
    from rich.console import Console

    from audit.commands.reading import read_run
    from reports.explain import print_explain

    wanted = finding if finding.startswith("F-") else f"F-{finding}"
    if not print_explain(read_run(campus_path, run_path), wanted, Console()):
        sys.exit(EXIT_USAGE)
