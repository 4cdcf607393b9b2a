"""The report as one self-contained page."""

from typing import Any

from checks.model.asset import Asset
from checks.model.comparison import KINDS, Comparison
from checks.model.operation import Operation
from checks.model.run import Run
from reports import bars, changes, view, waivers
from reports.aspects import Known, aspect_lines
from reports.facets import Facets
from reports.page import render_page
from reports.rows import VERDICT_CSS, Rows
from reports.sections import Told, sections_of
from reports.sessions import sessions
from reports.words import VERDICT_WORDS, WORDS, Lang

CASE_CSS = {"hit": "f", "suspected": "h", "cannot-tell": "u", "not-hit": "p"}
COLLECTION_CSS = {"complete": "p", "partial": "h", "failed": "f"}
NUMERALS: dict[Lang, dict[int, str]] = {
    "zh": {1: "一", 2: "二", 3: "三", 4: "四"},
    "en": {1: "1", 2: "2", 3: "3", 4: "4"},
}


def render_html(
    run: Run, lang: Lang = "zh", operations: tuple[Operation, ...] = (), comparison: Comparison | None = None
) -> str:
    """The whole page of a run, its operation log, and what changed since the run before. Every text is cleaned and
    escaped on its way into it.
    """
    told = Told(run, operations, comparison)
    return render_page("report.html.j2", _names(told, lang), lang, styles=("report.css",), script="report.js")


def _names(told: Told, lang: Lang) -> dict[str, Any]:
    """What the templates look up: the run, names by id, and the arranging functions."""
    run = told.run
    names, implicit = view.asset_names(run), view.implicit_names(run)
    titles = {check.id: check.title.say(lang) for check in run.checks.values()}
    fixes = frozenset(task.check for task in run.fix_first)
    findings = view.in_reading_order(run.findings)
    facets = Facets.of(Known.of(findings), view.mentioned(run))

    def asset_class(asset: Asset) -> str:
        return asset.asset_class.zh if lang == "zh" else asset.asset_class.value

    def title(check: str) -> str:
        return titles.get(check, check)

    return {
        **_HELPERS,
        "told": told,
        "run": run,
        "sections": sections_of(told),
        "findings": findings,
        "facets": facets,
        "rows": Rows(lang, title, lambda asset: implicit.get(asset, asset), fixes, run.waived, facets.kind),
        "names": names,
        "name": lambda asset: names.get(asset, asset),
        "title": title,
        "asset_class": asset_class,
        "verdict_words": {verdict: WORDS[lang][key] for verdict, key in VERDICT_WORDS.items()},
        "numerals": NUMERALS[lang],
    }


_HELPERS: dict[str, Any] = {
    "css": VERDICT_CSS,
    "case_class": CASE_CSS,
    "collection_class": COLLECTION_CSS,
    "aspect_lines": aspect_lines,
    "stacked": bars.stacked,
    "legend": bars.legend,
    "span": bars.span,
    "marks": bars.marks,
    "by_layer": view.by_layer,
    "cases_by_state": view.cases_by_state,
    "fixed_count": view.fixed_count,
    "findings_by_asset": view.findings_by_asset,
    "layers": view.layers,
    "item_ids": view.item_ids,
    "unmeasured": view.unmeasured,
    "asked_items": view.asked_items,
    "not_covered": view.not_covered,
    "waiting": view.waiting,
    "waiver_lines": waivers.waiver_lines,
    "waiver_class": {"expired": "f", "nothing": "h", "met": "h", "not-yet": "n", "in-force": "p"},
    "scope": waivers.scope,
    "change_kinds": KINDS,
    "change_class": {"new": "f", "not-measured": "u", "open": "h", "fixed": "p", "measured": "m", "gone": "n"},
    "change_notes": changes.notes,
    "turn": changes.turn,
    "rule_lines": changes.rule_lines,
    "rate_lines": changes.rate_lines,
    "sessions": sessions,
}
