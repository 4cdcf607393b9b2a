"""From collections to a run: discover children, judge, assess, and say what was not covered. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from audit.seen import with_seen
from audit.store import digest_of
from checks.assess.assess import asked_for, assess, fix_first
from checks.assess.items import implicit_assets
from checks.assess.remediation import Remediation, scheduled
from checks.assess.settings import Scoring
from checks.assess.waivers import waivers_in_use
from checks.judge.age import current, import_days
from checks.judge.discover import discovered
from checks.judge.judge import Judgement, judge
from checks.judge.parameters import Override
from checks.judge.snapshot import FactBase
from checks.language.check import Check
from checks.language.definition import definition_digest
from checks.language.load import Content, Platform
from checks.model.assessment import Answers
from checks.model.asset import Asset, AssetClass, GradedSystem
from checks.model.catalogue import Catalogue
from checks.model.clock import day
from checks.model.fact import Collection, Fact, FactStatus
from checks.model.fix import FixProof
from checks.model.run import Campus, CheckInfo, CollectionInfo, NotCovered, Run
from checks.model.waiver import Waiver
from reports.fixes.script import digest

EVIDENCE = (FactStatus.OK, FactStatus.ABSENT)
FEW = 3
"""So many missing facts are named; the rest is counted, and each shows in the findings that lack it."""
NEXT_STEP = {FactStatus.DENIED: "（给这个登录配上 become，做法见 dengbao plan --sudoers）"}


@dataclass(frozen=True)
class School:
    """What campus.yaml says, as far as judging and assessing need it."""

    campus: Campus
    assets: tuple[Asset, ...]
    systems: tuple[GradedSystem, ...]
    levels: Mapping[str, tuple[int, ...]]
    declared: tuple[Fact, ...] = ()
    overrides: Mapping[str, Override] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    waivers: tuple[Waiver, ...] = ()
    digest: str = ""
    """Of what campus.yaml says."""
    default_levels: tuple[int, ...] = (2,)
    owners: Mapping[AssetClass, str] = field(default_factory=dict)
    """Class of asset → who looks after such assets."""


@dataclass(frozen=True)
class Rules:
    """The content a run is judged by."""

    content: Content
    catalogue: Catalogue
    scoring: Scoring
    remediation: Remediation
    digest: str


def assemble(
    run_id: str, version: str, as_of: datetime, school: School, rules: Rules, collections: Sequence[Collection]
) -> Run:
    """The run these collections make. Same input, same run: nothing here asks a clock, a host or a file."""
    gathered = sorted(collections, key=lambda c: (c.asset, c.origin, c.started))
    ordered = [_current(c, as_of, school, rules.content) for c in gathered]
    base = FactBase.of(
        [*school.declared, *(fact for collection in ordered for fact in collection.facts)],
        {c.asset: c.cause for c in ordered if c.cause},
    )
    children, blind = discovered(rules.content, school.assets, base)
    assets = with_seen(rules.content, _owned(school, children), base)
    systems = tuple(_with_children(system, assets) for system in school.systems)
    levels = {**school.levels, **{c.id: school.levels.get(c.parent or "", school.default_levels) for c in children}}
    case = Judgement(
        content=rules.content,
        assets=assets,
        levels=levels,
        systems=systems,
        as_of=as_of,
        overrides=school.overrides,
        default_levels=school.default_levels,
    )
    findings = judge(case, base)
    checks = {c.id: check_info(platform, c) for platform, c in rules.content.checks()}
    used = {f.check for f in findings}
    by_id = {asset.id: asset for asset in assets}
    assessments = tuple(
        assess(
            rules.catalogue,
            rules.scoring,
            system,
            (*_assets_of(system, by_id), *implicit_assets(system, _assets_of(system, by_id))),
            findings,
            checks,
            school.answers,
        )
        for system in systems
    )
    asked = {c.id: definition_digest(rules.content, p.name, c) for p, c in rules.content.checks() if c.id in used}
    waivers = waivers_in_use(school.waivers, findings, as_of)
    accepted = {finding for use in waivers if use.in_force for finding in use.findings}
    return Run(
        id=run_id,
        dengbao_version=version,
        campus=school.campus,
        as_of=as_of,
        content_digest=rules.digest,
        campus_digest=school.digest,
        assets=assets,
        systems=systems,
        collections=tuple(_collection_info(c, digest_of(kept)) for c, kept in zip(ordered, gathered, strict=True)),
        checks={name: checks[name].model_copy(update={"digest": asked[name]}) for name in sorted(used)},
        findings=findings,
        assessments=assessments,
        fix_first=scheduled(
            fix_first((f for f in asked_for(assessments, findings) if f.id not in accepted), checks),
            checks,
            rules.remediation,
            day(as_of),
        ),
        not_covered=(*_not_covered(assets, ordered, rules.content), *blind),
        waivers=waivers,
    )


def _owned(school: School, children: Iterable[Asset]) -> list[Asset]:
    """Every asset in order, each with the person who looks after its class."""
    every = sorted((*school.assets, *children), key=lambda a: a.id)
    return [asset.model_copy(update={"owner": school.owners.get(asset.asset_class, "")}) for asset in every]


def _with_children(system: GradedSystem, assets: Iterable[Asset]) -> GradedSystem:
    """A child found on a shared host belongs to the systems its host belongs to."""
    members = set(system.assets)
    children = {a.id for a in assets if a.parent in members and a.origin == "discovered"}
    return system.model_copy(update={"assets": tuple(sorted(members | children))})


def _assets_of(system: GradedSystem, by_id: Mapping[str, Asset]) -> tuple[Asset, ...]:
    """The system's own assets and those every system shares (the school, its network, its machine room)."""
    shared = [a for a in by_id.values() if a.asset_class.value in ("organisation", "network", "room")]
    own = [by_id[i] for i in system.assets if i in by_id]
    return tuple(sorted({a.id: a for a in (*own, *shared)}.values(), key=lambda a: a.id))


