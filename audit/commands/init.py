"""`dengbao init`: a commented campus.yaml to start from."""

from pathlib import Path

import click

from audit.commands.common import fail


@click.command(name="init")
@click.option("--name", default="示例学校", show_default=True, help="学校名称")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=Path("campus.yaml"), show_default=True
)
def command(name: str, output: Path) -> None:
    """写一份带注释的 campus.yaml；已有的文件不会被覆盖。

    \b
    例：dengbao init --name 青禾中学
    """
    from audit.campus.starter import starter

    try:
        text = starter(name)
    except ValueError as error:
        fail(str(error))
    try:
        with output.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        fail(f"{output} 已经存在，没有改动；要重新生成，先把它移走，或用 -o 写到别处。")
    click.echo(f"写好了 {output}。打开它照着注释填写，然后运行 dengbao plan 看看会做什么。")
