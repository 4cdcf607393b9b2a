"""The gate on a terminal: each rule with what was measured, what is allowed, and what breaks it."""

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from checks.model.gate import GateResult, GateRule
from checks.model.run import Run
from reports.clean import clean_line
from reports.view import asset_names
from reports.words import WORDS, Lang

SHOWN = 10
"""Findings or assets named under a broken rule."""


def print_gate(result: GateResult, run: Run, console: Console, lang: Lang = "zh") -> None:
    """Every rule, then the outcome; assets that were not measured whole are named besides."""
    w = WORDS[lang]
    console.print(Text(w["gate"], style="bold underline"))
    for rule in result.rules:
        mark, style = ("✓", "green") if rule.holds else ("✗", "bold red")
        console.print(Padding.indent(Text(f"{mark} {_rule(rule, run, lang)}", style=style), 2))
        for line in _breaking(rule, run, lang):
            console.print(Padding.indent(Text(line, style="dim"), 6))
    console.print(
        Text(w["gate_holds" if result.holds else "gate_broken"], style="green" if result.holds else "bold red")
    )
    incomplete = [asset for asset, whole in run.gathered_whole.items() if not whole]
    if incomplete:
        names = asset_names(run)
        named = w["sep"].join(clean_line(names.get(asset, asset), 60) for asset in incomplete)
        console.print(Text(f"{w['not_whole']}{w['colon']}{named}", style="magenta"))


def _rule(rule: GateRule, run: Run, lang: Lang) -> str:
    w = WORDS[lang]
    if rule.name == "asset":
        name = clean_line(asset_names(run).get(rule.subject, rule.subject), 80)
        return f"{name}{w['colon']}{w['measured_whole' if rule.holds else 'not_measured_whole']}"
    unit = "%" if rule.name == "coverage" else ""
    named = w["gate_" + rule.name] + (
        f"（{w['total' if rule.subject == 'total' else 'sev_' + rule.subject]}）" if rule.subject else ""
    )
    word = w["at_least" if rule.name == "coverage" else "at_most"]
    measured = int(rule.measured * 10) / 10
    return f"{named}{w['colon']}{measured:g}{unit}（{word} {rule.allowed:g}{unit}）"


def _breaking(rule: GateRule, run: Run, lang: Lang) -> Iterator[str]:
    w, found = WORDS[lang], {finding.id: finding for finding in run.findings}
    if rule.holds or rule.name == "asset":
        return
    for key in rule.breaking[:SHOWN]:
        finding = found.get(key)
        if finding is None:
            yield clean_line(asset_names(run).get(key, key))
            continue
        info = run.checks.get(finding.check)
        title = info.title.say(lang) if info else finding.check
        where = " ".join(filter(None, (finding.asset, finding.subject)))
        yield clean_line(f"{key}  {title}{w['colon']}{where}", 160)
    if len(rule.breaking) > SHOWN:
        yield w["more"].format(n=len(rule.breaking) - SHOWN)
