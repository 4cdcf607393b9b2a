"""Judging 30 assets and 300 with the same facts: the time per asset must stay what it is."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median

from audit.content import read_baselines
from audit.gather.context import Context
from audit.gather.pins import Pins
from audit.gather.pool import gather
from audit.gather.target import Target
from audit.plan import platform_batch
from checks.judge.judge import Judgement, judge
from checks.judge.snapshot import FactBase
from checks.language.load import Content
from checks.model.asset import Asset, AssetClass
from checks.model.fact import Collection, Fact
from lab.bench.measure import Row, require, timed

FEW, MANY = 30, 300
PAIRS = 5
PLATFORM = "linux"


def rows() -> Iterator[Row]:
    """One row: seconds per asset of the many against the few."""
    content = read_baselines().content
    facts = _facts(content)
    few, many = _judging(content, facts, FEW), _judging(content, facts, MANY)
    few_s, many_s = [], []
    for number in range(PAIRS + 1):
        some, took = timed(few)
        all_, took_many = timed(many)
        require(bool(some) and all_ == some * (MANY // FEW), f"{MANY} 个资产的结论数不是 {FEW} 个的 {MANY // FEW} 倍")
        if number:
            few_s.append(took / FEW)
            many_s.append(took_many / MANY)
    yield Row.ratio(f"判定，每个资产：{MANY} 个资产 / {FEW} 个资产", median(many_s), median(few_s), 1.3)


def _facts(content: Content) -> tuple[Fact, ...]:
    """What this machine says of itself: real facts, read only."""
    found: list[Collection] = []
    target = Target(asset="this", method="local")
    gather([target], platform_batch(content, PLATFORM), found.append, Context(pins=Pins({})))
    require(found[0].status == "complete", found[0].cause)
    return found[0].facts


def _judging(content: Content, facts: tuple[Fact, ...], count: int) -> Callable[[], int]:
    names = [f"server-{number:03}" for number in range(count)]
    assets = tuple(Asset(id=name, asset_class=AssetClass.SERVER, platform=PLATFORM) for name in names)
    copies = [fact.model_copy(update={"asset": name}) for name in names for fact in facts]
    case = Judgement(
        content=content,
        assets=assets,
        levels=dict.fromkeys(names, (2, 3)),
        systems=(),
        as_of=datetime.now(UTC),
        default_levels=(2,),
    )

    def run() -> int:
        return sum(finding.asset in case.levels for finding in judge(case, FactBase.of(copies)))

    return run
