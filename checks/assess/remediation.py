"""How urgent each task of «fix first» is and by when it is to be done. The rules are data (`catalogue/remediation.yaml`)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from pydantic import Field, model_validator

from checks.model.base import Model
from checks.model.fix import Effort
from checks.model.run import CheckInfo, FixTask, Urgency
from checks.model.verdict import Severity


class Rule(Model):
    """Holds when each condition that is written holds."""

    urgency: Urgency
    days: int = Field(ge=1, le=3650)
    """Days from the day of the audit to the deadline."""
    high_risk: bool | None = None
    """Whether its check suggests a high-risk case."""
    severity: tuple[Severity, ...] = ()
    effort: tuple[Effort, ...] = ()

    def holds(self, task: FixTask, info: CheckInfo) -> bool:
        """Whether this rule speaks of the task."""
        return (
            self.high_risk in (None, bool(task.high_risk))
            and (not self.severity or task.severity in self.severity)
            and (not self.effort or info.fix.effort in self.effort)
        )


class Remediation(Model):
    """The content of `baselines/catalogue/remediation.yaml`: the first rule that holds decides."""

    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _something_always_holds(self) -> "Remediation":
        last = self.rules[-1]
        if last.high_risk is not None or last.severity or last.effort:
            raise ValueError("最后一条规则不能有条件，否则有的整改没有期限")
        return self


def scheduled(
    tasks: Iterable[FixTask], checks: Mapping[str, CheckInfo], remediation: Remediation, day: date
) -> tuple[FixTask, ...]:
    """The tasks in their order, each with its urgency and deadline counted from `day`."""
    return tuple(_with(task, checks[task.check], remediation, day) for task in tasks)


def _with(task: FixTask, info: CheckInfo, remediation: Remediation, day: date) -> FixTask:
    rule = next(rule for rule in remediation.rules if rule.holds(task, info))
    return task.model_copy(update={"urgency": rule.urgency, "due": day + timedelta(days=rule.days)})
