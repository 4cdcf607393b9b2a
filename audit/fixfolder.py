"""The `fix/` folder of a run: scripts per host and an overview, readable by their owner only."""

from pathlib import Path

from audit.store import RunFolder, write_private
from checks.model.run import Run
from reports.fixes.files import fix_files, fixings
from reports.fixes.overview import overview_text

OVERVIEW = "README.txt"


def write_fixes(folder: RunFolder, run: Run) -> None:
    """Write the scripts of `run`; those of an earlier judgement of the same run go, what people put beside them stays."""
    top = folder.path / "fix"
    found = fixings(run)
    files = fix_files(found)
    for old in sorted(top.glob("*/[0-9][0-9]*-*.sh")):
        old.unlink()
    if not found:
        (top / OVERVIEW).unlink(missing_ok=True)
        return
    _private(top)
    for file in files:
        _private(top / file.host)
        write_private(top / file.host / file.name, file.text)
    write_private(top / OVERVIEW, overview_text(run, files, found))


def _private(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
