"""The items of a graded system: which they are, and what is known of each over the system's assets."""

from collections.abc import Iterable, Sequence, Set

from checks.assess.aspects import WHO, Evidence, aspect_result
from checks.assess.rules import Verdicts, over_assets, restricted, verdicts
from checks.model.assessment import Answers, AspectResult, Determination, ItemResult, RecordResult
from checks.model.asset import Asset, AssetClass, Extension, GradedSystem
from checks.model.catalogue import Catalogue, Item, Topic
from checks.model.verdict import Verdict

EXTENSIONS: tuple[Extension, ...] = ("general", "cloud", "mobile", "iot", "ics")
ORDER = (Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL, Verdict.NOT_APPLICABLE)


def items_of(catalogue: Catalogue, system: GradedSystem) -> tuple[Item, ...]:
    """Every item the system is assessed against: S items at its S level, A at A, G at the higher; its extensions.

    In the standard's order: general first, then layer by layer as level 4 (which has all of them) lists them.
    """
    extensions = {"general", *system.extensions}
    layers = list(dict.fromkeys(i.layer for i in catalogue.items.values() if i.level == 4))
    chosen = [
        item
        for item in catalogue.items.values()
        if item.extension in extensions and item.level == system.level_for(item.attribute)
    ]
    return tuple(
        sorted(
            chosen, key=lambda i: (EXTENSIONS.index(i.extension), layers.index(i.layer), i.id.split("-", 1)[1], i.id)
        )
    )


def implicit_assets(system: GradedSystem, assets: Sequence[Asset]) -> tuple[Asset, ...]:
    """What every graded system has without saying so: itself as an application, and its data."""
    present = {asset.asset_class for asset in assets}
    wanted = (
        Asset(id=system.id, asset_class=AssetClass.APPLICATION, name=system.name, origin="implicit"),
        Asset(id=f"{system.id}/data", asset_class=AssetClass.DATA, name=f"{system.name}的数据", origin="implicit"),
    )
    return tuple(asset for asset in wanted if asset.asset_class not in present)


def item_result(
    catalogue: Catalogue, system: GradedSystem, item: Item, assets: Iterable[Asset], known: Evidence, answers: Answers
) -> ItemResult:
    """One item over the assets its topic concerns. Topics in `also` are what higher levels list on their own; here they
    are part of the item's own wording, so its topic's aspects already stand for them.

    What the item asks of a class the system has no asset of stays open under a stand-in (`<system>/<class>`), where a
    person can answer for it: otherwise an item would conform although a part of it was never looked at.
    """
    topic = catalogue.topics[item.topic]
    slugs = topic.levels.get(item.level, tuple(topic.aspects))
    present = [a for a in assets if a.asset_class in topic.classes]
    absent = _stand_ins(topic, slugs, {a.asset_class for a in present}, system)
    concerned = [(a, slugs) for a in present] + list(absent)
    records = tuple(r for a, asked in concerned if (r := _record(topic, item, a, asked, known)) is not None)
    possible = over_assets(tuple(frozenset(r.possible) for r in records))
    automatic = _verdict(possible, [a for r in records for a in r.aspects])
    determination = _determination(answers, system.id, item.id)
    verdict = Verdict(determination.verdict) if determination else automatic
    return ItemResult(
        item=item.id,
        topic=item.topic,
        level=item.level,
        layer=item.layer,
        control_point=item.control_point,
        summary=item.summary.zh,
        verdict=verdict,
        automatic=automatic,
        possible=(verdict,) if determination else _sorted(possible),
        records=records,
        counts=_counts(records),
        determination=determination,
        who=() if determination else _who(records, possible),
        note=_not_listed([a for a, _ in absent]) if absent and not determination else "",
    )


def _stand_ins(
    topic: Topic, slugs: Sequence[str], present: Set[AssetClass], system: GradedSystem
) -> tuple[tuple[Asset, tuple[str, ...]], ...]:
    """Stand-ins for classes the system has no asset of, with the aspects that would else be asked of nothing.

    Under `any` the aspects that are asked of something suffice.
    """
    left = [s for s in slugs if not present & set(topic.aspects[s].classes)]
    if topic.rule.kind == "any" and len(left) < len(slugs):
        return ()
    found = []
    while left:
        chosen = topic.aspects[left[0]].classes[0]
        name = f"{system.name}的{chosen.zh}（没有登记）"
        asset = Asset(id=f"{system.id}/{chosen}", asset_class=chosen, name=name, origin="implicit")
        found.append((asset, tuple(s for s in left if chosen in topic.aspects[s].classes)))
        left = [s for s in left if chosen not in topic.aspects[s].classes]
    return tuple(found)


def _record(topic: Topic, item: Item, asset: Asset, asked: Sequence[str], known: Evidence) -> RecordResult | None:
    """The item on one asset; None when no aspect concerns the asset's class at this level."""
    slugs = frozenset(s for s in asked if asset.asset_class in topic.aspects[s].classes)
    rule = topic.rule if slugs and topic.mode == "manual" else restricted(topic.rule, slugs)
    if rule is None or not slugs:
        return None
    results = {
        slug: aspect_result(topic.aspects[slug], topic.aspects[slug].title, asset, item.level, known)
        for slug in topic.aspects
        if slug in slugs
    }
    possible = verdicts(rule, {slug: frozenset(result.possible) for slug, result in results.items()})
    ordered = tuple(results.values())
    return RecordResult(
        asset=asset.id,
        asset_class=asset.asset_class,
        verdict=_verdict(possible, ordered),
        possible=_sorted(possible),
        aspects=ordered,
    )


def _verdict(possible: Verdicts, aspects: Iterable[AspectResult]) -> Verdict:
    """The verdict, or while several are possible: unknown when evidence is missing, else manual."""
    if len(possible) == 1:
        return next(iter(possible))
    missing = any(a.open_because == "unknown" for a in aspects)
    return Verdict.UNKNOWN if missing else Verdict.MANUAL


def _sorted(possible: Iterable[Verdict]) -> tuple[Verdict, ...]:
    return tuple(sorted(possible, key=ORDER.index))


def _counts(records: Sequence[RecordResult]) -> dict[Verdict, int]:
    found = [record.verdict for record in records]
    return {verdict: found.count(verdict) for verdict in Verdict if verdict in found}


def _who(records: Sequence[RecordResult], possible: Verdicts) -> tuple[str, ...]:
    if len(possible) == 1:
        return ()
    return tuple(sorted({a.who for r in records for a in r.aspects if a.who}))


def _not_listed(absent: Sequence[Asset]) -> str:
    classes = "、".join(a.asset_class.zh for a in absent)
    people = "、".join(sorted({WHO[a.asset_class] for a in absent}))
    names = "、".join(a.id for a in absent)
    return f"系统里没有登记{classes}：有就补进 campus.yaml；确实没有的，由{people}对 {names} 回答，不适用的写明理由"


def _determination(answers: Answers, system: str, item: str) -> Determination | None:
    matching = [d for d in answers.determinations if d.system == system and d.item == item]
    worse = ("not-applicable", "pass", "partial", "fail")  # of two of the same day the worse one counts
    return max(matching, key=lambda d: (d.on, worse.index(d.verdict), d.by, d.reason), default=None)
