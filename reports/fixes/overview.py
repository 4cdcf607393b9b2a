"""`fix/README.txt`: what the scripts are, how to use them, and what has no script."""

from collections.abc import Iterable

from checks.model.run import Run
from reports.clean import clean_line
from reports.figures import moment
from reports.fixes.files import FixFile, Fixing
from reports.view import asset_names

_HOW = """\
这些脚本由 dengbao 按检查结果写出。dengbao 自己从不执行它们：由你们看过、在测试机上试过之后自己执行。

  看要做什么，再问：  sh 01-….sh
  执行：              sudo sh 01-….sh apply
  撤销：              sudo sh 01-….sh undo

每个文件夹是一台服务器，文件按紧迫程度编号，一次执行一个；执行后另开窗口确认还能登录，再运行 dengbao audit 复查。
要撤销几个时，从最后执行的开始，倒着来。原样保存在服务器的 /var/backups/dengbao/（只有 root 能看）。
知道服务器的 SSH 主机密钥时脚本会先核对，拿错了不会动；不知道时请自己看清是哪一台。
"""


def overview_text(run: Run, files: Iterable[FixFile], found: Iterable[Fixing]) -> str:
    """The whole text, plain, for a screen or a printer."""
    names = asset_names(run)
    hosts: dict[str, list[str]] = {}
    for file in files:
        tried = f"试过（{file.fixing.proof.system}）" if file.fixing.proof else "没有试过"
        hosts.setdefault(file.host, []).append(f"  {file.name}  {tried}  {file.fixing.task.title.zh}")
    without: dict[str, list[str]] = {}
    for fixing in found:
        if fixing.order is None:
            without.setdefault(fixing.asset, []).append(f"  {fixing.task.title.zh}：{fixing.reason}")
    lines = [f"整改脚本  {run.campus.name}  {moment(run.as_of)}", "", *_HOW.splitlines(), ""]
    for heading, groups in (("脚本", hosts), ("没有脚本的（步骤在 plan.html 里）", without)):
        if groups:
            lines.append(f"== {heading}")
            for asset, rows in groups.items():
                lines += ["", names.get(asset, asset), *rows]
            lines.append("")
    return "\n".join(clean_line(line) for line in lines) + "\n"
