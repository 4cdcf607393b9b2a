"""The rules of meaning: what a well-formed campus.yaml can still get wrong. One table, one small function each."""

from collections.abc import Iterator

from audit.campus.known import Known
from audit.campus.model.campus import CampusFile
from audit.campus.rules.authorisation import AUTHORISATION_RULES
from audit.campus.rules.context import Context, Rule
from audit.campus.rules.logins import LOGIN_RULES
from audit.campus.rules.parameters import PARAMETER_RULES
from audit.campus.rules.places import PLACE_RULES
from audit.campus.rules.systems import SYSTEM_RULES
from audit.campus.rules.things import THING_RULES
from audit.written.mistakes import Shaped
from checks.language.source import Document, Path, Problem

RULES: tuple[Rule, ...] = (
    *PLACE_RULES,
    *THING_RULES,
    *LOGIN_RULES,
    *SYSTEM_RULES,
    *AUTHORISATION_RULES,
    *PARAMETER_RULES,
)


def broken_rules(shaped: Shaped[CampusFile], document: Document, known: Known) -> Iterator[Problem]:
    """Every problem of meaning, except where a part that was already reported as broken could be its cause."""
    if shaped.value is None:
        return
    context = Context(shaped.value, document.data, known)
    sections = {path[0] for path in shaped.broken if path}
    for rule in RULES:
        if sections.isdisjoint(rule.rests_on):
            for path, message, hint in rule.check(context):
                if not any(_related(path, gone) for gone in shaped.broken):
                    yield document.problem(path, message, hint)


def _related(path: Path, gone: Path) -> bool:
    shorter = min(len(path), len(gone))
    return path[:shorter] == gone[:shorter]
