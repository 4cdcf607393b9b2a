"""The catalogue as records: items, topics, aspects, questions, high-risk cases (GB/T 22239-2019, GB/T 28448-2019)."""

from typing import Literal

from pydantic import Field

from checks.model.asset import AssetClass, Attribute, Extension
from checks.model.base import Model
from checks.model.text import Text

Mode = Literal["auto", "assist", "manual"]


class Item(Model):
    """A requirement at one level (`L3-CES1-02`)."""

    id: str
    clause: str
    topic: str
    level: int = Field(ge=1, le=4)
    extension: Extension
    layer: str
    control_point: str
    attribute: Attribute
    summary: Text
    also: tuple[str, ...] = ()
    """Topics this item asks for besides its own, at levels where they have no item."""


class Aspect(Model):
    """One thing a topic asks for; `id` is `topic/slug`."""

    id: str
    title: str
    classes: tuple[AssetClass, ...]
    mode: Mode
    mode_on: dict[AssetClass, Mode] = {}

    def mode_for(self, asset_class: AssetClass) -> Mode:
        """auto: a machine may close it; assist and manual: a person answers."""
        return self.mode_on.get(asset_class, self.mode)


class RuleGroup(Model):
    """How aspects join: `single` is one content in several aspects (no partial). Parts are slugs or one nested group."""

    kind: Literal["all", "any", "single"]
    parts: tuple["str | RuleGroup", ...]


class Topic(Model):
    """The level-independent name of a requirement, its question and how it is established."""

    id: str
    mode: Mode
    mode_on: dict[AssetClass, Mode] = {}
    classes: tuple[AssetClass, ...]
    question: str
    evidence: tuple[str, ...] = ()
    rule: RuleGroup
    aspects: dict[str, Aspect]
    """slug → aspect; a topic that only people answer has the one aspect `answer`."""
    levels: dict[int, tuple[str, ...]] = {}
    """Slugs that count at a level, where not all do."""


class HighRiskCase(Model):
    """A high-risk case (高风险判例) or a trigger of a major hazard (重大风险隐患)."""

    id: str
    title: str
    kind: Literal["case", "major-hazard"]
    items: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    condition: str = ""
    triggers: tuple[str, ...] = ()
    compensating: tuple[str, ...] = ()
    can_be_lowered: bool = True
    source: str = ""


class NotApplicableRule(Model):
    """When a machine may call an aspect not applicable: a finding `not-applicable` with positive evidence, and this rule."""

    aspect: str
    reason: Text


class Catalogue(Model):
    """Everything the standard fixes, cross-checked when it is loaded."""

    items: dict[str, Item]
    topics: dict[str, Topic]
    cases: dict[str, HighRiskCase]
    not_applicable: dict[str, NotApplicableRule] = {}

    def aspect(self, aspect_id: str) -> Aspect | None:
        """The aspect `topic/slug`, or None."""
        topic, _, slug = aspect_id.partition("/")
        return self.topics[topic].aspects.get(slug) if topic in self.topics else None
