"""`dengbao explain`: fact → line → matcher → verdict, as a tree."""

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from checks.model.finding import Citation, Finding, ParameterUse, Reason
from checks.model.run import Run
from checks.model.verdict import Verdict
from reports.clean import clean_line
from reports.view import asset_names
from reports.waivers import waived_line
from reports.words import VERDICT_WORDS, WORDS, Lang, origin_words

VERDICT_STYLES = {
    Verdict.PASS: "bold green",
    Verdict.PARTIAL: "bold yellow",
    Verdict.FAIL: "bold red",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.MANUAL: "bold blue",
    Verdict.UNKNOWN: "bold magenta",
}
RESULT_STYLES = {True: ("true", "green"), False: ("false", "red"), None: ("undecided", "magenta")}


def print_explain(run: Run, finding_id: str, console: Console, lang: Lang = "zh") -> bool:
    """Why a finding has its verdict. `finding_id` may be the beginning of an id; False when not exactly one fits."""
    w = WORDS[lang]
    found = [f for f in run.findings if f.id == finding_id] or [f for f in run.findings if f.id.startswith(finding_id)]
    if len(found) != 1:
        message = w["several_findings"] if found else w["no_finding"]
        console.print(Text(message.format(id=clean_line(finding_id, 80), n=len(found)), style="red"))
        return False
    _print_finding(run, found[0], console, lang)
    return True


def _print_finding(run: Run, finding: Finding, console: Console, lang: Lang) -> None:
    info = run.checks.get(finding.check)
    console.print(
        Text.assemble(
            (WORDS[lang][VERDICT_WORDS[finding.verdict]], VERDICT_STYLES[finding.verdict]),
            "  ",
            (clean_line(info.title.say(lang) if info else finding.check), "bold"),
            (f"  {clean_line(finding.id, 80)}", "dim"),
        )
    )
    console.print(_frame(run, finding, lang))
    if finding.reasons:
        console.print(_tree(finding.reasons, lang))


def _frame(run: Run, finding: Finding, lang: Lang) -> Table:
    """What the verdict speaks of, and the thresholds it was measured by."""
    w = WORDS[lang]
    rows = [
        (w["asset"], asset_names(run).get(finding.asset, finding.asset)),
        (w["subject"], finding.subject),
        (w["severity"], w["sev_" + finding.severity]),
        (w["check"], finding.check),
        (w["expected"], finding.expected),
        (w["observed"], finding.observed),
        (w["cause"], finding.cause),
        *((w["parameters"], _parameter(used, lang)) for used in finding.parameters),
        (w["related"], w["sep"].join(finding.related)),
        (w["waivers"], waived_line(run.waived.get(finding.id), lang)),
    ]
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for label, text in rows:
        if text:
            table.add_row(label, Text(clean_line(text)))
    return table


def _parameter(used: ParameterUse, lang: Lang) -> str:
    """`idle_seconds = 600 s · level 3 · GB/T …`"""
    w = WORDS[lang]
    value = f"{used.name} = {used.value} {used.unit}".rstrip()
    return " · ".join(
        part
        for part in (value, origin_words(used.origin, lang), f"{w['from']} {used.source}" if used.source else "")
        if part
    )


def _tree(reasons: tuple[Reason, ...], lang: Lang) -> Tree:
    """The reasons nested as the check nests them; a depth that skips a level hangs on the nearest one above."""
    tree = Tree(Text(WORDS[lang]["reasons"], style="bold"), guide_style="dim")
    open_branches = [tree]
    for reason in reasons:
        del open_branches[max(0, reason.depth) + 1 :]
        branch = open_branches[-1].add(_reason(reason, lang))
        open_branches.append(branch)
        for cite in reason.cites:
            branch.add(Text(_cited(cite, lang), style="cyan"))
    return tree


def _reason(reason: Reason, lang: Lang) -> Text:
    w = WORDS[lang]
    word, style = RESULT_STYLES[reason.result]
    said = Text.assemble((w[word], style), f"  {clean_line(reason.matcher)}")
    if reason.expected and reason.expected not in reason.matcher:
        said.append(f"  {w['expected']}{w['colon']}{clean_line(reason.expected)}")
    if reason.observed:
        said.append(f"  {w['observed']}{w['colon']}{clean_line(reason.observed)}")
    return said


def _cited(cite: Citation, lang: Lang) -> str:
    """`sshd 第 3 行：clientaliveinterval 0`"""
    w = WORDS[lang]
    place = clean_line(cite.fact, 120) + (f" [{clean_line(cite.instance, 120)}]" if cite.instance else "")
    if cite.line is not None:
        place += " " + w["line_n"].format(n=cite.line)
    return place + (f"{w['colon']}{clean_line(cite.text)}" if cite.text else "")