def check_info(platform: Platform, check: Check) -> CheckInfo:
    """A check as reports see it, with the proofs that hold for its scripts as they stand."""
    return CheckInfo(
        id=check.id,
        title=check.title,
        severity=check.severity,
        why=check.why,
        fix=check.fix,
        decides=check.decides,
        indicates=check.indicates,
        high_risk=check.high_risk,
        platform=platform.name,
        tried=tuple(_still_tried(platform, check)),
    )


def _still_tried(platform: Platform, check: Check) -> Iterable[FixProof]:
    """The proofs whose script has not been changed since."""
    standing = {key: digest(script) for key, script in check.fix.scripts.items()}
    return (p for p in platform.tried if p.check == check.id and standing.get(p.script) == p.digest)


def _current(collection: Collection, as_of: datetime, school: School, content: Content) -> Collection:
    levels = school.levels.get(collection.asset, school.default_levels)
    return current(collection, as_of, import_days(levels, content.parameters, school.overrides))


def _collection_info(collection: Collection, digest: str) -> CollectionInfo:
    good = sum(1 for fact in collection.facts if fact.status in EVIDENCE)
    return CollectionInfo(
        asset=collection.asset,
        origin=collection.origin,
        method=collection.method,
        status=collection.status,
        cause=collection.cause,
        facts_ok=good,
        facts_missing=len(collection.facts) - good,
        digest=digest,
    )


def _not_covered(assets: Iterable[Asset], collections: Sequence[Collection], content: Content) -> Iterable[NotCovered]:
    gathered = {c.asset: c for c in collections}
    for asset in assets:
        collection = gathered.get(asset.id)
        if collection is not None:
            if collection.status != "complete":
                yield NotCovered(asset=asset.id, what="收集", cause=collection.cause or "没有收集完整")
            missing = [f for f in collection.facts if f.status not in EVIDENCE and f.status is not FactStatus.NO_TOOL]
            if missing and collection.status == "complete":
                yield NotCovered(asset=asset.id, what="部分事实", cause=_missing_words(missing), kind="facts")
        elif asset.platform and asset.platform in content.platforms and asset.parent is None:
            yield NotCovered(asset=asset.id, what="收集", cause="这次没有收集，也没有导入")
        elif asset.platform and asset.platform not in content.platforms:
            yield NotCovered(
                asset=asset.id,
                what="检查",
                cause=f"平台 {asset.platform} 还没有检查，相关条目由人回答",
                kind="platform",
            )


def _missing_words(missing: Sequence[Fact]) -> str:
    by_status: dict[FactStatus, list[str]] = {}
    for fact in missing:
        by_status.setdefault(fact.status, []).append(fact.name)
    return "；".join(
        f"{status.zh}：{_few(names)}{NEXT_STEP.get(status, '')}" for status, names in sorted(by_status.items())
    )


def _few(names: Iterable[str]) -> str:
    known = sorted(set(names))
    return "、".join(known[:FEW]) + (f" 等 {len(known)} 项" if len(known) > FEW else "")
