"""The gate (门槛): how much a run may still have wrong or unseen before CI or a schedule calls it broken."""

from typing import Annotated, Literal

from pydantic import Field

from checks.model.base import Model
from checks.model.verdict import Severity

Count = Annotated[int, Field(strict=True, ge=0)]


class FailureLimits(Model):
    """Most failing findings of each severity; one that is not written is not limited."""

    high: Count | None = None
    """高：最多几个，不写不限。"""
    medium: Count | None = None
    """中：最多几个，不写不限。"""
    low: Count | None = None
    """低：最多几个，不写不限。"""
    total: Count | None = None
    """三种合计最多几个，不写不限。"""


class NewFailures(Model):
    """Most failing findings that the baseline run does not have."""

    baseline: str = Field(min_length=1)
    """必填。拿来比的那次审计：run.json 或它的目录；相对路径从这个文件所在目录算起。"""
    most: Count = 0
    """最多几个，默认 0。"""
    severity: Severity = Severity.LOW
    """只算这个严重程度及以上的，默认 low（全部）。"""


class Coverage(Model):
    """What has to be measured."""

    percent: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    """要收集的资产里，至少百分之多少收集完整。"""
    assets: tuple[str, ...] = ()
    """这些资产必须收集完整（编号）。"""


class Thresholds(Model):
    """What thresholds.yaml says. In-force waivers take their findings out of every count of failures."""

    failures: FailureLimits = FailureLimits()
    """不符合和部分符合最多几个；有效豁免的不算，过期的算。"""
    not_measured: Count | None = None
    """未测得的发现最多几个；豁免不影响它。"""
    new_failures: NewFailures | None = None
    """和一次留底的审计相比，新的不符合最多几个。"""
    coverage: Coverage = Coverage()
    """必须测到的资产。"""


RuleName = Literal["failures", "not-measured", "new-failures", "coverage", "asset"]


class GateRule(Model):
    """One rule of the gate, held against a run."""

    name: RuleName
    subject: str = ""
    """A severity or `total` for failures; the asset for `asset`."""
    measured: float
    allowed: float
    """The most for counts, the least for coverage."""
    holds: bool
    breaking: tuple[str, ...] = ()
    """What breaks it: ids of findings, or of assets."""


class GateResult(Model):
    """Every rule of the gate, in the order of the file."""

    rules: tuple[GateRule, ...]

    @property
    def holds(self) -> bool:
        return all(rule.holds for rule in self.rules)
