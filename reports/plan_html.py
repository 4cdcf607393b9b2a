"""The remediation plan as a page of its own: printed on A4 across, filled in by hand, signed."""

from checks.model.run import Run
from reports.page import render_page
from reports.plan import plan_parts
from reports.view import asset_names
from reports.waivers import scope, waiver_lines
from reports.words import Lang

SHOWN_SUBJECTS = 12


def render_plan(run: Run, lang: Lang = "zh") -> str:
    """The whole page; every text is cleaned and escaped on its way into it."""
    names = {
        "run": run,
        "parts": plan_parts(run),
        "waived": [line for line in waiver_lines(run) if line.use.in_force and line.findings],
        "names": asset_names(run),
        "scope": scope,
        "shown": SHOWN_SUBJECTS,
    }
    return render_page("plan.html.j2", names, lang, styles=("plan.css",))
