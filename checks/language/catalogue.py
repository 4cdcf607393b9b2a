"""From the YAML of baselines/catalogue/ to the Catalogue, every inconsistency named with file and line. Pure."""

from collections.abc import Iterator, Mapping

from checks.language.catalogue_checks import RULES
from checks.language.catalogue_files import (
    FILES,
    AttributesFile,
    CasesFile,
    Raw,
    RawAspects,
    RawItem,
    RawTopic,
    rule_group,
)
from checks.language.source import Document, Problem, SourceError, validate
from checks.model.asset import AssetClass
from checks.model.catalogue import Aspect, Catalogue, HighRiskCase, Item, RuleGroup, Topic
from checks.model.text import Text

ANSWER = "answer"
"""Slug of the one aspect of a topic that only people answer."""


def build_catalogue(documents: Mapping[str, Document]) -> Catalogue:
    """Read and cross-check the files of a catalogue. Raises SourceError with every inconsistency."""
    missing = [Problem(name, 1, "目录里缺少这个文件") for name, _ in FILES.values() if name not in documents]
    if missing:
        raise SourceError(missing)
    raw = Raw(**{key: validate(kind, documents[name]) for key, (name, kind) in FILES.items()})
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


def _topics(raw: Raw) -> Iterator[Topic]:
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
        rule=rule_group(raw),
        aspects=aspects,
        levels={int(key[1:]): slugs for key, slugs in raw.levels.items()},
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
