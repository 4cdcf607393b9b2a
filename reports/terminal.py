"""What `dengbao audit` says at the end: short, in Chinese, what to fix first and what was not seen."""

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from checks.model.assessment import Assessment
from checks.model.comparison import Comparison
from checks.model.run import FixTask, Run
from reports.bars import legend
from reports.changes import comparison_summary
from reports.clean import clean_line
from reports.explain import print_explain
from reports.figures import interval, moment
from reports.view import asset_names, cases_by_state, fixed_count, not_covered
from reports.waivers import waiver_summary
from reports.words import WORDS, Lang

__all__ = ["print_explain", "print_summary"]

TOP_TASKS = 3
TOP_ASSETS = 6
TOP_GAPS = 10
SHOWN = 160
"""Characters of one text: a summary is read at a glance."""

COUNT_STYLES = {
    "passed": "green",
    "partial": "yellow",
    "undecided_failure": "yellow",
    "fail": "red",
    "manual": "blue",
    "unknown": "magenta",
    "open": "magenta",
    "not_applicable": "dim",
}
SEVERITY_STYLES = {"high": "bold red", "medium": "yellow", "low": "dim"}


def print_summary(run: Run, console: Console, lang: Lang = "zh", comparison: Comparison | None = None) -> None:
    """The run in a screenful: systems, high risk, what to fix first, what changed since the last run, what was accepted,
    what was not covered. The caller names the files.
    """
    w = WORDS[lang]
    head = Text.assemble((_say(run.campus.name), "bold"), f"  {w['as_of']} {moment(run.as_of)} {w['clock']}")
    console.print(Group(head, Text(w["estimate"], style="italic yellow")))
    for assessment in run.assessments:
        console.print(Panel(_system(assessment, lang), title=_title(assessment), title_align="left", padding=(0, 1)))
    if not run.assessments:
        console.print(Text(w["none_systems"], style="yellow"))
    _section(console, w["fix_first"], _tasks(run, lang) or [Text(w["none_fixes"], style="green")])
    if comparison is not None:
        _section(console, w["changes"], comparison_summary(comparison, lang))
    if run.waivers:
        _section(console, w["waivers"], waiver_summary(run, lang))
    _section(console, w["not_covered"], _gaps(run, lang) or [Text(w["none_not_covered"], style="green")])


def _say(text: str, limit: int = SHOWN) -> str:
    """Inert text for the terminal. It goes into `Text`, which reads no markup."""
    return clean_line(text, limit)


def _section(console: Console, title: str, lines: Iterable[RenderableType]) -> None:
    console.print()
    console.print(Text(title, style="bold underline"))
    for line in lines:
        console.print(Padding.indent(line, 2))


def _title(assessment: Assessment) -> Text:
    return Text(f"{_say(assessment.system.name)}  {assessment.system.grade}", style="bold")


def _system(assessment: Assessment, lang: Lang) -> Group:
    w = WORDS[lang]
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column()
    facts.add_row(w["rate"], interval(assessment.rate, "%"))
    for conclusion in assessment.conclusions:
        unit = "%" if conclusion.method == "2025" else ""
        said = f"{_say(conclusion.label)}（{w['figure_' + conclusion.method]} {interval(conclusion.figure, unit)}）"
        facts.add_row(f"{w['conclusion']} {conclusion.method}", Text(said))
    facts.add_row(w["n_items"].format(n=assessment.counts.total), _counts(assessment, lang))
    facts.add_row(w["high_risk"], Group(*_cases(assessment, lang)))
    return Group(facts)


def _counts(assessment: Assessment, lang: Lang) -> Text:
    parts = [Text(f"{WORDS[lang][key]} {count}", style=COUNT_STYLES[key]) for key, count in legend(assessment.counts)]
    return Text("  ").join(parts)


def _cases(assessment: Assessment, lang: Lang) -> list[Text]:
    """The numbers by state, then every case that is hit or suspected."""
    w, states = WORDS[lang], cases_by_state(assessment)
    numbers = []
    for state, cases in states.items():
        fixed = fixed_count(cases)
        numbers.append(f"{w['case_' + state]} {len(cases)}" + (w["case_fixed"].format(n=fixed) if fixed else ""))
    lines = [Text("  ".join(numbers) or w["nothing"])]
    for state, style in (("hit", "bold red"), ("suspected", "yellow")):
        for case in states.get(state, ()):
            lines.append(
                Text(f"{w['case_' + state]}{w['colon']}{_say(case.title)}（{_say(case.case, 40)}）", style=style)
            )
    return lines


def _tasks(run: Run, lang: Lang) -> list[RenderableType]:
    lines: list[RenderableType] = [
        _task(run, number, task, lang) for number, task in enumerate(run.fix_first[:TOP_TASKS], 1)
    ]
    rest = len(run.fix_first) - TOP_TASKS
    return [*lines, Text(WORDS[lang]["more"].format(n=rest), style="dim")] if rest > 0 else lines


def _task(run: Run, number: int, task: FixTask, lang: Lang) -> Group:
    w = WORDS[lang]
    names = asset_names(run)
    named = w["sep"].join(_say(names.get(asset, asset), 60) for asset in task.assets[:TOP_ASSETS])
    rest = len(task.assets) - TOP_ASSETS
    where = named + (f" {w['more'].format(n=rest)}" if rest > 0 else "")
    lines = [
        Text.assemble(
            (f"{number}. {_say(task.title.say(lang))}", "bold"),
            "  ",
            (w["sev_" + task.severity], SEVERITY_STYLES[task.severity]),
        ),
        Text(f"   {w['asset']}{w['colon']}{where}"),
    ]
    info = run.checks.get(task.check)
    if info is not None and info.fix.steps:
        lines.append(Text(f"   {w['first_step']}{w['colon']}{_say(info.fix.steps[0].say(lang))}"))
    return Group(*lines)


def _gaps(run: Run, lang: Lang) -> list[RenderableType]:
    names = asset_names(run)
    w, grouped = WORDS[lang], not_covered(run)
    lines: list[RenderableType] = [
        Text(
            f"{_say(names.get(asset, asset), 60)}{w['colon']}{_say(gaps[0].what, 60)}{w['dash']}{_say(gaps[0].cause)}"
            + (f" {w['more'].format(n=len(gaps) - 1)}" if len(gaps) > 1 else "")
        )
        for asset, gaps in grouped[:TOP_GAPS]
    ]
    rest = len(grouped) - TOP_GAPS
    return [*lines, Text(w["more"].format(n=rest), style="dim")] if rest > 0 else lines
