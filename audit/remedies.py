"""What the officer works with after a run: `plan.html`, `plan.csv`, and `fix/` with a script per host and failing check."""

from pathlib import Path

from audit.assemble import check_info
from audit.store import write_private
from checks.language.load import Content
from checks.model.run import CheckInfo, Run
from reports.fixes.files import fix_files, fixings
from reports.fixes.overview import overview_text
from reports.plan_csv import plan_csv
from reports.plan_html import render_plan
from reports.words import Lang

OVERVIEW = "README.txt"


def write_remedies(folder: Path, run: Run, lang: Lang = "zh") -> None:
    """Write plan and scripts into `folder`, readable by their owner only.

    Scripts of an earlier judgement of the same run go; what people put beside them stays.
    """
    write_private(folder / "plan.html", render_plan(run, lang))
    write_private(folder / "plan.csv", plan_csv(run, lang))
    top = folder / "fix"
    found = fixings(run)
    files = fix_files(found)
    for old in sorted(top.glob("*/[0-9][0-9]*-*.sh")):
        old.unlink()
    _private(top)
    for file in files:
        _private(top / file.host)
        write_private(top / file.host / file.name, file.text)
    write_private(top / OVERVIEW, overview_text(run, files, found))


def _private(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)


def with_installed_fixes(run: Run, content: Content) -> Run:
    """The run with the fixes of the content installed here: a run.json from elsewhere must not bring shell text along."""
    installed = {check.id: check_info(platform, check) for platform, check in content.checks()}
    return run.model_copy(update={"checks": {name: _own(info, installed) for name, info in run.checks.items()}})


def _own(info: CheckInfo, installed: dict[str, CheckInfo]) -> CheckInfo:
    own = installed.get(info.id)
    if own is None:
        return info.model_copy(update={"fix": info.fix.model_copy(update={"scripts": {}}), "tried": ()})
    return info.model_copy(update={"fix": own.fix, "tried": own.tried})
