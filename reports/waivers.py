"""Waivers as people read them: what needs somebody's hand first, each with what it covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from checks.model.clock import day
from checks.model.finding import Finding
from checks.model.run import Run
from checks.model.waiver import Waiver, WaiverUse
from reports.clean import clean_line
from reports.view import asset_names
from reports.words import WORDS, Lang

Standing = Literal["expired", "nothing", "met", "not-yet", "in-force"]
STANDINGS: tuple[Standing, ...] = ("expired", "nothing", "met", "not-yet", "in-force")
"""In reading order: what somebody has to look after comes first."""
STYLES = {"expired": "bold red", "nothing": "yellow", "met": "yellow", "not-yet": "dim", "in-force": "green"}
SOON = 30
"""Days before its end from which a waiver is said to end soon."""
SHOWN = 160
FINDINGS = 5


@dataclass(frozen=True, slots=True)
class WaiverLine:
    """One waiver with the word that says how it stands and the findings in its scope."""

    standing: Standing
    use: WaiverUse
    findings: tuple[Finding, ...]
    days_left: int

    @property
    def waiver(self) -> Waiver:
        return self.use.waiver

    @property
    def ends_soon(self) -> bool:
        return self.standing == "in-force" and self.days_left <= SOON


def waiver_lines(run: Run) -> tuple[WaiverLine, ...]:
    """Every waiver of the run, expired and idle ones first."""
    found = {finding.id: finding for finding in run.findings}
    lines = [_line(use, found, run) for use in run.waivers]
    return tuple(sorted(lines, key=lambda line: (STANDINGS.index(line.standing), line.waiver.until, line.waiver.id)))


def _line(use: WaiverUse, found: dict[str, Finding], run: Run) -> WaiverLine:
    findings = tuple(found[key] for key in use.findings if key in found)
    return WaiverLine(_standing(use), use, findings, (use.waiver.until - day(run.as_of)).days)


def _standing(use: WaiverUse) -> Standing:
    if not use.in_force:
        return use.state
    if use.matches_nothing:
        return "nothing"
    return "in-force" if use.findings or use.not_measured else "met"


def scope(waiver: Waiver, names: dict[str, str], lang: Lang) -> str:
    """What a waiver speaks of: `F-…`, or check, asset and subject."""
    if waiver.finding:
        return waiver.finding
    parts = (waiver.check, names.get(waiver.asset, waiver.asset), waiver.subject)
    return WORDS[lang]["dot"].join(part for part in parts if part)


def waived_line(waiver: Waiver | None, lang: Lang) -> str:
    """Who accepted a finding, until when and why; nothing for one that nobody did. Not cleaned."""
    if waiver is None:
        return ""
    told = {"id": waiver.id, "by": waiver.approved_by, "until": waiver.until, "reason": waiver.reason}
    return WORDS[lang]["waived_line"].format(**told)


def print_waivers(run: Run, console: Console, lang: Lang = "zh") -> None:
    """All waivers of a run; nothing but a word when there is none."""
    lines = waiver_lines(run)
    for line in lines:
        console.print(_told(line, run, lang))
    if not lines:
        console.print(Text(WORDS[lang]["none_waivers"]))


def waiver_summary(run: Run, lang: Lang) -> list[RenderableType]:
    """The waivers for the summary: those to be looked after in full, the ones that simply hold in one line."""
    w, lines = WORDS[lang], waiver_lines(run)
    pressing = [line for line in lines if line.standing != "in-force" or line.ends_soon]
    quiet = len(lines) - len(pressing)
    told: list[RenderableType] = [_told(line, run, lang) for line in pressing]
    return [*told, Text(w["waivers_hold"].format(n=quiet, m=len(run.waived)), style="dim")] if quiet else told


def _told(line: WaiverLine, run: Run, lang: Lang) -> Group:
    w, waiver, names = WORDS[lang], line.waiver, asset_names(run)
    head = Text.assemble(
        (w["waiver_" + line.standing], STYLES[line.standing]),
        "  ",
        (_say(waiver.id), "bold"),
        f"  {_say(scope(waiver, names, lang))}  {_until(line, lang)}",
    )
    approved = w["approved_line"].format(
        by=_say(waiver.approved_by, 40), on=waiver.approved, reason=_say(waiver.reason)
    )
    body = [
        Text(approved, style="dim"),
        Text(f"{w['compensating_now']}{w['colon']}{_say(waiver.compensating)}", style="dim"),
    ]
    body += [Text(told) for told in (*_covered(line, run, lang), *_not_measured(line, lang))]
    return Group(head, *(Padding.indent(text, 3) for text in body))


def _say(text: str, limit: int = SHOWN) -> str:
    return clean_line(text, limit)


def _until(line: WaiverLine, lang: Lang) -> str:
    w = WORDS[lang]
    ends = w["until"].format(day=line.waiver.until)
    return ends + (w["days_left"].format(n=line.days_left) if line.ends_soon else "")


def _covered(line: WaiverLine, run: Run, lang: Lang) -> Iterable[str]:
    w = WORDS[lang]
    for finding in line.findings[:FINDINGS]:
        info = run.checks.get(finding.check)
        title = info.title.say(lang) if info else finding.check
        where = " ".join(filter(None, (finding.asset, finding.subject)))
        yield f"{_say(finding.id, 40)}  {_say(title, 80)}{w['colon']}{_say(where, 80)}"
    if len(line.findings) > FINDINGS:
        yield w["more"].format(n=len(line.findings) - FINDINGS)


def _not_measured(line: WaiverLine, lang: Lang) -> Iterable[str]:
    if line.use.not_measured:
        yield WORDS[lang]["waiver_unknown"].format(n=len(line.use.not_measured))
