"""`dengbao baseline`: what checks there are, whether they are right, and what they cover."""

import json
import sys
from pathlib import Path

import click

from audit.commands.common import EXIT_FINDINGS, baselines_option, plainly
from audit.content import BASELINES, Baselines, read_baselines
from checks.model.asset import AssetClass


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
            (
                spec.run
                or spec.file
                or "、".join(spec.files or ())
                or spec.derive
                or spec.config
                or ("随检查内容附带的表" if spec.reference else "声明")
            )
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
    from audit.fixlint import lint_fixes
    from audit.gather.lint import lint_facts
    from checks.facts.registry import DERIVATIONS, PARSERS
    from checks.language.lint import lint as lint_content

    baselines = _baselines(baselines_path)
    loaded, catalogue = baselines.loaded, baselines.catalogue
    problems = list(map(str, lint_content(loaded, catalogue, frozenset(PARSERS), frozenset(DERIVATIONS))))
    for platform in loaded.content.platforms.values():
        problems += [f"{platform.name}/facts*.yaml: {message}" for message in lint_facts(platform.facts)]
    problems += map(str, lint_fixes(loaded))
    for problem in problems:
        click.echo(problem)
    checks = len(loaded.content.checks())
    click.echo(f"{len(baselines.files)} 个文件，{checks} 个检查，{len(problems)} 处问题。")
    if problems:
        sys.exit(EXIT_FINDINGS)


@command.command()
@click.option("--check", "only", help="只测一个检查")
@baselines_option
@plainly
def test(only: str | None, baselines_path: Path | None) -> None:
    """运行检查自带的测试，并逐个取反匹配条件，看测试是否会变（不碰任何主机）。"""
    from checks.judge.testing import run_mutations, run_tests

    loaded = _baselines(baselines_path).loaded
    ran = tests = 0
    failures = 0
    for platform, check in loaded.checks():
        if only not in (None, check.id):
            continue
        ran += 1
        tests += len(check.tests)
        for failure in (*run_tests(loaded.content, platform, check), *run_mutations(loaded.content, platform, check)):
            failures += 1
            place = f" 测试 {failure.index + 1}" if failure.index is not None else ""
            click.echo(f"{failure.check}{place}: {failure.message}")
    click.echo(f"{ran} 个检查，{tests} 个测试，{failures} 个不对。")
    if failures or not ran:
        sys.exit(EXIT_FINDINGS)


@command.command()
@click.option("--platform", help="只看一个平台，如 linux")
@click.option(
    "--class", "asset_class", type=click.Choice([c.value for c in AssetClass]), help="只看一类资产，如 server"
)
@click.option("--gaps", is_flag=True, help="只列既没有检查、也没有写明原因的方面")
@baselines_option
@plainly
def coverage(platform: str | None, asset_class: str | None, gaps: bool, baselines_path: Path | None) -> None:
    """方面 × 平台的覆盖：哪些能判，哪些只有旁证，哪些没有覆盖、为什么。

    \b
    例：dengbao baseline coverage --platform linux --class server
        dengbao baseline coverage --platform linux --gaps
    """
    from checks.language.coverage import coverage as cover

    baselines = _baselines(baselines_path)
    classes = [AssetClass(asset_class)] if asset_class else list(AssetClass)
    rows = [row for row in cover(baselines.content, baselines.catalogue, classes) if platform in (None, row.platform)]
    for row in sorted(rows, key=lambda row: (row.platform, row.aspect)):
        if row.is_gap or not gaps:
            said = "、".join(row.serving) or row.reason
            click.echo(f"{row.platform:12} {row.aspect:58} {'/'.join(row.modes):12} {row.word}  {said}")
    served, explained = sum(bool(row.serving) for row in rows), sum(row.word == "未覆盖" for row in rows)
    click.echo(
        f"{len(rows)} 个可由机器判定或取证的方面：{served} 个有检查，{explained} 个写明了为什么没有，"
        f"{len(rows) - served - explained} 个缺。"
    )


@command.command()
@click.option("--platform", help="只看一个平台")
@baselines_option
@plainly
def fixes(platform: str | None, baselines_path: Path | None) -> None:
    """整改脚本：哪些检查有，在哪类系统上试过。

    \b
    例：dengbao baseline fixes --platform linux
    """
    from typing import get_args

    from audit.assemble import check_info
    from checks.model.asset import Family

    scripts = tried = 0
    for owner, check in _baselines(baselines_path).content.checks():
        if platform not in (None, owner.name):
            continue
        info = check_info(owner, check)
        said = []
        for family in get_args(Family):
            if check.fix.script_for(family):
                proof = info.proof_for(family)
                scripts, tried = scripts + 1, tried + bool(proof)
                said.append(f"{family} " + (f"在 {proof.system} 上试过（{proof.on}）" if proof else "没有试过"))
        click.echo(f"{check.id:42} {'；'.join(said) or '只有步骤'}")
    click.echo(f"{scripts} 个脚本（按系统分开数），{tried} 个试过，{scripts - tried} 个没有试过。")


@command.command()
@click.argument(
    "what",
    type=click.Choice(["checks", "facts", "facts-part", "uncovered", "fixes-tried", "parameters", "run"]),
    default="checks",
)
def schema(what: str) -> None:
    """打印检查语言的 JSON Schema（供编辑器使用），或 run.json 的（供读它的程序使用）。"""
    if what == "run":
        from reports.json_schema import run_schema

        click.echo(json.dumps(run_schema(), ensure_ascii=False, indent=2))
        return
    from pydantic import BaseModel

    from checks.language.check import ChecksFile, ParametersFile
    from checks.language.load import TriedFile, UncoveredFile
    from checks.language.platform import FactsFile, FactsPart
    from checks.model.schema import json_schema

    models: dict[str, type[BaseModel]] = {
        "checks": ChecksFile,
        "facts": FactsFile,
        "facts-part": FactsPart,
        "uncovered": UncoveredFile,
        "fixes-tried": TriedFile,
        "parameters": ParametersFile,
    }
    model = models[what]
    click.echo(json.dumps(json_schema(model), ensure_ascii=False, indent=2))
