"""`dengbao baseline`: what checks there are, whether they are right, and what they cover."""

import json
import sys
from pathlib import Path

import click

from audit.commands.common import EXIT_FINDINGS, baselines_option, plainly
from audit.content import BASELINES, Baselines, read_baselines


@click.group(name="baseline")
def command() -> None:
    """检查内容：列表、校验、测试、覆盖。"""


def _baselines(path: Path | None) -> Baselines:
    return read_baselines(path or BASELINES)


@command.command(name="list")
@click.option("--platform", help="只列一个平台，如 linux")
@baselines_option
@plainly
def list_(platform: str | None, baselines_path: Path | None) -> None:
    """列出全部检查。

    \b
    例：dengbao baseline list --platform linux
    """
    content = _baselines(baselines_path).content
    total = 0
    for owner, check in content.checks():
        if platform in (None, owner.name):
            total += 1
            click.echo(f"{check.id:42} {check.severity.zh}  {check.title.zh}")
    click.echo(f"共 {total} 个检查，{len(content.platforms)} 个平台。")


@command.command()
@click.argument("check_id")
@baselines_option
@plainly
def show(check_id: str, baselines_path: Path | None) -> None:
    """显示一个检查：为什么、看什么、怎么整改。

    \b
    例：dengbao baseline show linux-ssh-idle-timeout
    """
    from checks.language.source import suggest

    content = _baselines(baselines_path).content
    known = {check.id: (platform, check) for platform, check in content.checks()}
    if check_id not in known:
        raise click.UsageError(f"没有检查 {check_id}；{suggest(check_id, list(known))}")
    platform, check = known[check_id]
    click.echo(
        f"{check.id}  {check.title.zh}\n平台 {platform.name}，严重程度 {check.severity.zh}\n\n为什么：{check.why.zh}\n"
    )
    click.echo(
        "判定方面：" + ("、".join(check.decides) or "无") + "\n旁证方面：" + ("、".join(check.indicates) or "无")
    )
    for name in check.needs:
        spec = content.fact_spec(platform.name, name)
        way = (
            (spec.run or spec.file or "、".join(spec.files or ()) or spec.derive or spec.config or "声明")
            if spec
            else "?"
        )
        click.echo(f"事实 {name}：{way.strip()}")
    click.echo("\n整改：")
    for number, step in enumerate(check.fix.steps, 1):
        click.echo(f"  {number}. {step.zh}")
    click.echo(f"风险：{check.fix.risk.zh}\n回退：{check.fix.rollback.zh}")


@command.command()
@baselines_option
@plainly
def lint(baselines_path: Path | None) -> None:
    """校验检查内容：每个错误给出文件和行号。"""
    from audit.gather.lint import lint_facts
    from checks.facts.registry import DERIVATIONS, PARSERS
    from checks.language.lint import lint as lint_content

    baselines = _baselines(baselines_path)
    loaded, catalogue = baselines.loaded, baselines.catalogue
    problems = list(map(str, lint_content(loaded, catalogue, frozenset(PARSERS), frozenset(DERIVATIONS))))
    for platform in loaded.content.platforms.values():
        problems += [f"{platform.name}/facts*.yaml: {message}" for message in lint_facts(platform.facts)]
    for problem in problems:
        click.echo(problem)
    checks = len(loaded.content.checks())
    click.echo(f"{len(baselines.texts)} 个文件，{checks} 个检查，{len(problems)} 处问题。")
    if problems:
        sys.exit(EXIT_FINDINGS)


@command.command()
@click.option("--check", "only", help="只测一个检查")
@baselines_option
@plainly
def test(only: str | None, baselines_path: Path | None) -> None:
    """运行检查自带的测试，并逐个取反匹配条件，看测试是否会变（不碰任何主机）。"""
    from checks.judge.testing import run_mutations, run_tests

    content = _baselines(baselines_path).content
    ran = tests = 0
    failures = 0
    for platform, check in content.checks():
        if only not in (None, check.id):
            continue
        ran += 1
        tests += len(check.tests)
        for failure in (*run_tests(content, platform, check), *run_mutations(content, platform, check)):
            failures += 1
            place = f" 测试 {failure.index + 1}" if failure.index is not None else ""
            click.echo(f"{failure.check}{place}: {failure.message}")
    click.echo(f"{ran} 个检查，{tests} 个测试，{failures} 个不对。")
    if failures or not ran:
        sys.exit(EXIT_FINDINGS)


@command.command()
@click.option("--platform", help="只看一个平台")
@click.option("--gaps", is_flag=True, help="只列没有检查的方面")
@baselines_option
@plainly
def coverage(platform: str | None, gaps: bool, baselines_path: Path | None) -> None:
    """方面 × 平台的覆盖：哪些能判，哪些只有旁证，哪些还没有。"""
    from checks.language.lint import coverage as cover

    baselines = _baselines(baselines_path)
    covered = total = 0
    for (owner, aspect), row in sorted(cover(baselines.content, baselines.catalogue).items()):
        if platform not in (None, owner):
            continue
        total += 1
        serving = row["decides"] or row["indicates"]
        covered += bool(serving)
        if not (gaps and serving):
            word = "判定" if row["decides"] else "旁证" if row["indicates"] else "缺"
            click.echo(f"{owner:12} {aspect:58} {'/'.join(row['mode']):12} {word}  {'、'.join(serving)}")
    click.echo(f"{total} 个可由机器判定或取证的方面，{covered} 个有检查，{total - covered} 个缺。")


@command.command()
@click.argument("what", type=click.Choice(["checks", "facts", "facts-part", "parameters", "run"]), default="checks")
def schema(what: str) -> None:
    """打印检查语言的 JSON Schema（供编辑器使用），或 run.json 的（供读它的程序使用）。"""
    if what == "run":
        from reports.json_schema import run_schema

        click.echo(json.dumps(run_schema(), ensure_ascii=False, indent=2))
        return
    from pydantic import BaseModel

    from checks.language.check import ChecksFile, ParametersFile
    from checks.language.platform import FactsFile, FactsPart
    from checks.model.schema import json_schema

    models: dict[str, type[BaseModel]] = {
        "checks": ChecksFile,
        "facts": FactsFile,
        "facts-part": FactsPart,
        "parameters": ParametersFile,
    }
    model = models[what]
    click.echo(json.dumps(json_schema(model), ensure_ascii=False, indent=2))
