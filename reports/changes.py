"""What changed since another run, for a terminal: numbers first, then what needs somebody's hand."""

from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from checks.model.comparison import KINDS, Comparison, FindingChange, Kind
from reports.clean import clean_line
from reports.figures import interval, moment
from reports.words import VERDICT_WORDS, WORDS, Lang

STYLES: dict[Kind, str] = {
    "new": "bold red",
    "not-measured": "magenta",
    "open": "yellow",
    "fixed": "green",
    "measured": "cyan",
    "gone": "dim",
}
PRESSING: tuple[Kind, ...] = ("new", "not-measured")
IN_SUMMARY = 5
"""Changes of one kind that the summary of an audit names."""
SHOWN = 120


def print_comparison(comparison: Comparison, console: Console, lang: Lang = "zh") -> None:
    """The whole comparison, every change of it."""
    w, old, new = WORDS[lang], comparison.old, comparison.new
    console.print(Text(clean_line(comparison.campus.name, SHOWN), style="bold"))
    for word, mark in (("older_run", old), ("newer_run", new)):
        console.print(Text(f"{w[word]}{w['colon']}{clean_line(mark.id, 60)}  {moment(mark.as_of)} {w['clock']}"))
    console.print(_numbers(comparison, lang))
    for line in rule_lines(comparison, lang):
        console.print(Text(clean_line(line), style="yellow"))
    for line in rate_lines(comparison, lang):
        console.print(Text(clean_line(line)))
    for kind in KINDS:
        changes = comparison.of(kind)
        if changes:
            console.print()
            console.print(Text(f"{w['change_' + kind]}（{len(changes)}）", style="bold underline"))
            for change in changes:
                console.print(Padding.indent(_change(change, lang), 2))


def comparison_summary(comparison: Comparison, lang: Lang) -> list[RenderableType]:
    """The comparison for the summary of an audit: numbers, what the rules did, and the pressing changes by name."""
    w = WORDS[lang]
    since = w["since"].format(id=clean_line(comparison.old.id, 60), at=moment(comparison.old.as_of))
    lines: list[RenderableType] = [Text(since, style="dim"), _numbers(comparison, lang)]
    lines += [Text(clean_line(line), style="yellow") for line in rule_lines(comparison, lang)]
    for kind in PRESSING:
        changes = comparison.of(kind)
        lines += [_change(change, lang) for change in changes[:IN_SUMMARY]]
        if len(changes) > IN_SUMMARY:
            lines.append(Text(w["more"].format(n=len(changes) - IN_SUMMARY), style="dim"))
    return lines


def _numbers(comparison: Comparison, lang: Lang) -> Text:
    w = WORDS[lang]
    parts = [Text(f"{w['change_' + kind]} {len(comparison.of(kind))}", style=STYLES[kind]) for kind in KINDS]
    return Text("  ").join([*parts, Text(f"{w['change_unmeasured']} {comparison.still_unmeasured}", style="magenta")])


def rule_lines(comparison: Comparison, lang: Lang) -> Iterator[str]:
    """What differs besides the assets: without it a change of the content would read as a change of the school.

    Not cleaned: whoever prints the lines does that.
    """
    w = WORDS[lang]
    if comparison.version_changed:
        yield w["version_changed"].format(old=comparison.old.dengbao_version, new=comparison.new.dengbao_version)
    if comparison.content_changed:
        changed = [len(comparison.changed_checks), len(comparison.added_checks), len(comparison.removed_checks)]
        yield w["content_changed"].format(changed=changed[0], added=changed[1], removed=changed[2])
    for parameter in comparison.parameters:
        before, after = ("/".join(map(str, values)) for values in (parameter.before, parameter.after))
        yield w["parameter_changed"].format(name=parameter.name, before=before, after=after, unit=parameter.unit)
    if comparison.campus_changed:
        yield w["campus_changed"]
    for word, assets in (("assets_added", comparison.added_assets), ("assets_removed", comparison.removed_assets)):
        if assets:
            yield f"{w[word]}{w['colon']}{w['sep'].join(assets)}"


def rate_lines(comparison: Comparison, lang: Lang) -> Iterator[str]:
    """The compliance rate of each system, before → after. Not cleaned."""
    w = WORDS[lang]
    for rate in comparison.rates:
        before, after = (interval(span, "%") if span else w["nothing"] for span in (rate.before, rate.after))
        grade = f"（{rate.before_grade}→{rate.after_grade}）" if rate.before_grade != rate.after_grade else ""
        yield f"{rate.name}{grade}{w['colon']}{w['rate']} {before} → {after}"


def _change(change: FindingChange, lang: Lang) -> Group:
    w = WORDS[lang]
    where = " ".join(filter(None, (change.asset, change.subject)))
    head = Text.assemble(
        (w["change_" + change.kind], STYLES[change.kind]),
        f"  {clean_line(change.title.say(lang), SHOWN)}{w['colon']}{clean_line(where, SHOWN)}  ",
        (turn(change, lang), "bold"),
        (f"  {clean_line(change.finding, 40)}", "dim"),
    )
    return Group(head, *(Padding.indent(Text(clean_line(line), style="dim"), 3) for line in notes(change, lang)))


def turn(change: FindingChange, lang: Lang) -> str:
    """`符合→不符合`."""
    w = WORDS[lang]
    return "→".join(w[VERDICT_WORDS[v]] if v else w["nothing"] for v in (change.before, change.after))


def notes(change: FindingChange, lang: Lang) -> Iterable[str]:
    """What is to be known of one change: its cause, what was seen, and whether the rules may have made it.
    Not cleaned."""
    w = WORDS[lang]
    if change.because:
        yield w["because_" + change.because]
    if change.cause:
        yield change.cause
    elif change.observed and change.after and change.after.failing:
        yield f"{w['observed']}{w['colon']}{change.observed}"
    if change.rules:
        named = w["sep"].join(w["rule_" + rule] for rule in change.rules)
        yield w["by_rules"].format(rules=named)
    if change.waived:
        yield w["waived"]
