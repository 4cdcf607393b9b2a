"""How urgent a task is: the shipped rules, read as an officer would read them."""

from datetime import date

import pytest
from pydantic import ValidationError

from audit.content import read_baselines
from checks.assess.remediation import Remediation, scheduled
from checks.model.fix import Effort, Fix
from checks.model.run import CheckInfo, FixTask
from checks.model.text import Text
from checks.model.verdict import Severity

SAID = Text(zh="…")


def planned(severity: Severity, high_risk: tuple[str, ...], effort: Effort) -> tuple[str, date | None]:
    fix = Fix(steps=(SAID,), risk=SAID, rollback=SAID, effort=effort)
    info = CheckInfo(id="c", title=SAID, severity=severity, why=SAID, fix=fix, high_risk=high_risk, platform="linux")
    task = FixTask(check="c", title=SAID, severity=severity, high_risk=high_risk)
    (done,) = scheduled([task], {"c": info}, read_baselines().remediation, date(2026, 11, 24))
    return done.urgency, done.due


@pytest.mark.parametrize(
    ("severity", "high_risk", "effort", "urgency", "due"),
    [
        (Severity.LOW, ("HR25-6.4.1.1",), "quick", "urgent", date(2026, 12, 1)),
        (Severity.HIGH, ("HR25-6.4.1.1",), "project", "urgent", date(2026, 12, 1)),
        (Severity.HIGH, (), "quick", "urgent", date(2026, 12, 1)),
        (Severity.HIGH, (), "project", "long-term", date(2027, 5, 23)),
        (Severity.MEDIUM, (), "quick", "scheduled", date(2026, 12, 24)),
        (Severity.LOW, (), "planned", "scheduled", date(2026, 12, 24)),
    ],
)
def test_the_first_rule_that_holds_decides(severity, high_risk, effort, urgency, due):  # type: ignore[no-untyped-def]
    assert planned(severity, high_risk, effort) == (urgency, due)


def test_rules_that_leave_a_task_without_a_deadline_are_refused():
    with pytest.raises(ValidationError, match="最后一条"):
        Remediation.model_validate({"rules": [{"urgency": "urgent", "days": 7, "high_risk": True}]})
