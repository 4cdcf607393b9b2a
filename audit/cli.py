"""The roof: the command line. It parses, calls and prints; nothing imports it.

Each command stands in a module of its own below `audit.commands` and is imported only when it is called, so that
`dengbao --help` starts as fast as click does.
"""

import importlib
from typing import NamedTuple

import click

from audit.version import VERSION


class Entry(NamedTuple):
    """A command: where it stands and its line in the overview."""

    module: str
    help: str


COMMANDS: dict[str, Entry] = {
    "init": Entry("init", "写一份带注释的 campus.yaml 起步"),
    "plan": Entry("plan", "先看会对谁做什么、要什么权限（不发送任何东西）"),
    "audit": Entry("audit", "按 campus.yaml 收集、判定、评估，生成报告"),
    "batch": Entry("batch", "打印收集脚本，供不能用 SSH 的服务器手工运行"),
    "import": Entry("import_", "导入手工收集的输出或设备配置"),
    "judge": Entry("judge", "用已收集的事实重新判定（不联网）"),
    "report": Entry("report", "由 run.json 重新生成报告"),
    "diff": Entry("diff", "两次审计之间变了什么"),
    "gate": Entry("gate", "用 thresholds.yaml 的门槛衡量一次审计（供 CI 和定时任务）"),
    "explain": Entry("explain", "说明一个发现是怎么判出来的"),
    "questions": Entry("questions", "列出还要人回答的问题，写成 answers.yaml"),
    "waivers": Entry("waivers", "豁免：批准暂时接受的不符合"),
    "hostkeys": Entry("hostkeys", "查看、核对、接受服务器的主机密钥"),
    "campus": Entry("campus", "检查 campus.yaml，打印它的 JSON Schema"),
    "baseline": Entry("baseline", "检查内容：列表、校验、测试、覆盖"),
}

EPILOG = """
\b
第一次用：
  dengbao init            写出 campus.yaml
  dengbao plan            看看会做什么
  dengbao audit           开始，最后给出报告的位置
"""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = importlib.import_module(f"audit.commands.{entry.module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


@click.command(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="dengbao")
def main() -> None:
    """等级保护 2.0（GB/T 22239-2019）校园网安全自查。

    读 campus.yaml，登录服务器和网络设备只读取证，按等级逐项判定，生成整改报告。自查结果是估算，不是等级测评。
    """


if __name__ == "__main__":
    main()
