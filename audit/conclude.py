"""The end of a run, without any host: judge and assess what was gathered, compare it, write the report."""

from dataclasses import dataclass
from datetime import datetime

from audit.assemble import Rules, assemble
from audit.campus.model.campus import CampusFile
from audit.content import Baselines
from audit.finished import since_last
from audit.gather.oplog import read_operations
from audit.people import what_people_wrote
from audit.remedies import write_remedies
from audit.school import school_of
from audit.store import RunFolder, write_private
from audit.version import VERSION
from audit.workspace import Workspace
from checks.model.comparison import Comparison
from checks.model.run import Run
from reports.html import render_html
from reports.runjson import dump_run


@dataclass(frozen=True)
class Concluded:
    """A run that is done, and what changed since the one before."""

    run: Run
    comparison: Comparison | None
    """None: there is no run before, or it cannot be compared."""
    trouble: str = ""
    """Why it could not be compared, in Chinese."""


def conclude(campus: CampusFile, space: Workspace, baselines: Baselines, folder: RunFolder) -> Concluded:
    """Judge and assess what was gathered, and write run.json, report.html, the plan and fix/. Touches no host."""
    as_of: datetime = folder.start.as_of
    answers, waivers = what_people_wrote(campus, space, baselines.content)
    school = school_of(campus, as_of, answers, waivers)
    rules = Rules(baselines.content, baselines.catalogue, baselines.scoring, baselines.remediation, baselines.digest)
    run = assemble(folder.start.id, VERSION, as_of, school, rules, tuple(folder.collections()))
    comparison, trouble = since_last(run, folder.path)
    operations = read_operations(folder.operations_file)
    write_private(folder.report_file, render_html(run, operations=operations, comparison=comparison))
    write_remedies(folder.path, run)
    write_private(folder.run_file, dump_run(run))
    return Concluded(run, comparison, trouble)
