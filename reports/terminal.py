"""The summary on the terminal: where the school stands, what to fix first, what was not covered; and `explain`."""

from rich.console import Console
from rich.text import Text as Line

from checks.model.assessment import Assessment, Interval
from checks.model.finding import Finding, Reason
from checks.model.run import Run
from checks.model.verdict import VERDICT_ZH, Verdict
from reports.clean import clean_line

MARKS = {True: "✓", False: "✗", None: "?"}


def print_summary(run: Run, console: Console, lang: str = "zh", top: int = 3) -> None:
    """A page an officer reads first: systems, suspected high risks, fix first, gaps."""
    _say(console, f"\n{run.campus.name} · {run.as_of:%Y-%m-%d %H:%M} UTC · 自查估算，不是等级测评", "bold")
    for assessment in run.assessments:
        _system(console, assessment)
    if not run.assessments:
        _say(console, "campus.yaml 里还没有定级对象（systems），只列出发现，不逐项评估。", "yellow")
    _findings_line(run, console)
    _fix_first(run, console, lang, top)
    _not_covered(run, console)


def _system(console: Console, assessment: Assessment) -> None:
    counts = assessment.counts
    _say(console, f"\n{assessment.system.name}（{assessment.system.grade}）", "bold cyan")
    _say(
        console,
        f"  {counts.total} 项：符合 {counts.passed}，部分符合 {counts.partial}，不符合 {counts.fail}，"
        f"不适用 {counts.not_applicable}，待人工 {counts.manual}，未测得 {counts.unknown}"
        + (f"，已不符合但程度未定 {counts.undecided_failure}" if counts.undecided_failure else ""),
    )
    _say(console, f"  符合率 {_interval(assessment.rate)}%")
    for conclusion in assessment.conclusions:
        _say(console, f"  {conclusion.method} 版方法估算：{conclusion.label}（{'；'.join(conclusion.reasons)}）")
    suspected = [case for case in assessment.cases if case.state in ("hit", "suspected")]
    for case in suspected:
        word = "已确认" if case.state == "hit" else "疑似"
        _say(console, f"  {word}高风险：{case.title}（{case.case}，{len(case.findings)} 个发现，要人确认）", "red")


def _findings_line(run: Run, console: Console) -> None:
    found = [finding.verdict for finding in run.findings]
    shown = "，".join(f"{VERDICT_ZH[v]} {found.count(v)}" for v in Verdict if v in found)
    _say(console, f"\n发现 {len(found)} 个：{shown or '无'}")


def _fix_first(run: Run, console: Console, lang: str, top: int) -> None:
    if not run.fix_first:
        return
    _say(console, "\n先整改：", "bold")
    for number, task in enumerate(run.fix_first[:top], start=1):
        risk = "，疑似高风险" if task.high_risk else ""
        _say(console, f"  {number}. {task.title.say(lang)}（{task.severity.zh}{risk}）：{_names(task.assets)}", "bold")
        steps = run.checks[task.check].fix.steps
        if steps:
            _say(console, f"     {steps[0].say(lang)}")
    rest = len(run.fix_first) - top
    if rest > 0:
        _say(console, f"  另有 {rest} 件，见报告。")


def _not_covered(run: Run, console: Console) -> None:
    if not run.not_covered:
        return
    _say(console, "\n没有查到的：", "bold")
    for gap in run.not_covered[:10]:
        _say(console, f"  {gap.asset} {gap.what}：{gap.cause}", "yellow")
    if len(run.not_covered) > 10:
        _say(console, f"  另有 {len(run.not_covered) - 10} 处，见报告。")


def print_explain(run: Run, finding_id: str, console: Console) -> None:
    """One finding from fact to verdict: parameters, matchers, the lines they rest on. Raises KeyError."""
    finding = next((f for f in run.findings if f.id == finding_id), None)
    if finding is None:
        raise KeyError(finding_id)
    info = run.checks[finding.check]
    _say(console, f"{finding.id}  {info.title.zh}  {finding.verdict.zh}", "bold")
    _say(console, f"检查 {finding.check}；资产 {finding.asset}" + (f"；对象 {finding.subject}" if finding.subject else ""))
    for use in finding.parameters:
        _say(console, f"参数 {use.name} = {use.value} {use.unit}（{use.origin}；来源：{use.source}）")
    if finding.cause:
        _say(console, f"原因：{finding.cause}", "yellow")
    for reason in finding.reasons:
        _reason(console, reason)
    _why(console, finding, info.why.zh)


def _reason(console: Console, reason: Reason) -> None:
    indent = "  " * (reason.depth + 1)
    style = {True: "green", False: "red", None: "yellow"}[reason.result]
    observed = f"，看到 {reason.observed}" if reason.observed else ""
    _say(console, f"{indent}{MARKS[reason.result]} {reason.matcher}{observed}", style)
    for cite in reason.cites:
        place = f"{cite.fact}" + (f"[{cite.instance}]" if cite.instance else "") + (f" 第 {cite.line} 行" if cite.line else "")
        _say(console, f"{indent}    {place}：{cite.text}", "dim")


def _why(console: Console, finding: Finding, why: str) -> None:
    if finding.verdict in (Verdict.FAIL, Verdict.PARTIAL):
        _say(console, f"为什么要紧：{why}")


def _interval(interval: Interval) -> str:
    return f"{interval.low:g}" if interval.low == interval.high else f"{interval.low:g}–{interval.high:g}"


def _names(assets: tuple[str, ...], limit: int = 5) -> str:
    return "、".join(assets[:limit]) + (f" 等 {len(assets)} 个" if len(assets) > limit else "")


def _say(console: Console, text: str, style: str = "") -> None:
    """One line, whatever is in it made inert; never read as markup."""
    lead = text[: len(text) - len(text.lstrip())]
    console.print(Line(lead.replace("\n", "\n") + clean_line(text.strip(), 1000), style=style), soft_wrap=True)
