"""The whole of waivers.yaml."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from audit.campus.model.words import AssetId, Day, Id, Line, text
from audit.written.shape import WrongValueError
from checks.model.base import Model
from checks.model.finding import FINDING_ID

LONGEST = timedelta(days=366)
"""A level-3 system is assessed once a year (信息安全等级保护管理办法 第十四条): no acceptance outlives that look at it."""


def _finding(value: Any) -> str:
    word = text(value).strip()
    if not FINDING_ID.match(word):
        raise WrongValueError(f"{word[:80]!r} 不是发现的编号", "报告里每个发现都有编号：F- 和 16 位十六进制数字")
    return word


FindingId = Annotated[
    str,
    BeforeValidator(_finding),
    WithJsonSchema({"type": "string", "pattern": FINDING_ID.pattern.replace(r"\Z", "$")}),
]


class WaiverEntry(Model):
    """One waiver: its scope is a finding, or a check on an asset, if need be one subject only."""

    finding: FindingId | None = None
    """发现的编号（F-…）。只豁免这一个发现；阈值改了，编号就变，豁免也就不再对得上。"""
    check: Line | None = None
    """检查的编号，和 asset 一起写。"""
    asset: AssetId | None = None
    """资产的编号，和 check 一起写。"""
    subject: Line | None = None
    """对象（账户、端口等），和报告里写的一样；不写就是这个检查在这个资产上的全部对象。"""
    reason: Line
    """必填。为什么现在改不了。"""
    compensating: Line
    """必填。用什么措施降低风险；没有就如实写「无」。"""
    approved_by: Line
    """必填。批准人：对这个风险负责的人。"""
    approved: Day
    """必填。批准日期。"""
    until: Day
    """必填。豁免的最后一天；最长一年，到期要重新批准或整改。"""

    @model_validator(mode="after")
    def _one_scope(self) -> "WaiverEntry":
        if self.finding and (self.check or self.asset or self.subject):
            raise WrongValueError("写了 finding，又写了 check、asset 或 subject", "只留一种范围")
        if not self.finding and not (self.check and self.asset):
            raise WrongValueError("没有写清豁免什么", "写 finding: F-…，或者 check 和 asset 都写上")
        return self

    @model_validator(mode="after")
    def _dates(self) -> "WaiverEntry":
        if self.until < self.approved:
            raise WrongValueError(f"止于 {self.until}，早于批准日期 {self.approved}", "是不是 approved、until 写反了？")
        if self.until - self.approved > LONGEST:
            last = self.approved + LONGEST
            raise WrongValueError(f"从 {self.approved} 到 {self.until} 超过一年", f"最晚写 {last}，到期再批准")
        return self


class WaiversFile(Model):
    """What waivers.yaml says."""

    waivers: dict[Id, WaiverEntry] = {}
    """豁免：编号自己取，用小写字母、数字和 - _ .，不要改，报告里用它称呼。"""
