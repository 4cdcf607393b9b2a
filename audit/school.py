"""From campus.yaml, answers and waivers to what judging and assessing need. Pure."""

from datetime import datetime

from audit.assemble import School
from audit.campus import view
from audit.campus.declared import declared_facts
from audit.campus.model.campus import CampusFile
from audit.store import digest_of
from checks.judge.parameters import Override
from checks.model.assessment import Answers
from checks.model.asset import AssetClass, GradedSystem
from checks.model.run import Campus
from checks.model.waiver import Waiver


def school_of(campus: CampusFile, as_of: datetime, answers: Answers, waivers: tuple[Waiver, ...] = ()) -> School:
    """The school as the judge and the assessment see it."""
    assets, levels_of = view.assets(campus), view.level_finder(campus)
    systems = view.systems(campus) or (_provisional(campus.default_level, tuple(a.id for a in assets)),)
    return School(
        campus=Campus(id=campus.campus.id, name=campus.campus.name),
        assets=assets,
        systems=systems,
        levels={a.id: levels_of(a.id) for a in assets} | {s.id: _of(s) for s in systems},
        declared=declared_facts(campus, as_of),
        overrides=overrides(campus),
        answers=answers,
        waivers=waivers,
        digest=digest_of(campus),
        default_levels=(campus.default_level,),
        owners={kind: view.owner_of(campus, kind) for kind in AssetClass},
    )


def overrides(campus: CampusFile) -> dict[str, Override]:
    """The thresholds the school tightened."""
    return {name: Override(value, "campus") for name, value in campus.parameters.items()}


def _provisional(level: int, assets: tuple[str, ...]) -> GradedSystem:
    """Before any system is graded: everything together, so that the first audit already shows every item."""
    return GradedSystem(
        id="ungraded",
        name=f"全部资产（还没有写定级对象，暂按第{'一二三四'[level - 1]}级）",
        s_level=level,
        a_level=level,
        assets=assets,
        levels_assumed=True,
    )


def _of(system: GradedSystem) -> tuple[int, ...]:
    return tuple(sorted({system.s_level, system.a_level}))
