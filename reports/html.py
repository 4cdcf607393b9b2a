"""The report as one self-contained page: opens offline, runs nothing but its own script, reads without it."""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from checks.model.asset import Asset
from checks.model.run import Run
from reports import bars, figures, view
from reports.anchors import anchor
from reports.aspects import Known, aspect_lines
from reports.clean import clean_block
from reports.rows import VERDICT_CSS, Rows, safe
from reports.words import VERDICT_WORDS, WORDS, Lang

CASE_CSS = {"hit": "f", "suspected": "h", "cannot-tell": "u", "not-hit": "p"}
COLLECTION_CSS = {"complete": "p", "partial": "h", "failed": "f"}
HTML_LANG: dict[Lang, str] = {"zh": "zh-CN", "en": "en"}
NUMERALS: dict[Lang, dict[int, str]] = {
    "zh": {1: "一", 2: "二", 3: "三", 4: "四"},
    "en": {1: "1", 2: "2", 3: "3", 4: "4"},
}


def render_html(run: Run, lang: Lang = "zh") -> str:
    """The whole page. Every text of the run is cleaned and escaped on its way into it."""
    style, script = _asset("report.css"), _asset("report.js")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            _names(run, lang),
            run=run,
            lang=lang,
            html_lang=HTML_LANG[lang],
            w=WORDS[lang],
            numerals=NUMERALS[lang],
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            policy=content_policy(style, script),
        )
    )


def content_policy(style: str, script: str) -> str:
    """The Content-Security-Policy that allows exactly this style and this script and nothing else."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _names(run: Run, lang: Lang) -> dict[str, Any]:
    """What the templates look up by id."""
    names, implicit = view.asset_names(run), view.implicit_names(run)
    titles = {check.id: check.title.say(lang) for check in run.checks.values()}
    fixes = frozenset(task.check for task in run.fix_first)
    findings = view.in_reading_order(run.findings)

    def asset_class(asset: Asset) -> str:
        return asset.asset_class.zh if lang == "zh" else asset.asset_class.value

    def title(check: str) -> str:
        return titles.get(check, check)

    return {
        "findings": findings,
        "known": Known.of(findings),
        "rows": Rows(lang, title, lambda asset: implicit.get(asset, asset), fixes),
        "name": lambda asset: names.get(asset, asset),
        "title": title,
        "asset_class": asset_class,
        "verdict_words": {verdict: WORDS[lang][key] for verdict, key in VERDICT_WORDS.items()},
    }


@cache
def _asset(name: str) -> str:
    return files("reports").joinpath("templates", name).read_text(encoding="utf-8")


def _print(value: object) -> object:
    """What `{{ … }}` prints: our markup as it is, everything else clean, on one line, escaped."""
    return value if isinstance(value, Markup | int | float) else Markup(safe(str(value)))  # noqa: S704


def _block(text: str) -> Markup:
    """A text that keeps its lines."""
    return escape(clean_block(text))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_print,
    )
    environment.filters["block"] = _block
    helpers: dict[str, Callable[..., object]] = {
        "anchor": anchor,
        "aspect_lines": aspect_lines,
        **{name: getattr(figures, name) for name in ("figure", "interval", "moment")},
        **{name: getattr(bars, name) for name in ("stacked", "legend", "span", "marks")},
        **{
            name: getattr(view, name)
            for name in ("by_layer", "cases_by_state", "fixed_count", "findings_by_asset", "not_covered", "waiting")
        },
    }
    environment.globals.update(helpers, css=VERDICT_CSS, case_class=CASE_CSS, collection_class=COLLECTION_CSS)
    return environment
