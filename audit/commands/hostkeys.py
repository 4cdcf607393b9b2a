"""`dengbao hostkeys`: see, compare and pin the host keys of servers."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.commands.common import campus_option, fail, plainly

if TYPE_CHECKING:
    from audit.campus.model.campus import CampusFile
    from audit.workspace import Workspace


@click.group(name="hostkeys")
def command() -> None:
    """查看、核对、接受服务器的主机密钥。

    登录前必须先固定（pin）每台服务器的主机密钥；没有固定或变了的，在发送任何口令之前就停下。
    """


@command.command(name="list")
@campus_option
@plainly
def list_(campus_path: Path) -> None:
    """列出已固定的主机密钥。"""
    from audit.gather.pins import load_pins

    space = _space(campus_path)[1]
    pins = load_pins(space.pins)
    for asset, keys in sorted(pins.keys.items()):
        for key in keys:
            click.echo(f"{asset}  {key.type}  {key.sha256}")
    click.echo(f"共 {len(pins.keys)} 台，存在 {space.pins}")


@command.command()
@click.argument("assets", nargs=-1)
@campus_option
@click.option("--yes", is_flag=True, help="不逐台询问，全部接受（只在可信的网络里首次使用）")
@plainly
def accept(assets: tuple[str, ...], campus_path: Path, yes: bool) -> None:
    """取回主机密钥，显示指纹，确认后固定。不登录，不发送口令。

    在服务器控制台上运行 ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub 核对指纹。

    \b
    例：dengbao hostkeys accept web-01
    """
    from datetime import UTC, datetime

    from audit.content import read_baselines
    from audit.gather.hostkeys import scan_host_key
    from audit.gather.pins import accept as pin
    from audit.gather.pins import load_pins
    from audit.gather.trouble import Trouble
    from audit.plan import make_plan

    campus, space = _space(campus_path)
    plan = make_plan(campus, read_baselines().content, datetime.now(UTC), assets)
    steps = [step for step in plan.steps if step.method == "ssh"]
    unknown = sorted(set(assets) - {step.asset for step in steps})
    if unknown:
        fail(f"{'、'.join(unknown)} 不是用 SSH 登录的资产；检查编号。")
    failed = 0
    for step in steps:
        if step.refused:
            click.echo(f"✗ {step.asset}：{step.refused}")
            failed += 1
            continue
        try:
            key = scan_host_key(step.address, step.port, legacy=campus.assets[step.asset].legacy_ssh)
        except Trouble as error:
            click.echo(f"✗ {error.about(step.asset)}")
            failed += 1
            continue
        state = load_pins(space.pins).verify(step.asset, key)
        words = {"pinned": "已固定，没有变化", "unknown": "还没有固定", "changed": "与固定的不同！先查清原因"}[state]
        click.echo(f"{step.asset}  {key.type}  {key.sha256}  {words}")
        if state != "pinned" and ((yes and state == "unknown") or _confirmed(step.asset, changed=state == "changed")):
            pin(space.pins, step.asset, key)
            click.echo(f"✓ {step.asset} 已固定")
    if failed:
        fail(f"{failed} 台没有取到主机密钥。", code=3)


@command.command()
@click.argument("asset")
@campus_option
@plainly
def forget(asset: str, campus_path: Path) -> None:
    """去掉一台服务器固定的主机密钥（重装系统之后）。"""
    from audit.gather.pins import forget as unpin

    removed = unpin(_space(campus_path)[1].pins, asset)
    click.echo(f"去掉了 {asset} 的 {removed} 个主机密钥。" if removed else f"{asset} 没有固定过主机密钥。")


def _confirmed(asset: str, *, changed: bool) -> bool:
    import sys

    if not sys.stdin.isatty():
        click.echo(f"… {asset} 没有固定：没有终端可以确认" + ("" if changed else "；首次使用可加 --yes"))
        return False
    question = f"{asset} 的密钥变了，确认是重装或换机所致、改为固定新的" if changed else f"指纹核对无误，固定 {asset}"
    return click.confirm(question + "？", default=False)


def _space(campus_path: Path) -> "tuple[CampusFile, Workspace]":
    from audit.content import read_baselines
    from audit.workspace import open_workspace, read_campus

    campus = read_campus(campus_path, read_baselines().content)
    return campus, open_workspace(campus_path, campus)
