"""The assessment of one graded system: what is known of every item, and what follows from it."""

from datetime import date
from typing import Literal

from checks.model.asset import AssetClass, GradedSystem
from checks.model.base import Model
from checks.model.catalogue import Mode
from checks.model.verdict import Verdict

Answer = Literal["yes", "partly", "no", "not-applicable"]


class Attestation(Model):
    """A person's dated answer to the question of one aspect on one asset."""

    aspect: str
    """`topic/slug`; for a topic only people answer, `topic/answer`."""
    asset: str
    answer: Answer
    by: str
    on: date
    reason: str = ""
    """Required for not-applicable."""
    evidence: tuple[str, ...] = ()
    """Names of evidence files."""


class Determination(Model):
    """A person's reasoned change of an item's result (人工改判), shown beside the automatic one."""

    system: str
    item: str
    verdict: Literal["pass", "partial", "fail", "not-applicable"]
    by: str
    on: date
    reason: str


class CaseConfirmation(Model):
    """A person's word on a high-risk case of a system."""

    system: str
    case: str
    state: Literal["hit", "not-hit"]
    by: str
    on: date
    reason: str
    compensating: str = ""
    fixed: bool = False


class Answers(Model):
    """Everything people said: the content of answers.yaml."""

    attestations: tuple[Attestation, ...] = ()
    determinations: tuple[Determination, ...] = ()
    cases: tuple[CaseConfirmation, ...] = ()


class AspectResult(Model):
    """One aspect on one asset: the answers still possible, and what decided it."""

    aspect: str
    title: str
    mode: Mode
    possible: tuple[Answer, ...]
    """One answer: decided. Several: open."""
    findings: tuple[str, ...] = ()
    """Ids of findings that decided it."""
    indications: tuple[str, ...] = ()
    """Ids of findings shown beside the question; they close nothing."""
    attestation: Attestation | None = None
    open_because: Literal["", "manual", "unknown", "not-covered"] = ""
    """manual: a person must answer; unknown: evidence missing; not-covered: no check decides it on this platform."""
    who: str = ""
    """Who must answer or act, e.g. 系统管理员."""
    question: str = ""


class RecordResult(Model):
    """One item on one asset."""

    asset: str
    asset_class: AssetClass
    verdict: Verdict
    """manual or unknown while open."""
    possible: tuple[Verdict, ...]
    aspects: tuple[AspectResult, ...]


class ItemResult(Model):
    """One item over all assets of the system it concerns."""

    item: str
    topic: str
    level: int
    layer: str
    control_point: str
    summary: str
    verdict: Verdict
    """After a determination, if there is one; `automatic` keeps the computed one."""
    automatic: Verdict
    possible: tuple[Verdict, ...]
    """Verdicts still possible; more than one and `pass` among them: the item is open (未定)."""
    records: tuple[RecordResult, ...]
    counts: dict[Verdict, int] = {}
    """Records by verdict."""
    determination: Determination | None = None
    who: tuple[str, ...] = ()
    """Who still has to answer."""
    note: str = ""

    @property
    def open(self) -> bool:
        """Whether it can still become 符合 (scoring §7); decided-but-partial-or-fail is not open."""
        return len(self.possible) > 1 and Verdict.PASS in self.possible


class Interval(Model):
    """A figure of which only the two ends are known; equal ends: the figure."""

    low: float
    high: float


class Counts(Model):
    """How many items (or records) stand where. total = sum of the others."""

    total: int = 0
    passed: int = 0
    partial: int = 0
    fail: int = 0
    not_applicable: int = 0
    undecided_failure: int = 0
    """Not 符合 for certain, partial or fail still undecided."""
    open: int = 0
    manual: int = 0
    """Of the open ones: waiting for people."""
    unknown: int = 0
    """Of the open ones: evidence missing."""


class LayerRate(Model):
    """Rate of one layer (层面)."""

    layer: str
    counts: Counts
    rate: Interval


class CaseResult(Model):
    """What is known of one high-risk case on this system."""

    case: str
    title: str
    kind: Literal["case", "major-hazard"]
    state: Literal["hit", "suspected", "not-hit", "cannot-tell"]
    items: tuple[str, ...]
    findings: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    compensating: tuple[str, ...] = ()
    can_be_lowered: bool = True
    confirmation: CaseConfirmation | None = None


class Conclusion(Model):
    """An estimated conclusion by one method; `label` is 未定 unless both ends of the interval agree."""

    method: Literal["2025", "2021"]
    label: str
    figure: Interval
    """2025: rate in %; 2021: score out of 100."""
    reasons: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    """Open points of the official method and how they were set, in Chinese."""


class Assessment(Model):
    """The assessment of one graded system. A self-audit: every conclusion is an estimate, never a 等级测评."""

    system: GradedSystem
    items: tuple[ItemResult, ...]
    counts: Counts
    records: Counts
    rate: Interval
    """Rate over items in %, partial counting nothing."""
    record_rate: Interval
    layers: tuple[LayerRate, ...]
    cases: tuple[CaseResult, ...]
    conclusions: tuple[Conclusion, ...]
