"""How the aspects of a topic join to a verdict on one asset. Exhaustive over what is still possible.

Rules (aspects.yaml): all: every one met 符合, none met 不符合, else 部分符合; any: one met 符合, else 不符合; single: the
aspects are one content: all met 符合, else 不符合. Aspects that do not apply drop out; all of them: 不适用. An aspect met
in part is «not wholly met» under all, «not met» under any and single.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import product

from checks.model.assessment import Answer
from checks.model.catalogue import RuleGroup
from checks.model.verdict import Verdict

Possible = frozenset[Answer]
Verdicts = frozenset[Verdict]
OPEN: Possible = frozenset(("yes", "partly", "no", "not-applicable"))
"""Nothing is known yet: a person may still give any answer."""


def restricted(rule: RuleGroup, slugs: frozenset[str]) -> RuleGroup | None:
    """The rule over the aspects that count at this level and class; None when none is left.

    One aspect left makes it a single content, for which there is no 部分符合.
    """
    kept = _kept(rule, slugs)
    if kept is None:
        return None
    names = names_of(kept)
    return RuleGroup(kind="single", parts=tuple(names)) if len(names) == 1 else kept


def _kept(rule: RuleGroup, slugs: frozenset[str]) -> RuleGroup | None:
    parts: list[str | RuleGroup] = []
    for part in rule.parts:
        if isinstance(part, str):
            parts += [part] if part in slugs else []
        else:
            inner = _kept(part, slugs)
            parts += [inner] if inner is not None else []
    return RuleGroup(kind=rule.kind, parts=tuple(parts)) if parts else None


def names_of(rule: RuleGroup) -> frozenset[str]:
    """The aspects a rule names."""
    return frozenset(n for p in rule.parts for n in ((p,) if isinstance(p, str) else names_of(p)))


def verdicts(rule: RuleGroup, possible: Mapping[str, Possible]) -> Verdicts:
    """Every verdict that can still come out, given what each aspect can still be."""
    names = sorted(names_of(rule))
    if all(isinstance(part, str) for part in rule.parts):  # the order of aspects is no matter: fewer cases to work out
        sets = sorted(tuple(sorted(possible[name])) for name in names)
        places = tuple(map(str, range(len(names))))
        return _verdicts(RuleGroup(kind=rule.kind, parts=places), places, tuple(sets))
    return _verdicts(rule, tuple(names), tuple(tuple(sorted(possible[name])) for name in names))


@lru_cache(maxsize=16_384)
def _verdicts(rule: RuleGroup, names: tuple[str, ...], choices: tuple[tuple[Answer, ...], ...]) -> Verdicts:
    return frozenset(_verdict(rule, dict(zip(names, answers, strict=True))) for answers in product(*choices))


def _verdict(rule: RuleGroup, answers: Mapping[str, Answer]) -> Verdict:
    results = [_part(part, answers) for part in rule.parts]
    counting = [result for result in results if result != "not-applicable"]
    if not counting:
        return Verdict.NOT_APPLICABLE
    if rule.kind == "any":
        return Verdict.PASS if "yes" in counting else Verdict.FAIL
    if all(result == "yes" for result in counting):
        return Verdict.PASS
    if rule.kind == "single" or all(result == "no" for result in counting):
        return Verdict.FAIL
    return Verdict.PARTIAL


def _part(part: str | RuleGroup, answers: Mapping[str, Answer]) -> Answer:
    if isinstance(part, str):
        return answers[part]
    inner = _verdict(part, answers)
    as_answer: dict[Verdict, Answer] = {
        Verdict.PASS: "yes",
        Verdict.PARTIAL: "partly",
        Verdict.FAIL: "no",
        Verdict.NOT_APPLICABLE: "not-applicable",
    }
    return as_answer[inner]


def over_assets(records: tuple[Verdicts, ...]) -> Verdicts:
    """An item over its assets: all 符合 → 符合, all 不符合 → 不符合, else 部分符合; 不适用 drops out.

    Folded one record at a time over the states (has a 符合, has a 不符合, has a 部分符合), so it is linear in records.
    """
    states = {(False, False, False)}
    for record in records:
        states = {_add(state, verdict) for state in states for verdict in record}
    return frozenset(_joined(state) for state in states)


def _add(state: tuple[bool, bool, bool], verdict: Verdict) -> tuple[bool, bool, bool]:
    passed, failed, partial = state
    return (
        passed or verdict is Verdict.PASS,
        failed or verdict is Verdict.FAIL,
        partial or verdict is Verdict.PARTIAL,
    )


def _joined(state: tuple[bool, bool, bool]) -> Verdict:
    if state == (False, False, False):
        return Verdict.NOT_APPLICABLE
    if state == (True, False, False):
        return Verdict.PASS
    return Verdict.FAIL if state == (False, True, False) else Verdict.PARTIAL
