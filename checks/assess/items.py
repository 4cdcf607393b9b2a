"""The items of a graded system: which they are, and what is known of each over the system's assets."""

from collections.abc import Iterable, Sequence

from checks.assess.aspects import WHO, Evidence, aspect_result
from checks.assess.rules import Verdicts, over_assets, restricted, verdicts
from checks.model.assessment import Answers, AspectResult, Determination, ItemResult, RecordResult
from checks.model.asset import Asset, AssetClass, GradedSystem
from checks.model.catalogue import Catalogue, Item, Topic
from checks.model.verdict import Verdict

ORDER = (Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL, Verdict.NOT_APPLICABLE)


def items_of(catalogue: Catalogue, system: GradedSystem) -> tuple[Item, ...]:
    """Every item the system is assessed against: S items at its S level, A at A, G at the higher; its extensions."""
    extensions = {"general", *system.extensions}
    return tuple(
        item
        for _, item in sorted(catalogue.items.items())
        if item.extension in extensions and item.level == system.level_for(item.attribute)
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
    are part of the item's own wording, so its topic's aspects already stand for them."""
    topic = catalogue.topics[item.topic]
    concerned = [a for a in assets if a.asset_class in topic.classes]
    records = tuple(r for a in concerned if (r := _record(topic, item, a, known)) is not None)
    possible = over_assets(tuple(frozenset(r.possible) for r in records)) if records else frozenset(ORDER)
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
        who=() if determination else _who(topic, records, possible),
        note="" if records else _no_asset(topic),
    )


def _record(topic: Topic, item: Item, asset: Asset, known: Evidence) -> RecordResult | None:
    """The item on one asset; None when no aspect concerns the asset's class at this level."""
    at_level = topic.levels.get(item.level, tuple(topic.aspects))
    slugs = frozenset(s for s in at_level if asset.asset_class in topic.aspects[s].classes)
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


def _who(topic: Topic, records: Sequence[RecordResult], possible: Verdicts) -> tuple[str, ...]:
    if not records:
        return (WHO[AssetClass.ORGANISATION],)
    if len(possible) == 1:
        return ()
    return tuple(sorted({a.who for r in records for a in r.aspects if a.who}))


def _no_asset(topic: Topic) -> str:
    classes = "、".join(c.zh for c in topic.classes)
    return f"系统里没有写明{classes}类资产：确认确实没有就判不适用并写理由，有就补进 campus.yaml"


def _determination(answers: Answers, system: str, item: str) -> Determination | None:
    matching = [d for d in answers.determinations if d.system == system and d.item == item]
    return max(matching, key=lambda d: (d.on, d.by, d.verdict), default=None)
