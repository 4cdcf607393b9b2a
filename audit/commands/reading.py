"""Reading finished runs for the commands that only look."""

from pathlib import Path

from audit.content import read_baselines
from audit.finished import read_run_file
from audit.store import RUN_ID, RunFolder, StoreError, finished_runs_in
from audit.workspace import newest_run, open_workspace, read_campus
from checks.model.run import Run


def read_run(campus_path: Path, run_path: Path | None) -> Run:
    """The run named, or the newest finished one of the campus. Raises StoreError."""
    return read_run_file(run_file(campus_path, run_path))


def run_file(campus_path: Path, run_path: Path | None) -> Path:
    """The run.json of the run named, or of the newest finished one of the campus. Raises StoreError."""
    if run_path is not None:
        return run_path if run_path.is_file() else run_path / "run.json"
    return newest_run(campus_path, read_campus(campus_path, read_baselines().content), None).run_file


def read_named(campus_path: Path, name: str) -> Run:
    """The run people name: a folder, a run.json wherever it is kept, or an id of this campus. Raises StoreError."""
    if RUN_ID.match(name) and not Path(name).exists():
        return read_run_file(_runs_folder(campus_path) / name / "run.json")
    return read_run(campus_path, Path(name))


def finished_runs(campus_path: Path) -> list[RunFolder]:
    """The finished runs of the campus, oldest first. Raises StoreError when there is none."""
    folder = _runs_folder(campus_path)
    finished = finished_runs_in(folder)
    if not finished:
        raise StoreError(f"{folder} 下没有完成的审计；先运行 dengbao audit")
    return finished


def _runs_folder(campus_path: Path) -> Path:
    return open_workspace(campus_path, read_campus(campus_path, read_baselines().content)).runs
