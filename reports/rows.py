"""The rows of findings as markup. There are thousands of them: written in Python they cost a fifth of a template's time.

Every text goes through `safe`; what is not `safe(...)` here is a word of our own or an address from `anchor`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from markupsafe import Markup, escape

from checks.model.finding import Citation, Finding, ParameterUse, Reason
from checks.model.verdict import Verdict
from checks.model.waiver import Waiver
from reports.anchors import anchor
from reports.aspects import Place
from reports.page import safe
from reports.waivers import waived_line
from reports.words import VERDICT_WORDS, WORDS, Lang, origin_words

VERDICT_CSS = {
    Verdict.PASS: "p",
    Verdict.PARTIAL: "h",
    Verdict.FAIL: "f",
    Verdict.NOT_APPLICABLE: "n",
    Verdict.MANUAL: "m",
    Verdict.UNKNOWN: "u",
}
DEEPEST = 4
"""Reasons nested deeper are indented no further."""


class Rows:
    """Writes the rows of one report: its words, the titles of checks, the short names of places, the checks in «fix first», and what
    is waived."""

    def __init__(
        self,
        lang: Lang,
        title: Callable[[str], str],
        place: Callable[[str], str],
        fixes: Collection[str],
        waived: Mapping[str, Waiver],
    ) -> None:
        words: Mapping[str, str] = {key: str(escape(word)) for key, word in WORDS[lang].items()}
        self._lang = lang
        self._w = words
        self._title = title
        self._name = place
        self._fixes = fixes
        self._waived = waived
        self._badges = {v: f'<b class="{VERDICT_CSS[v]}">{words[VERDICT_WORDS[v]]}</b>' for v in Verdict}
        self._results = {
            True: f'<b class="p">{words["true"]}</b>',
            False: f'<b class="f">{words["false"]}</b>',
            None: f'<b class="u">{words["undecided"]}</b>',
        }

    def pending(self, findings: Iterable[Finding]) -> Markup:
        """Rows of what needs somebody's hand: severity and what was seen stand in the headline."""
        return Markup("\n".join(self._row(f, self._urgency(f), pending=True) for f in findings))  # noqa: S704

    def settled(self, findings: Iterable[Finding]) -> Markup:
        """Rows of what is met or does not apply."""
        return Markup("\n".join(self._row(f, "", pending=False) for f in findings))  # noqa: S704

    def places(self, places: Iterable[Place]) -> Markup:
        """The assets of an aspect, each linked to what was found on it."""
        return Markup("".join(f"<span>{self._place(place)}</span>" for place in places))  # noqa: S704

    def _place(self, place: Place) -> str:
        if len(place.findings) == 1 and not place.more:
            return f'<a href="#{anchor(place.findings[0].id)}">{safe(self._name(place.asset))}</a>'
        links = [
            f'<a href="#{anchor(finding.id)}">{safe(finding.subject or str(number))}</a>'
            for number, finding in enumerate(place.findings, 1)
        ]
        if place.more:
            links.append(f'<a href="#{anchor("asset", place.asset)}">{self._w["more"].format(n=place.more)}</a>')
        return " ".join([safe(self._name(place.asset)), *links])

    def _row(self, finding: Finding, urgency: str, *, pending: bool) -> str:
        css, subject = VERDICT_CSS[finding.verdict], finding.subject
        named = f" <u>{safe(subject)}</u>" if subject else ""
        return (
            f'<details class="x {css}" id="{anchor(finding.id)}"><summary>{self._badges[finding.verdict]}'
            f"<span>{safe(self._title(finding.check))}{named}</span>{urgency}</summary>"
            f"<div>{''.join(self._body(finding, pending=pending))}<code>{safe(finding.id)}</code></div></details>"
        )

    def _urgency(self, finding: Finding) -> str:
        severity, w = finding.severity, self._w
        seen = safe(finding.cause) or (finding.observed and f"{w['observed']}{w['colon']}{safe(finding.observed)}")
        waived = f' <i class="tag">{w["waived"]}</i>' if finding.id in self._waived else ""
        return f'<em class="s{severity.rank}">{w["sev_" + severity]}{waived}</em><small>{seen}</small>'

    def _body(self, finding: Finding, *, pending: bool) -> Iterable[str]:
        w = self._w
        if finding.expected:
            yield f"<p>{w['expected']}{w['colon']}{safe(finding.expected)}</p>"
        if finding.observed and (finding.cause or not pending):
            yield f"<p>{w['observed']}{w['colon']}{safe(finding.observed)}</p>"
        for used in finding.parameters:
            yield self._parameter(used)
        if finding.reasons:
            yield f'<ul class="r">{"".join(map(self._reason, finding.reasons))}</ul>'
        if finding.related:
            yield f'<p class="muted">{w["related"]}{w["colon"]}{w["sep"].join(map(safe, finding.related))}</p>'
        if waiver := self._waived.get(finding.id):
            yield f'<p><a href="#{anchor("waiver", waiver.id)}">{safe(waived_line(waiver, self._lang))}</a></p>'
        if pending and finding.check in self._fixes:
            yield f'<p><a href="#{anchor("fix", finding.check)}">{w["how_to_fix"]}</a></p>'

    def _parameter(self, used: ParameterUse) -> str:
        value = f"{safe(used.name)} = {safe(str(used.value))} {safe(used.unit)}"
        told = " · ".join(
            part for part in (value, safe(origin_words(used.origin, self._lang)), safe(used.source)) if part
        )
        return f'<p class="muted">{self._w["parameters"]} {told}</p>'

    def _reason(self, reason: Reason) -> str:
        w = self._w
        depth = f' class="d{min(reason.depth, DEEPEST)}"' if reason.depth > 0 else ""
        told = f"<li{depth}>{self._results[reason.result]} {safe(reason.matcher)}"
        if reason.expected and reason.expected not in reason.matcher:
            told += f"<small>{w['expected']} {safe(reason.expected)}</small>"
        if reason.observed:
            told += f"<small>{w['observed']} {safe(reason.observed)}</small>"
        return told + "".join(map(self._cite, reason.cites)) + "</li>"

    def _cite(self, cite: Citation) -> str:
        place = safe(cite.fact) + (f" [{safe(cite.instance)}]" if cite.instance else "")
        if cite.line is not None:
            place += " " + self._w["line_n"].format(n=cite.line)
        return f"<code>{place}{self._w['colon'] + safe(cite.text) if cite.text else ''}</code>"
