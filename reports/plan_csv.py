"""The remediation plan as a table for a spreadsheet: one row a task and asset, so that each can be handed out and ticked off.

UTF-8 with a mark at the front, which Excel needs for Chinese. A cell that a spreadsheet would take for a formula gets an
apostrophe in front: texts of a run come from targets.
"""

import csv
import io
from collections.abc import Iterable

from checks.model.run import Run
from reports.clean import clean_line
from reports.plan import PlanLine, PlanPlace, plan_parts
from reports.words import WORDS, Lang

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
COLUMNS = ("number", "urgency", "problem", "severity", "asset", "subject", "concerns", "measure", "script", "risk", "rollback",
           "responsible", "due", "proof", "recheck")  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def plan_csv(run: Run, lang: Lang = "zh") -> str:
    """The whole file."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(WORDS[lang][key] for key in COLUMNS)
    for part in plan_parts(run):
        for line in part.lines:
            for place in line.places:
                writer.writerow(map(cell, _row(line, place, lang)))
    return MARK + out.getvalue()


def cell(text: str) -> str:
    """Inert text on one line that no spreadsheet computes."""
    shown = clean_line(text, 5000)
    return f"'{shown}" if shown.lstrip(" '\"\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}").startswith(_FORMULA) else shown


def _row(line: PlanLine, place: PlanPlace, lang: Lang) -> Iterable[str]:
    w, fix = WORDS[lang], line.fix
    yield str(line.number)
    yield w["urgency_" + line.task.urgency]
    yield line.task.title.say(lang)
    yield w["sev_" + line.task.severity]
    yield place.name
    yield w["sep"].join(place.subjects)
    yield "；".join(f"{c.system} {c.grade}：{'、'.join(c.items)}" for c in line.items)
    yield " ".join(f"{number}. {step.say(lang)}" for number, step in enumerate(fix.steps, 1))
    yield _script(place, lang)
    yield fix.risk.say(lang)
    yield fix.rollback.say(lang)
    yield w["sep"].join(line.owner)
    yield str(line.task.due or "")
    yield w["proof_hint"].format(check=line.task.check)
    yield ""


def _script(place: PlanPlace, lang: Lang) -> str:
    if place.file is None:
        return ""
    proof, w = place.fixing.proof, WORDS[lang]
    tried = w["script_tried"].format(system=proof.system) if proof else w["script_not_tried"]
    return f"fix/{place.file.host}/{place.file.name} {tried}"
