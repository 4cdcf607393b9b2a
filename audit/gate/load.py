"""thresholds.yaml from disk to a checked gate and its baseline run: every mistake with file, line and hint."""

from dataclasses import dataclass
from pathlib import Path

from audit.finished import read_run_file
from audit.store import StoreError
from audit.written.mistakes import shape
from audit.written.read import parse_document, read_text
from checks.language.source import Document, Problem, SourceError
from checks.model.gate import Thresholds
from checks.model.run import Run

_HINT = "用 dengbao gate --example > thresholds.yaml 生成一份"


@dataclass(frozen=True)
class Gate:
    """The thresholds and the run they compare with."""

    thresholds: Thresholds
    baseline: Run | None


def load_gate(path: Path, campus_id: str) -> Gate:
    """The gate in a thresholds.yaml, for a school. Raises SourceError with every problem of the file and its baseline."""
    name = str(path)
    document, thresholds = _parsed(read_text(path, _HINT), name)
    asked = thresholds.new_failures
    if asked is None:
        return Gate(thresholds, None)
    where = path.resolve().parent / Path(asked.baseline).expanduser()
    here = ("new_failures", "baseline")
    try:
        baseline = read_run_file(where / "run.json" if where.is_dir() else where)
    except (StoreError, OSError) as error:
        hint = "写那次审计的 run.json，相对路径从这个文件所在目录算起"
        raise SourceError([document.problem(here, f"留底的审计读不出来：{error}", hint)]) from None
    if baseline.campus.id != campus_id:
        problem = f"留底的审计是另一所学校的：{baseline.campus.name}（{baseline.campus.id}）"
        raise SourceError([document.problem(here, problem, f"换成 {campus_id} 的")])
    return Gate(thresholds, baseline)


def parse_thresholds(text: str, name: str) -> Thresholds:
    """Check the text of a thresholds.yaml. Pure. Raises SourceError with every problem; a gate without a rule is one."""
    return _parsed(text, name)[1]


def _parsed(text: str, name: str) -> tuple[Document, Thresholds]:
    document = parse_document(text, name)
    shaped = shape(document, Thresholds) if document.data is not None else None
    if shaped is not None and shaped.problems:
        raise SourceError(sorted(shaped.problems, key=lambda problem: problem.line))
    if shaped is None or shaped.value is None or shaped.value == Thresholds():
        raise SourceError([Problem(name, 1, "一条规则也没有写，这样的门槛什么也拦不住", _HINT)])
    return document, shaped.value
