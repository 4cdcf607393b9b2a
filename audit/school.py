"""From campus.yaml and answers.yaml to what judging and assessing need. Pure but for reading answers."""

from datetime import datetime
from pathlib import Path

from audit.assemble import School
from audit.campus import view
from audit.campus.declared import declared_facts
from audit.campus.model.campus import CampusFile
from checks.judge.parameters import Override
from checks.language.source import Document, Problem, SourceError, read_yaml, refuse_depth, validate
from checks.model.assessment import Answers
from checks.model.asset import GradedSystem
from checks.model.run import Campus


def school_of(campus: CampusFile, as_of: datetime, answers: Answers) -> School:
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
        default_levels=(campus.default_level,),
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


def read_answers(path: Path) -> Answers:
    """answers.yaml, or no answers when there is no such file. Raises SourceError with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Answers()
    except UnicodeDecodeError:
        raise SourceError([Problem(path.name, 1, "不是 UTF-8 编码", "用 UTF-8 另存")]) from None
    refuse_depth(text, path.name)
    document = read_yaml(text, path.name)
    answers = Answers() if document.data is None else validate(Answers, document)
    problems = list(_unreasoned(answers, document))
    if problems:
        raise SourceError(problems)
    return answers


def _unreasoned(answers: Answers, document: Document) -> list[Problem]:
    return [
        document.problem(("attestations", index), f"{given.aspect} 答了不适用，没有写理由", "补上 reason")
        for index, given in enumerate(answers.attestations)
        if given.answer == "not-applicable" and not given.reason.strip()
    ]
