"""The files of baselines/catalogue/ as they are written. What they must be together: `catalogue_checks`."""

from typing import Literal, NamedTuple

from pydantic import Field

from checks.model.asset import AssetClass, Attribute, Extension
from checks.model.base import Model
from checks.model.catalogue import Mode, NotApplicableRule, RuleGroup

Confidence = Literal["high", "medium", "low"]
LevelName = Literal["L1", "L2", "L3", "L4"]


class RawItem(Model):
    """One entry of items.yaml."""

    id: str = Field(pattern=r"^L[1-4]-[A-Z]{3}[1-5]-\d{2}$")
    clause: str
    topic: str = Field(pattern=r"^[a-z]{3}(-[a-z]+)?(\.[a-z]+(-[a-z]+)*){2}$")
    level: int = Field(ge=1, le=4)
    extension: Extension
    layer: str
    layer_en: str
    control_point: str
    control_point_en: str
    summary: str
    summary_en: str
    method: tuple[str, ...] = Field(min_length=1)
    source_confidence: Confidence
    also: tuple[str, ...] = ()
    note: str = ""


class RawUnit(Model):
    """A unit of GB/T 28448 without an item of its own; it is not counted."""

    id: str
    clause: str | None = None
    level: int
    extension: Extension
    layer: str
    control_point: str
    summary: str
    summary_en: str
    source_confidence: Confidence
    note: str = ""


class ItemsFile(Model):
    meta: dict[str, object]
    items: tuple[RawItem, ...]
    units_without_item: tuple[RawUnit, ...] = ()


class RawTopic(Model):
    """One entry of automation.yaml."""

    topic: str
    mode: Mode
    assets: tuple[AssetClass, ...] = Field(min_length=1)
    mode_on: dict[AssetClass, Mode] = {}
    question: str = Field(pattern="？")
    evidence: tuple[str, ...] = Field(min_length=1)
    note: str = ""


class AutomationFile(Model):
    meta: dict[str, object]
    topics: tuple[RawTopic, ...]


class RawAspect(Model):
    """One aspect of a topic in aspects.yaml."""

    zh: str = Field(min_length=1, max_length=30)
    on: tuple[AssetClass, ...] = Field(min_length=1)
    mode: Mode
    mode_on: dict[AssetClass, Mode] = {}


class NestedAny(Model):
    any: tuple[str, ...] = Field(min_length=1)


class NestedAll(Model):
    all: tuple[str, ...] = Field(min_length=1)


class RuleAll(Model):
    all: tuple[str | NestedAny, ...] = Field(min_length=1)


class RuleAny(Model):
    any: tuple[str | NestedAll, ...] = Field(min_length=1)


class RawAspects(Model):
    rule: Literal["all", "any", "single"] | RuleAll | RuleAny
    aspects: dict[str, RawAspect] = Field(min_length=1)
    levels: dict[LevelName, tuple[str, ...]] = {}
    note: str = ""


class AspectsFile(Model):
    meta: dict[str, object]
    topics: dict[str, RawAspects]


class RawAttribute(Model):
    attribute: Attribute
    confidence: Confidence
    note: str = ""


class AttributesFile(Model):
    meta: dict[str, object]
    control_points: dict[str, dict[str, RawAttribute]]


class RawCase(Model):
    """A high-risk case or a major hazard."""

    id: str
    title: str
    case: str | None = None
    code: str | None = None
    items: tuple[str, ...] | None = None
    levels: tuple[int, ...] = ()
    condition: str = ""
    trigger: tuple[str, ...] = ()
    forms: str = ""
    compensating: tuple[str, ...] = ()
    can_be_lowered: bool = True
    source: str
    source_confidence: Confidence
    note: str = ""


class CasesFile(Model):
    meta: dict[str, object]
    cases: tuple[RawCase, ...]
    major_hazards: tuple[RawCase, ...]


class NotApplicableFile(Model):
    rules: tuple[NotApplicableRule, ...]


class Raw(NamedTuple):
    """The files of a catalogue, each by itself as it must be, not yet compared with one another."""

    items: ItemsFile
    automation: AutomationFile
    aspects: AspectsFile
    attributes: AttributesFile
    cases: CasesFile
    not_applicable: NotApplicableFile


FILES: dict[str, tuple[str, type[Model]]] = {
    "items": ("items.yaml", ItemsFile),
    "automation": ("automation.yaml", AutomationFile),
    "aspects": ("aspects.yaml", AspectsFile),
    "attributes": ("attributes.yaml", AttributesFile),
    "cases": ("high-risk.yaml", CasesFile),
    "not_applicable": ("not-applicable.yaml", NotApplicableFile),
}


def rule_group(raw: RawAspects) -> RuleGroup:
    """The rule of a topic, written out."""
    if isinstance(raw.rule, str):
        return RuleGroup(kind=raw.rule, parts=tuple(raw.aspects))
    kind: Literal["all", "any"] = "all" if isinstance(raw.rule, RuleAll) else "any"
    inner: Literal["all", "any"] = "any" if kind == "all" else "all"
    parts = getattr(raw.rule, kind)
    return RuleGroup(
        kind=kind,
        parts=tuple(p if isinstance(p, str) else RuleGroup(kind=inner, parts=getattr(p, inner)) for p in parts),
    )
