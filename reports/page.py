"""The frame of our pages: one file each that opens offline, reads without script and can load nothing.

A page is a template that extends `page.html.j2`; its style is `page.css` and what it adds, its script `page.js` and what it adds.
"""

import base64
import hashlib
import html
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reports import figures
from reports.anchors import anchor
from reports.clean import clean_block, clean_line
from reports.words import WORDS, Lang

HTML_LANG: dict[Lang, str] = {"zh": "zh-CN", "en": "en"}


def render_page(
    template: str, names: Mapping[str, Any], lang: Lang, *, styles: Iterable[str] = (), script: str = ""
) -> str:
    """A whole page. `styles` and `script` name files of `templates/` beside the common ones. Texts are cleaned and escaped."""
    style = _style(tuple(styles))
    code = _asset("page.js") + (_asset(script) if script else "")
    return (
        environment()
        .get_template(template)
        .render(
            names,
            lang=lang,
            html_lang=HTML_LANG[lang],
            w=WORDS[lang],
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(code),  # noqa: S704 - our own file
            policy=content_policy(style, code),
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


@cache
def _style(more: tuple[str, ...]) -> str:
    """The common style and what one page adds. The dark palette stands in it twice: as preferred, and as chosen."""
    dark = _asset("dark.css")
    rules = (
        f"@media screen and (prefers-color-scheme: dark) {{\n:root:not([data-theme=light]) {{\n{dark}}}\n}}\n"
        f"@media screen {{\n:root[data-theme=dark] {{\n{dark}}}\n}}"
    )
    return _asset("page.css").replace("/* dark */", rules) + "".join(map(_asset, more))


@cache
def _asset(name: str) -> str:
    return files("reports").joinpath("templates", name).read_text(encoding="utf-8")


@lru_cache(maxsize=8192)
def safe(text: str) -> str:
    """A text of the run as HTML: inert, on one line, escaped. Many texts of a run are alike."""
    return html.escape(clean_line(text))


def _print(value: object) -> object:
    """What `{{ … }}` prints: our markup as it is, everything else clean, on one line, escaped."""
    return value if isinstance(value, Markup | int | float) else Markup(safe(str(value)))  # noqa: S704


def _block(text: str) -> Markup:
    """A text that keeps its lines."""
    return escape(clean_block(text))


@cache
def environment() -> Environment:
    """The templates with what every page needs; what one page needs besides comes with its names."""
    made = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_print,
    )
    made.filters["block"] = _block
    helpers: dict[str, Callable[..., object]] = {
        "anchor": anchor,
        "figure": figures.figure,
        "interval": figures.interval,
        "moment": figures.moment,
    }
    made.globals.update(helpers)
    return made
