"""The digest of a check turns with its question and with nothing else: `diff` blames the rules by it."""

import pytest

from audit.content import read_baselines
from checks.language.definition import definition_digest
from checks.language.load import Content
from checks.model.text import Text

CONTENT = read_baselines().content
CHECK = next(check for _, check in read_baselines().loaded.checks() if check.id == "linux-ssh-idle-timeout")
OTHER_END = "unknown" if CHECK.no_instances == "not-applicable" else "not-applicable"
BEFORE = definition_digest(CONTENT, "linux", CHECK)


def with_fact(name: str, **changed: object) -> Content:
    """The content with one fact of Linux obtained otherwise."""
    linux = CONTENT.platforms["linux"]
    spec = linux.facts.facts[name].model_copy(update=changed)
    facts = linux.facts.model_copy(update={"facts": {**linux.facts.facts, name: spec}})
    return CONTENT.model_copy(
        update={"platforms": {**CONTENT.platforms, "linux": linux.model_copy(update={"facts": facts})}}
    )


@pytest.mark.parametrize(
    "changed",
    [{"title": Text(zh="别的说法")}, {"why": Text(zh="别的")}, {"tests": CHECK.tests[:1]}, {"decides": ()}],
    ids=lambda changed: next(iter(changed)),
)
def test_other_words_are_the_same_question(changed) -> None:
    assert definition_digest(CONTENT, "linux", CHECK.model_copy(update=changed)) == BEFORE


@pytest.mark.parametrize(
    "changed",
    [{"partial": CHECK.expect}, {"when": CHECK.expect}, {"fresh": {"sshd": 3}}, {"no_instances": OTHER_END}],
    ids=lambda changed: next(iter(changed)),
)
def test_another_expectation_is_another_question(changed) -> None:
    assert definition_digest(CONTENT, "linux", CHECK.model_copy(update=changed)) != BEFORE


def test_evidence_obtained_in_another_way_is_another_question() -> None:
    needed = CHECK.needs[0]
    assert definition_digest(with_fact(needed, timeout=77), "linux", CHECK) != BEFORE
    assert definition_digest(with_fact(needed, impact=Text(zh="没有影响")), "linux", CHECK) == BEFORE
    other = next(name for name in CONTENT.platforms["linux"].facts.facts if name not in CHECK.needs)
    assert definition_digest(with_fact(other, timeout=77), "linux", CHECK) == BEFORE


def test_facts_behind_a_derived_fact_count_too() -> None:
    linux = CONTENT.platforms["linux"].facts.facts
    derived, behind = next(
        (name, spec.sources[0]) for name, spec in linux.items() if spec.derive and spec.sources[0] in linux
    )
    check = next(c for p, c in CONTENT.checks() if p.name == "linux" and derived in c.needs)
    assert definition_digest(with_fact(behind, timeout=77), "linux", check) != definition_digest(
        CONTENT, "linux", check
    )
