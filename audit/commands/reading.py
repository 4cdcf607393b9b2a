"""Reading a finished run for the commands that only look."""

from pathlib import Path

from audit.content import read_baselines
from audit.store import StoreError
from audit.workspace import newest_run, read_campus
from checks.model.run import Run
from reports.runjson import RunFormatError, load_run


def read_run(campus_path: Path, run_path: Path | None) -> Run:
    """The run named, or the newest finished one of the campus. Raises StoreError."""
    if run_path is not None:
        file = run_path if run_path.name == "run.json" else run_path / "run.json"
    else:
        file = newest_run(campus_path, read_campus(campus_path, read_baselines().content), None).run_file
    try:
        return load_run(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(f"{file} 不存在；运行 dengbao audit") from None
    except (RunFormatError, UnicodeDecodeError) as error:
        raise StoreError(f"{file} 读不懂：{error}") from None
