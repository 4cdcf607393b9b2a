"""`dengbao batch`: print the gathering script for a server where SSH is not allowed."""

from pathlib import Path

import click

from audit.commands.common import campus_option, fail, plainly


@click.command(name="batch")
@campus_option
@click.option("--platform", default="linux", show_default=True, help="服务器的平台")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="写到文件（权限 0600）而不是屏幕")
@plainly
def command(campus_path: Path, platform: str, output: Path | None) -> None:
    """打印只读收集脚本；在服务器上运行它，把输出用 dengbao import 交回来。

    脚本里有本校的标记密钥（用来发现相同的口令），用完请删除。

    \b
    例：dengbao batch -o batch.sh
        （在服务器上）sudo sh batch.sh > web-01.out
        dengbao import --asset web-01 web-01.out
    """
    import secrets

    from audit.campus.view import login_addresses
    from audit.content import read_baselines
    from audit.gather.batch import Parameters
    from audit.gather.tags import campus_key, tag_key
    from audit.plan import platform_batch
    from audit.store import write_private
    from audit.workspace import open_workspace, read_campus

    content = read_baselines().content
    campus = read_campus(campus_path, content)
    if platform not in content.platforms:
        fail(f"没有平台 {platform}；可用：{'、'.join(sorted(content.platforms))}")
    space = open_workspace(campus_path, campus)
    parameters = Parameters(
        nonce=secrets.token_hex(16),
        tag_key=tag_key(campus_key(space.campus_key)),
        addresses=",".join(login_addresses(campus)),
        budget=600,
        plain=True,
        quiet=True,
    )
    text = platform_batch(content, platform).script(parameters)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_private(output, text)
        click.echo(
            f"写好了 {output}。在服务器上以 root 运行：sh {output.name} > 输出文件；用完删除 {output.name}。", err=True
        )
