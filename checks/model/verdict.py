"""Verdicts and severities, with the words people see for them."""

from enum import StrEnum


class Verdict(StrEnum):
    """What is known of a check, an aspect or an item. Only the first three were decided on evidence of conformity."""

    PASS = "pass"  # noqa: S105 - a verdict, not a secret
    PARTIAL = "partial"
    FAIL = "fail"
    NOT_APPLICABLE = "not-applicable"
    MANUAL = "manual"
    UNKNOWN = "unknown"

    @property
    def zh(self) -> str:
        return VERDICT_ZH[self]

    @property
    def failing(self) -> bool:
        """Something is known to be wrong, in whole or in part."""
        return self in (Verdict.FAIL, Verdict.PARTIAL)

    @property
    def settled(self) -> bool:
        """Known, and nothing is left to do."""
        return self in (Verdict.PASS, Verdict.NOT_APPLICABLE)

    @property
    def undecided(self) -> bool:
        """Not known: the evidence is missing, or a person has to look."""
        return self in (Verdict.UNKNOWN, Verdict.MANUAL)


VERDICT_ZH = {
    Verdict.PASS: "符合",
    Verdict.PARTIAL: "部分符合",
    Verdict.FAIL: "不符合",
    Verdict.NOT_APPLICABLE: "不适用",
    Verdict.MANUAL: "待人工",
    Verdict.UNKNOWN: "未测得",
}


class Severity(StrEnum):
    """How much a failing check matters, before its high-risk cases are looked at."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def zh(self) -> str:
        return {"high": "高", "medium": "中", "low": "低"}[self.value]

    @property
    def rank(self) -> int:
        """3 for high, 1 for low: what `--fail-on` and the fix order compare."""
        return _RANK[self]


_RANK = {Severity.HIGH: 3, Severity.MEDIUM: 2, Severity.LOW: 1}
