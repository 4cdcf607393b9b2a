"""`dengbao questions`: what people still have to answer, as an answers.yaml to fill in."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.commands.common import campus_option, plainly, run_option

if TYPE_CHECKING:
    from checks.model.run import Run

HEAD = """\
# 还要人回答的问题（{campus}，{run}）。answer 填 yes（做到）、partly（部分做到）、no（没做到）或 not-applicable（不适用，要写 reason）。
# 填好的条目去掉行首的 #，存为 campus.yaml 旁边的 answers.yaml，再运行 dengbao judge。
attestations:
"""


@click.command(name="questions")
@campus_option
@run_option
@click.option("--system", "only", help="只列一个定级对象")
@click.option("--who", help="只列由谁回答的，如 机房管理员")
@plainly
def command(campus_path: Path, run_path: Path | None, only: str | None, who: str | None) -> None:
    """列出还要人回答的问题，写成可以直接填写的 answers.yaml。

    \b
    例：dengbao questions > answers.yaml
        dengbao questions --who 机房管理员
    """
    from audit.commands.reading import read_run

    run = read_run(campus_path, run_path)
    click.echo(HEAD.format(campus=run.campus.name, run=run.id), nl=False)
    count = 0
    for text in _questions(run, only, who):
        count += 1
        click.echo(text)
    click.echo(f"# 共 {count} 个问题。")


def _questions(run: "Run", only: str | None, who: str | None) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for assessment in run.assessments:
        if only not in (None, assessment.system.id):
            continue
        for item in assessment.items:
            for record in item.records:
                for aspect in record.aspects:
                    key = (record.asset, aspect.aspect)
                    if len(aspect.possible) < 2 or key in seen or who not in (None, aspect.who):
                        continue
                    seen.add(key)
                    yield (
                        f"# {item.item} {item.control_point}：{aspect.question or aspect.title}（{aspect.who}）\n"
                        f"#  - {{aspect: {aspect.aspect}, asset: {_plain(record.asset)}, answer: , by: , on: {run.as_of:%Y-%m-%d}}}"
                    )


def _plain(text: str) -> str:
    return (
        text
        if text.replace("-", "").replace("/", "").replace(".", "").isalnum()
        else "'" + text.replace("'", "''") + "'"
    )
