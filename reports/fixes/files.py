"""The fix scripts of a run: which asset gets which, most urgent first, and what gets none and why."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checks.model.asset import Asset
from checks.model.finding import Finding
from checks.model.fix import FixProof
from checks.model.run import CheckInfo, FixTask, Run
from reports.clean import clean_line
from reports.figures import moment
from reports.fixes.script import ScriptOrder, fit, script_text
from reports.view import asset_names

SHOWN_SUBJECTS = 20
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Fixing:
    """One failing check on one asset: its script, or the reason why there is none."""

    task: FixTask
    asset: str
    order: ScriptOrder | None
    reason: str = ""
    proof: FixProof | None = None

    @property
    def host(self) -> str:
        """The asset whose shell the script runs in: a child's host."""
        return self.asset.partition("/")[0]


@dataclass(frozen=True, slots=True)
class FixFile:
    """A script ready to be written: `fix/<host>/<name>`."""

    host: str
    name: str
    fixing: Fixing
    order: ScriptOrder

    @property
    def text(self) -> str:
        """The whole script."""
        return script_text(self.order)


def fixings(run: Run) -> tuple[Fixing, ...]:
    """Every failing check on every asset it fails on, in the order of «fix first»."""
    assets = {asset.id: asset for asset in run.assets}
    findings = {finding.id: finding for finding in run.findings}
    names = asset_names(run)
    return tuple(
        _fixing(run, task, assets.get(asset), asset, names, _of_asset(task, asset, findings))
        for task in run.fix_first
        for asset in task.assets
    )


def fix_files(found: Iterable[Fixing]) -> tuple[FixFile, ...]:
    """The scripts, numbered by urgency within each host."""
    numbers: dict[str, int] = {}
    files = []
    for fixing in found:
        if fixing.order is None:
            continue
        number = numbers[fixing.host] = numbers.get(fixing.host, 0) + 1
        child = fixing.order.place.removeprefix(fixing.task.check)
        name = f"{number:02}-{fixing.task.check}{child}.sh"
        files.append(FixFile(fixing.host, name, fixing, fixing.order))
    return tuple(files)


def _of_asset(task: FixTask, asset: str, findings: Mapping[str, Finding]) -> tuple[Finding, ...]:
    """The task's findings on one asset, by the parameter set of the highest level where it was judged by several."""
    own = [findings[key] for key in task.findings if key in findings and findings[key].asset == asset]
    highest = max((max(f.levels, default=0) for f in own), default=0)
    return tuple(f for f in own if max(f.levels, default=0) == highest)


def _fixing(
    run: Run, task: FixTask, asset: Asset | None, asset_id: str, names: Mapping[str, str], found: tuple[Finding, ...]
) -> Fixing:
    info = run.checks.get(task.check)
    if asset is None or info is None or not info.fix.scripts:
        return Fixing(task, asset_id, None, "没有脚本，按步骤做")
    chosen = info.fix.script_for(asset.seen.family)
    if chosen is None:
        known = asset.seen.system or "没有取到 os-release"
        return Fixing(task, asset_id, None, f"没有适合这个系统的脚本（{known}），按步骤做")
    named = [f.subject for f in found if f.subject]
    subjects = tuple(filter(fit, named))
    if not (_FILE_NAME.fullmatch(asset_id.partition("/")[0]) and _FILE_NAME.fullmatch(task.check)):
        return Fixing(task, asset_id, None, "资产的编号不能用作文件名，按步骤做")
    if named and not subjects:
        return Fixing(task, asset_id, None, "对象的名称里有不能写进脚本的字符，按步骤手工处理")
    proof = info.proof_for(asset.seen.family)
    told = _told(run, info, names.get(asset_id, asset_id), asset, subjects, len(named) - len(subjects), proof)
    thresholds = {used.name: used.value for used in found[0].parameters} if found else {}
    order = ScriptOrder(task.check, asset_id, chosen[1], asset.seen.host_key, subjects, thresholds, tuple(told))
    return Fixing(task, asset_id, order, proof=proof)


def _told(
    run: Run, info: CheckInfo, name: str, asset: Asset, subjects: tuple[str, ...], unfit: int, proof: FixProof | None
) -> Iterable[str]:
    yield f"整改：{info.title.zh}（{info.id}）"
    yield f"只用在：{name}{'，' + asset.seen.system if asset.seen.system else ''}"
    yield tried_words(proof)
    if subjects:
        more = f" 等 {len(subjects)} 个" if len(subjects) > SHOWN_SUBJECTS else ""
        yield f"对象：{'、'.join(subjects[:SHOWN_SUBJECTS])}{more}"
    if unfit:
        yield f"另有 {unfit} 个对象的名称里有不能写进脚本的字符，本脚本不处理，请手工处理。"
    yield f"为什么：{info.why.zh}"
    yield from (f"步骤 {number}：{step.zh}" for number, step in enumerate(info.fix.steps, 1))
    yield f"风险：{info.fix.risk.zh}"
    if info.fix.cuts_management:
        yield "做错会断开管理连接：先留好另一条已登录的窗口，做完另开窗口验证能登录，再关旧的。"
    yield f"退回办法：本脚本 undo；手工：{info.fix.rollback.zh}"
    yield f"来自 {clean_line(run.campus.name, 60)} {moment(run.as_of)} 的自查（运行 {run.id}，dengbao {run.dengbao_version}）。"


def tried_words(proof: FixProof | None) -> str:
    """Whether the script was proven on a system of this family, in a sentence."""
    if proof is None:
        return "没有试过：这个脚本还没有在这一类系统上证明过，请先在测试机上试。"
    return f"在 {proof.system} 上试过（{proof.on}）：执行后复查符合、能登录，撤销后恢复原样。"
