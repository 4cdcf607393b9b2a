"""The rows of findings as markup. There are thousands of them: written in Python they cost a fifth of a template's time.

Every text goes through `safe`; what is not `safe(...)` here is a word of our own or an address from `anchor`.
Classes of a row: `x`, its verdict, `s` and its severity, `k` and its kind (see `facets`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache

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
    """Writes the rows of one report: its words, the titles of checks, the short names of places, the checks in «fix first», what
    is waived, and the kinds of findings."""

    def __init__(
        self,
        lang: Lang,
        title: Callable[[str], str],
        place: Callable[[str], str],
        fixes: Collection[str],
        waived: Mapping[str, Waiver],
        kind: Callable[[Finding], int],
    ) -> None:
        words: Mapping[str, str] = {key: str(escape(word)) for key, word in WORDS[lang].items()}
        self._lang = lang
        self._w = words
        self._title = title
        self._name = place
        self._fixes = fixes
        self._waived = waived
        self._kind = kind
        self._badges = {v: f"<b class={VERDICT_CSS[v]}>{words[VERDICT_WORDS[v]]}</b>" for v in Verdict}
        self._results = {
            True: f"<b class=p>{words['true']}</b> ",
            False: f"<b class=f>{words['false']}</b> ",
            None: f"<b class=u>{words['undecided']}</b> ",
        }
        self._expected = words["expected"] + words["colon"]
        self._observed = words["observed"] + words["colon"]
        self._line = words["line_n"]
        self._told = lru_cache(maxsize=8192)(self._tell)

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
        verdict, address = finding.verdict, anchor(finding.id)
        named = f" <u>{safe(finding.subject)}</u>" if finding.subject else ""
        shown_id = address if address == finding.id else safe(finding.id)
        return (
            f'<details class="x {VERDICT_CSS[verdict]} s{finding.severity.rank} k{self._kind(finding)}" id={address}>'
            f"<summary>{self._badges[verdict]}<span>{safe(self._title(finding.check))}{named}</span>{urgency}</summary>"
            f"{self._body(finding, pending=pending)}<code>{shown_id}</code></details>"
        )

    def _urgency(self, finding: Finding) -> str:
        seen = safe(finding.cause) or (finding.observed and self._observed + safe(finding.observed))
        waived = f" <i class=tag>{self._w['waived']}</i>" if finding.id in self._waived else ""
        return f"<em>{self._w['sev_' + finding.severity]}{waived}</em><small>{seen}</small>"

    def _body(self, finding: Finding, *, pending: bool) -> str:
        reasons = "".join(map(self._reason, finding.reasons))
        told = self._unsaid(finding, reasons, pending=pending)
        for used in finding.parameters:
            told += self._parameter(used)
        if reasons:
            told += f"<ul class=r>{reasons}</ul>"
        if finding.related:
            w = self._w
            told += f"<p class=muted>{w['related']}{w['colon']}{w['sep'].join(map(safe, finding.related))}</p>"
        if waiver := self._waived.get(finding.id):
            told += f'<p><a href="#{anchor("waiver", waiver.id)}">{safe(waived_line(waiver, self._lang))}</a></p>'
        if pending and finding.check in self._fixes:
            told += f'<a href="#{anchor("fix", finding.check)}">{self._w["how_to_fix"]}</a>'
        return told

    def _unsaid(self, finding: Finding, reasons: str, *, pending: bool) -> str:
        """What was expected and observed, as far as neither the headline nor the reasons end with it."""
        told, expected, observed = "", safe(finding.expected), safe(finding.observed)
        if expected and f" {expected}<" not in reasons:
            told += f"<p>{self._expected}{expected}</p>"
        if observed and (finding.cause or not pending) and f" {observed}<" not in reasons:
            told += f"<p>{self._observed}{observed}</p>"
        return told

    def _parameter(self, used: ParameterUse) -> str:
        value = f"{safe(used.name)} = {safe(str(used.value))} {safe(used.unit)}"
        told = " · ".join(
            part for part in (value, safe(origin_words(used.origin, self._lang)), safe(used.source)) if part
        )
        return f"<p class=muted>{self._w['parameters']} {told}</p>"

    def _reason(self, reason: Reason) -> str:
        told = self._told(reason.matcher, reason.expected, reason.observed, reason.result, reason.depth)
        return told + "".join(map(self._cite, reason.cites)) if reason.cites else told

    def _tell(self, matcher: str, expected: str, observed: str, result: bool | None, depth: int) -> str:
        """A reason without its citations. Many findings of a run share it word for word."""
        shown = f" class=d{min(depth, DEEPEST)}" if depth > 0 else ""
        told = f"<li{shown}>{self._results[result]}{safe(matcher)}"
        if expected and expected not in matcher:
            told += f"<small>{self._w['expected']} {safe(expected)}</small>"
        if observed:
            told += f"<small>{self._w['observed']} {safe(observed)}</small>"
        return told

    def _cite(self, cite: Citation) -> str:
        place = safe(cite.fact) + (f" [{safe(cite.instance)}]" if cite.instance else "")
        if cite.line is not None:
            place += " " + self._line.format(n=cite.line)
        return f"<code>{place}{self._w['colon'] + safe(cite.text) if cite.text else ''}</code>"
