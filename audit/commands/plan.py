"""`dengbao plan`: what would be sent where, with which privilege, before anything is sent."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.commands.common import campus_option, plainly

if TYPE_CHECKING:
    from audit.gather.batch import Batch
    from audit.plan import Step

HELPER = "/usr/local/sbin/dengbao-facts"


@click.command(name="plan")
@campus_option
@click.option("--asset", "only", multiple=True, help="只看这些资产（可重复）")
@click.option("--commands", is_flag=True, help="列出每一条命令和读取的文件")
@click.option("--sudoers", is_flag=True, help="打印要安装的采集脚本和最窄的 sudo 规则")
@click.option("--platform", default="linux", show_default=True, help="--sudoers 用于哪个平台")
@click.option("--helper", "helper_only", is_flag=True, help="只打印要安装的采集脚本本身（与 --sudoers 配合）")
@plainly
def command(
    campus_path: Path, only: tuple[str, ...], commands: bool, sudoers: bool, platform: str, helper_only: bool
) -> None:
    """列出会对每个资产做什么；不发送任何东西。

    \b
    例：dengbao plan --commands
        dengbao plan --sudoers
        dengbao plan --sudoers --helper > dengbao-facts
    """
    from datetime import UTC, datetime

    from audit.content import read_baselines
    from audit.plan import make_plan, platform_batch
    from audit.workspace import read_campus

    content = read_baselines().content
    campus = read_campus(campus_path, content)
    if sudoers:
        users = sorted({login.user for login in campus.logins.values() if login.user})
        _print_sudoers(platform_batch(content, platform), users, helper_only)
        return
    plan = make_plan(campus, content, datetime.now(UTC), only)
    if not plan.steps:
        click.echo("campus.yaml 里没有可以登录或导入的资产：在 assets 下给资产写上 access。")
    for step in plan.steps:
        _print_step(step, plan.batches)
    for name, batch in plan.batches.items():
        _print_batch(name, batch, commands)
    gathered = [s for s in plan.steps if s.method != "import" and not s.refused]
    click.echo(
        f"共 {len(gathered)} 个资产会被登录取证，{sum(bool(s.refused) for s in plan.steps)} 个不碰。这里没有发送任何东西。"
    )


def _print_step(step: "Step", batches: Mapping[str, "Batch"]) -> None:
    where = {"local": "本机", "ssh": f"SSH {step.address}:{step.port}，登录 {step.login}", "import": "等待导入"}[
        step.method
    ]
    if step.refused:
        click.echo(f"✗ {step.asset}：不碰。{step.refused}")
    elif step.method == "import":
        click.echo(f"… {step.asset}（{step.platform}）：{where}，用 dengbao import --asset {step.asset} 文件")
    else:
        facts = len(batches[step.platform].planned)
        click.echo(f"✓ {step.asset}（{step.platform}）：{where}；一次连接、一个会话、{facts} 项只读取证")


def _print_batch(name: str, batch: "Batch", commands: bool) -> None:
    from checks.language.platform import FactSpec

    root = [p for p in batch.planned if p.spec.root]
    click.echo(
        f"\n{name} 的采集脚本（SHA-256 {batch.digest[:16]}…）：{len(batch.planned)} 项，其中 {len(root)} 项要 root；全部只读。"
    )
    for item in batch.planned if commands else ():
        click.echo(f"  {item.name}{'（root）' if item.spec.root else ''}：{' '.join(item.method.split())}")
    for item in batch.planned:
        if isinstance(item.spec, FactSpec) and item.spec.impact:
            click.echo(f"  注意 {item.name}：{item.spec.impact.zh}")


def _print_sudoers(batch: "Batch", users: list[str], helper_only: bool) -> None:
    import hashlib

    text = batch.helper()
    if helper_only:
        click.echo(text, nl=False)
        return
    digest = hashlib.sha256(text.encode()).hexdigest()
    click.echo("# 在每台服务器上由管理员做三步：")
    click.echo("# 1. 生成采集脚本：dengbao plan --sudoers --helper > dengbao-facts")
    click.echo(f"# 2. 安装：install -o root -g root -m 0755 dengbao-facts {HELPER}")
    click.echo("# 3. 用 visudo -f /etc/sudoers.d/dengbao 写入下面的规则：它只允许运行这一个文件，内容变了就不允许：")
    for user in users or ["audit"]:
        click.echo(f'{user} ALL=(root) NOPASSWD: sha256:{digest} {HELPER} ""')
    click.echo(f"# 然后在 campus.yaml 的 login 里写：become: {{method: sudo, helper: {HELPER}}}")
