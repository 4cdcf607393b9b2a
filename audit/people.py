"""What people wrote beside campus.yaml: their answers, and the findings they accepted."""

from os.path import lexists
from pathlib import Path

from audit.campus.model.campus import CampusFile
from audit.waivers.load import Referable, load_waivers
from audit.workspace import Workspace
from audit.written.mistakes import shape
from audit.written.read import parse_document, read_text
from checks.language.load import Content
from checks.language.source import Document, Problem, SourceError
from checks.model.assessment import Answers
from checks.model.waiver import Waiver


def what_people_wrote(campus: CampusFile, space: Workspace, content: Content) -> tuple[Answers, tuple[Waiver, ...]]:
    """answers.yaml and waivers.yaml beside campus.yaml. Raises SourceError with the mistakes of both."""
    problems: list[Problem] = []
    answers = Answers()
    waivers: tuple[Waiver, ...] = ()
    try:
        answers = read_answers(space.answers)
    except SourceError as error:
        problems += error.problems
    try:
        waivers = load_waivers(space.waivers, Referable.of(campus, content))
    except SourceError as error:
        problems += error.problems
    if problems:
        raise SourceError(problems)
    return answers, waivers


def read_answers(path: Path) -> Answers:
    """answers.yaml, or no answers when there is no such file. Raises SourceError with file and line."""
    if not lexists(path):
        return Answers()
    document = parse_document(read_text(path, "用 dengbao questions > answers.yaml 生成一份"), str(path))
    if document.data is None:
        return Answers()
    shaped = shape(document, Answers)
    problems = [*shaped.problems, *_unreasoned(shaped.value or Answers(), document)]
    if problems:
        raise SourceError(sorted(problems, key=lambda problem: problem.line))
    return shaped.value or Answers()


def _unreasoned(answers: Answers, document: Document) -> list[Problem]:
    return [
        document.problem(("attestations", index), f"{given.aspect} 答了不适用，没有写理由", "补上 reason")
        for index, given in enumerate(answers.attestations)
        if given.answer == "not-applicable" and not given.reason.strip()
    ]
