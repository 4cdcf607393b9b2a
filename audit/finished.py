"""Runs that are done: read back from their run.json, and set against the one before."""

from pathlib import Path

from audit.store import RUN_ID, RunFolder, StoreError, finished_runs_in
from checks.compare.compare import NotComparableError, compare
from checks.model.comparison import Comparison
from checks.model.run import Run
from reports.runjson import RunFormatError, load_run


def read_run_file(file: Path) -> Run:
    """The run in a run.json. Raises StoreError."""
    try:
        return load_run(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(f"{file} 不存在；运行 dengbao audit") from None
    except (RunFormatError, UnicodeDecodeError) as error:
        raise StoreError(f"{file} 读不懂：{error}") from None


def since_last(run: Run, folder: Path) -> tuple[Comparison | None, str]:
    """The run in `folder` against the finished one before it; without one, None. The word says why it could not be."""
    before = run_before(folder)
    if before is None:
        return None, ""
    try:
        return compare(read_run_file(before.run_file), run), ""
    except (StoreError, NotComparableError) as error:
        return None, f"没有和上一次（{before.path.name}）比较：{error}"


def run_before(folder: Path) -> RunFolder | None:
    """The finished run before the one in `folder`, where that stands among the runs of a school."""
    if not RUN_ID.match(folder.name):
        return None
    earlier = [other for other in finished_runs_in(folder.parent) if other.path.name < folder.name]
    return earlier[-1] if earlier else None
