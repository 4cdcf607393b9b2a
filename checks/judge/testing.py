"""A check's own tests: run them, and see that every matcher matters (negating it must break one of them)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from checks.judge.judge import Judgement, judge
from checks.judge.parameters import Override
from checks.judge.snapshot import FactBase
from checks.language.check import Check, CheckTest, TestedCheck, TestFact
from checks.language.load import Content, Platform
from checks.language.walk import check_expressions, dropped, matchers, negated, with_expression
from checks.model.asset import Asset, AssetClass
from checks.model.fact import Fact, FactStatus
from checks.model.finding import Finding
from checks.model.verdict import Verdict

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
WORST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PARTIAL, Verdict.PASS, Verdict.NOT_APPLICABLE)
HOST = "host"
INSTANCE = "instance"


@dataclass(frozen=True)
class TestFailure:
    """A test of a check that did not come out as written, or a matcher no test depends on."""

    __test__ = False

    check: str
    index: int | None
    message: str


def run_tests(content: Content, platform: Platform, check: TestedCheck) -> Iterator[TestFailure]:
    """Failures of the check's own tests."""
    for index, test in enumerate(check.tests):
        for message in _mismatches(test, _judge(content, platform, check, test)):
            yield TestFailure(check.id, index, message)


def run_mutations(content: Content, platform: Platform, check: TestedCheck) -> Iterator[TestFailure]:
    """Matchers that can be negated or left out without any test changing: they assert nothing that is tested."""
    before = [_outcome(_judge(content, platform, check, test)) for test in check.tests]
    for where, expr in check_expressions(check):
        for path, match in matchers(expr):
            for word, mutant in (("取反", negated(expr, path)), ("去掉", dropped(expr, path))):
                if mutant is None:
                    continue
                changed = with_expression(check, where, mutant)
                after = [_outcome(_judge(content, platform, changed, test)) for test in check.tests]
                if after == before:
                    place = f"{'.'.join(map(str, (*where, *path)))}（{match.fact or match.field}）"
                    yield TestFailure(check.id, None, f"把 {place} {word}，没有一个测试变样：补一个让它起作用的测试")


def _mismatches(test: CheckTest, found: tuple[Finding, ...]) -> Iterator[str]:
    note = f"（{test.note}）" if test.note else ""
    if test.verdict is not None:
        got = min((f.verdict for f in found), key=WORST.index, default=None)
        if got != test.verdict:
            shown = got.value if got else "没有结论"
            causes = "；".join(f.cause or f.observed for f in found[:3])
            yield f"应为 {test.verdict}，得到 {shown}{note}：{causes}"
    by_subject = {f.subject: f.verdict for f in found}
    for subject, verdict in (test.subjects or {}).items():
        if by_subject.get(subject) != verdict:
            yield f"{subject} 应为 {verdict}，得到 {by_subject.get(subject, '没有')}{note}；有：{'、'.join(by_subject)}"


def _outcome(found: tuple[Finding, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((f.subject, f.verdict) for f in found)


def _judge(content: Content, platform: Platform, check: Check, test: CheckTest) -> tuple[Finding, ...]:
    alone = platform.model_copy(update={"checks": (check,)})
    others = {n: p.model_copy(update={"checks": ()}) for n, p in content.platforms.items()}
    narrowed = content.model_copy(update={"platforms": {**others, platform.name: alone}})
    facts = tuple(_facts(content, platform, test))
    assets = _assets(content, platform, check, facts)
    case = Judgement(
        content=narrowed,
        assets=assets,
        levels={a.id: (test.level,) for a in assets},
        systems=(),
        as_of=AS_OF,
        overrides={name: Override(value, "test") for name, value in test.parameters.items()},
        default_levels=(test.level,),
    )
    return judge(case, FactBase.of(facts))


def _assets(content: Content, platform: Platform, check: Check, facts: tuple[Fact, ...]) -> tuple[Asset, ...]:
    classes = check.on or platform.facts.platform.classes
    if check.scope != "asset":
        carrier = _carrier(content, check)
        members = sorted({f.asset for f in facts})
        kind = content.platforms[carrier].facts.platform.classes[0] if carrier else AssetClass.SERVER
        holder = Asset(id="campus", asset_class=classes[0])
        return (holder, *(Asset(id=name, asset_class=kind, platform=carrier) for name in members))
    host = platform.facts.platform.inside
    if host:
        child = Asset(id=f"{HOST}/{INSTANCE}", asset_class=classes[0], platform=platform.name, parent=HOST)
        return (child,)
    own = None if platform.facts.platform.implied else platform.name
    return (Asset(id=HOST, asset_class=classes[0], platform=own or _carrier(content, check)),)


def _carrier(content: Content, check: Check) -> str | None:
    """A platform whose assets bring the facts a check of another folder needs."""
    for name, platform in sorted(content.platforms.items()):
        if not platform.facts.platform.implied and any(need in platform.facts.facts for need in check.needs):
            return name
    return None


def _facts(content: Content, platform: Platform, test: CheckTest) -> Iterator[Fact]:
    for name, given in test.facts.items():
        whole = given if isinstance(given, TestFact) else TestFact(text=given)
        if whole.assets is not None:
            for asset, inner in whole.assets.items():
                yield from _one(content, platform, asset, name, inner)
        else:
            yield from _one(content, platform, HOST, name, whole)


def _one(content: Content, platform: Platform, asset: str, name: str, given: str | TestFact) -> Iterator[Fact]:
    fact = given if isinstance(given, TestFact) else TestFact(text=given)
    spec = content.fact_spec(platform.name, name)
    source = content.source(platform.name, spec.for_each) if spec and spec.for_each else None
    if source is None or spec is None:
        yield _fact(asset, name, "", fact)
        return
    if source.asset_class is not None:
        yield _fact(asset, name, INSTANCE, fact)
        return
    instances = fact.instances if fact.instances is not None else {INSTANCE: fact}
    yield _fact(asset, spec.for_each or "", "", TestFact(text="\n".join(instances)))
    for key, inner in instances.items():
        yield _fact(asset, name, key, inner if isinstance(inner, TestFact) else TestFact(text=inner))


def _fact(asset: str, name: str, instance: str, given: TestFact) -> Fact:
    return Fact(
        asset=asset,
        name=name,
        instance=instance,
        status=FactStatus(given.error) if given.error else FactStatus.OK,
        text=given.text,
        at=AS_OF,
        evidence_at=AS_OF - timedelta(days=given.age_days) if given.age_days is not None else AS_OF,
    )
