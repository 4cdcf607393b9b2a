"""From the YAML of baselines/catalogue/ to the Catalogue, every inconsistency named with file and line. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from pydantic import Field

from checks.language.source import Document, Problem, SourceError, validate
from checks.model.asset import AssetClass, Attribute, Extension
from checks.model.base import Model
from checks.model.catalogue import Aspect, Catalogue, HighRiskCase, Item, Mode, NotApplicableRule, RuleGroup, Topic
from checks.model.text import Text

ANSWER = "answer"
"""Slug of the one aspect of a topic that only people answer."""
PARTS = {"general": "1", "cloud": "2", "mobile": "3", "iot": "4", "ics": "5"}
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


class _Raw(NamedTuple):
    """The files, read but not yet compared."""

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


def build_catalogue(documents: Mapping[str, Document]) -> Catalogue:
    """Read and cross-check the files of a catalogue. Raises SourceError with every inconsistency."""
    missing = [Problem(name, 1, "目录里缺少这个文件") for name, _ in FILES.values() if name not in documents]
    if missing:
        raise SourceError(missing)
    raw = _Raw(**{key: validate(kind, documents[name]) for key, (name, kind) in FILES.items()})
    problems = [p for rule in RULES for p in rule(raw, documents)]
    if problems:
        raise SourceError(problems)
    return Catalogue(
        items={item.id: _item(item, raw.attributes) for item in raw.items.items},
        topics={topic.id: topic for topic in _topics(raw)},
        cases={case.id: case for case in _cases(raw.cases)},
        not_applicable={rule.aspect: rule for rule in raw.not_applicable.rules},
    )


def _item(item: RawItem, attributes: AttributesFile) -> Item:
    known = (
        attributes.control_points.get(item.layer, {}).get(item.control_point) if item.extension == "general" else None
    )
    return Item(
        id=item.id,
        clause=item.clause,
        topic=item.topic,
        level=item.level,
        extension=item.extension,
        layer=item.layer,
        control_point=item.control_point,
        attribute=known.attribute if known else "G",
        summary=Text(zh=item.summary, en=item.summary_en),
        also=item.also,
    )


def _topics(raw: _Raw) -> Iterator[Topic]:
    automation = {entry.topic: entry for entry in raw.automation.topics}
    summaries = {item.topic: item.summary for item in sorted(raw.items.items, key=lambda i: i.level, reverse=True)}
    for name in sorted(summaries):
        entry = automation.get(name)
        if entry is None:  # cloud and industrial extensions: nobody has said how yet, so people answer for the system
            yield _answered(name, (AssetClass.APPLICATION,), f"{summaries[name]}做到了吗？", ())
        elif name not in raw.aspects.topics:
            yield _answered(name, entry.assets, entry.question, entry.evidence)
        else:
            yield _with_aspects(entry, raw.aspects.topics[name])


def _answered(name: str, classes: tuple[AssetClass, ...], question: str, evidence: tuple[str, ...]) -> Topic:
    aspect = Aspect(id=f"{name}/{ANSWER}", title=question, classes=classes, mode="manual")
    rule = RuleGroup(kind="all", parts=(ANSWER,))
    return Topic(
        id=name,
        mode="manual",
        classes=classes,
        question=question,
        evidence=evidence,
        rule=rule,
        aspects={ANSWER: aspect},
    )


def _with_aspects(entry: RawTopic, raw: RawAspects) -> Topic:
    name = entry.topic
    aspects = {
        slug: Aspect(id=f"{name}/{slug}", title=a.zh, classes=a.on, mode=a.mode, mode_on=a.mode_on)
        for slug, a in raw.aspects.items()
    }
    return Topic(
        id=name,
        mode=entry.mode,
        mode_on=entry.mode_on,
        classes=entry.assets,
        question=entry.question,
        evidence=entry.evidence,
        rule=_rule(raw),
        aspects=aspects,
        levels={int(key[1:]): slugs for key, slugs in raw.levels.items()},
    )


def _rule(raw: RawAspects) -> RuleGroup:
    if isinstance(raw.rule, str):
        return RuleGroup(kind=raw.rule, parts=tuple(raw.aspects))
    kind: Literal["all", "any"] = "all" if isinstance(raw.rule, RuleAll) else "any"
    inner: Literal["all", "any"] = "any" if kind == "all" else "all"
    parts = getattr(raw.rule, kind)
    return RuleGroup(
        kind=kind,
        parts=tuple(p if isinstance(p, str) else RuleGroup(kind=inner, parts=getattr(p, inner)) for p in parts),
    )


def _cases(file: CasesFile) -> Iterator[HighRiskCase]:
    for kind, entries in (("case", file.cases), ("major-hazard", file.major_hazards)):
        for raw in entries:
            yield HighRiskCase(
                id=raw.id,
                title=raw.title,
                kind=kind,
                items=raw.items or (),
                levels=raw.levels or tuple(sorted({int(i[1]) for i in raw.items or ()})),
                condition=raw.condition,
                triggers=raw.trigger or ((raw.forms,) if raw.forms else ()),
                compensating=raw.compensating,
                can_be_lowered=raw.can_be_lowered,
                source=raw.source,
            )


def _slugs(rule: RuleGroup) -> list[str]:
    return [slug for part in rule.parts for slug in ([part] if isinstance(part, str) else _slugs(part))]


Documents = Mapping[str, Document]


def _numbering(raw: _Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["items.yaml"]
    series: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(raw.items.items):
        match = re.fullmatch(r"(L([1-4])-[A-Z]{3}([1-5]))-(\d{2})", item.id)
        if match is None or int(match[2]) != item.level or match[3] != PARTS[item.extension]:
            yield document.problem(("items", index, "id"), f"{item.id} 与级别或扩展不符")
        else:
            series[match[1]].append(int(match[4]))
    gaps: dict[str, set[int]] = defaultdict(set)
    for key in ("skipped_numbers", "numbers_without_item"):
        for name, numbers in _mapping(raw.items.meta.get(key)).items():
            gaps[name] |= set(numbers)
    for name, numbers in series.items():
        wanted = set(range(1, max(numbers) + 1)) - gaps[name]
        if set(numbers) != wanted:
            yield document.problem(("items",), f"{name} 的编号不连续：{sorted(wanted ^ set(numbers))}")


def _mapping(value: object) -> dict[str, list[int]]:
    return value if isinstance(value, dict) else {}


def _unique(raw: _Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["items.yaml"]
    for what, values in (
        ("编号", [i.id for i in raw.items.items]),
        ("条款", [i.clause for i in raw.items.items]),
        ("题目与级别", [f"{i.topic} L{i.level}" for i in raw.items.items]),
    ):
        for value, count in Counter(values).items():
            if count > 1:
                yield document.problem(("items",), f"{what} {value} 出现 {count} 次")
    cases = documents["high-risk.yaml"]
    for value, count in Counter(c.id for c in (*raw.cases.cases, *raw.cases.major_hazards)).items():
        if count > 1:
            yield cases.problem((), f"判例 {value} 出现 {count} 次")


def _also(raw: _Raw, documents: Documents) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for item in raw.items.items:
        first[item.topic] = min(first.get(item.topic, 9), item.level)
    for index, item in enumerate(raw.items.items):
        for other in item.also:
            if first.get(other, 0) <= item.level:
                yield documents["items.yaml"].problem(
                    ("items", index, "also"), f"also 的题目 {other} 不存在，或这一级已单列"
                )


def _automation_fits(raw: _Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["automation.yaml"]
    wanted = {i.topic for i in raw.items.items if not re.match(r"[a-z]{3}-(cloud|ics)\.", i.topic)}
    named = [e.topic for e in raw.automation.topics]
    for name in sorted(wanted ^ set(named)):
        yield document.problem(("topics",), f"题目 {name} " + ("缺少取证方式" if name in wanted else "不存在"))
    for index, entry in enumerate(raw.automation.topics):
        if set(entry.mode_on) - set(entry.assets):
            yield document.problem(("topics", index, "mode_on"), f"{entry.topic} 的 mode_on 有资产类别不在 assets 里")
        if named.count(entry.topic) > 1:
            yield document.problem(("topics", index), f"题目 {entry.topic} 写了两次")


def _aspects_fit(raw: _Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["aspects.yaml"]
    automation = {e.topic: e for e in raw.automation.topics}
    levels: dict[str, set[int]] = defaultdict(set)
    for item in raw.items.items:
        levels[item.topic].add(item.level)
    wanted = {e.topic for e in raw.automation.topics if e.mode != "manual"}
    for name in sorted(wanted ^ set(raw.aspects.topics)):
        yield document.problem(("topics",), f"题目 {name} " + ("缺少方面" if name in wanted else "不该有方面"))
    for name in sorted(wanted & set(raw.aspects.topics)):
        entry = raw.aspects.topics[name]
        for message in _aspect_mistakes(entry, automation[name], levels[name]):
            yield document.problem(("topics", name), f"{name}：{message}")


def _aspect_mistakes(entry: RawAspects, topic: RawTopic, levels: set[int]) -> Iterator[str]:
    slugs = set(entry.aspects)
    if set(_slugs(_rule(entry))) != slugs:
        yield "rule 里的方面与 aspects 不一致"
    used = set() if set(entry.levels) >= {f"L{n}" for n in levels} else set(slugs)
    for key, listed in entry.levels.items():
        used |= set(listed)
        if int(key[1]) not in levels or not listed or not set(listed) < slugs:
            yield f"levels 的 {key} 不对"
    if used != slugs:
        yield f"方面 {'、'.join(sorted(slugs - used))} 哪一级都不用"
    for slug, aspect in entry.aspects.items():
        if set(aspect.on) - set(topic.assets):
            yield f"方面 {slug} 的资产类别超出题目"
        if set(aspect.mode_on) - set(aspect.on) or aspect.mode in aspect.mode_on.values():
            yield f"方面 {slug} 的 mode_on 不对"


def _attributes_fit(raw: _Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["attributes.yaml"]
    have = {(layer, point) for layer, points in raw.attributes.control_points.items() for point in points}
    wanted = {(i.layer, i.control_point) for i in raw.items.items if i.extension == "general"}
    for layer, point in sorted(have ^ wanted):
        yield document.problem(
            ("control_points",), f"控制点 {layer}／{point} " + ("缺少属性" if (layer, point) in wanted else "不存在")
        )


def _cases_fit(raw: _Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["high-risk.yaml"]
    known = {i.id for i in raw.items.items} | {u.id for u in raw.items.units_without_item}
    for key in ("cases", "major_hazards"):
        for index, case in enumerate(getattr(raw.cases, key)):
            for item in case.items or ():
                if item not in known:
                    yield document.problem((key, index, "items"), f"{case.id} 的条目 {item} 不存在")


def _not_applicable_fit(raw: _Raw, documents: Documents) -> Iterator[Problem]:
    for index, rule in enumerate(raw.not_applicable.rules):
        topic, _, slug = rule.aspect.partition("/")
        if topic not in raw.aspects.topics or slug not in raw.aspects.topics[topic].aspects:
            yield documents["not-applicable.yaml"].problem(("rules", index, "aspect"), f"方面 {rule.aspect} 不存在")


RULES = (
    _numbering,
    _unique,
    _also,
    _automation_fits,
    _aspects_fit,
    _attributes_fit,
    _cases_fit,
    _not_applicable_fit,
)
