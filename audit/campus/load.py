"""campus.yaml from disk to a checked CampusFile: every mistake with file, line and hint."""

from pathlib import Path

from audit.campus.known import NOTHING_KNOWN, Known
from audit.campus.model.campus import CampusFile
from audit.campus.rules import broken_rules
from audit.written.mistakes import shape
from audit.written.read import parse_document, read_text
from checks.language.source import Problem, SourceError

_INIT = "用 dengbao init 生成一份"
_STAND_IN = {"campus": {"id": "campus", "name": "?"}}


def load_campus(path: Path, known: Known = NOTHING_KNOWN) -> CampusFile:
    """Read and check one campus.yaml. Raises SourceError with every problem; raises nothing else."""
    return parse_campus(read_text(path, _INIT), str(path), known)


def parse_campus(text: str, name: str, known: Known = NOTHING_KNOWN) -> CampusFile:
    """Check the text of a campus.yaml. Pure. Raises SourceError with every problem, sorted by line."""
    document = parse_document(text, name)
    if document.data is None:
        raise SourceError([Problem(name, 1, "文件是空的", _INIT)])
    shaped = shape(document, CampusFile, _STAND_IN)
    problems = [*shaped.problems, *broken_rules(shaped, document, known)]
    if shaped.value is None or problems:
        raise SourceError(sorted(problems, key=lambda problem: problem.line))
    return shaped.value
