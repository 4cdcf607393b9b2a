"""One audit from plan to report: gather what the plan says, keep each collection, judge, assess, write."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.assemble import Rules, assemble
from audit.campus.model.campus import CampusFile
from audit.campus.secrets import Secrets
from audit.content import Baselines
from audit.finished import since_last
from audit.gather.context import Context
from audit.gather.oplog import operation_log, read_operations
from audit.gather.outcome import now
from audit.gather.pins import load_pins
from audit.gather.pool import Progress, gather
from audit.gather.tags import campus_key, tag_key
from audit.gather.target import Limits, Target
from audit.imports import read_imports
from audit.plan import Plan, Step
from audit.remedies import write_remedies
from audit.school import read_answers, school_of
from audit.store import RunFolder, digest_of, write_private
from audit.targets import target_of
from audit.version import VERSION
from audit.waivers.load import Referable, load_waivers
from audit.workspace import Workspace
from checks.language.load import Content
from checks.language.source import Problem, SourceError
from checks.model.assessment import Answers
from checks.model.comparison import Comparison
from checks.model.fact import Collection
from checks.model.run import Run
from checks.model.waiver import Waiver
from reports.html import render_html
from reports.runjson import dump_run


@dataclass(frozen=True)
class Audit:
    """Everything one run works with."""

    campus: CampusFile
    space: Workspace
    baselines: Baselines
    folder: RunFolder
    plan: Plan

    def gather(self, progress: Progress) -> None:
        """Gather every asset of the plan that has no collection yet; each is on disk as soon as it is finished."""
        done = {collection.asset for collection in self.folder.collections()}
        waiting = [step for step in self.plan.steps if step.asset not in done]
        for collection in _refused(waiting):
            self.folder.write_collection(collection)
        for collection in self._imported(waiting):
            self.folder.write_collection(collection)
        key = tag_key(campus_key(self.space.campus_key))
        pins = load_pins(self.space.pins)
        platforms = {step.asset: step.platform for step in waiting}
        with operation_log(self.folder.operations_file) as log:
            context = Context(pins=pins, limits=_limits(self.campus), tag_key=key, log=log)

            def keep(collection: Collection) -> None:
                # What Ctrl-C broke off says nothing about its asset: `--resume` gathers it again.
                if collection.status == "complete" or not context.stops.stopped:
                    self.folder.write_collection(collection)

            summary = gather(
                self._targets(waiting),
                lambda target: self.plan.batches[platforms[target.asset]],
                keep,
                context,
                progress,
            )
        if summary.interrupted:
            raise KeyboardInterrupt

    def _targets(self, steps: Sequence[Step]) -> Iterator[Target]:
        secrets = Secrets()
        live = (step for step in steps if step.method in ("local", "ssh") and not step.refused)
        return (target_of(self.campus, step, secrets) for step in live)

    def _imported(self, steps: Iterable[Step]) -> Iterator[Collection]:
        wanted = {step.asset for step in steps if step.method == "import"}
        yield from (c for c in read_imports(self.space.imports) if c.asset in wanted)


def _refused(steps: Iterable[Step]) -> Iterator[Collection]:
    for step in steps:
        if step.refused:
            yield Collection(
                asset=step.asset,
                origin="live",
                method="local" if step.method == "local" else "ssh",
                started=now(),
                finished=now(),
                status="failed",
                cause=f"{step.asset}：没有接触。{step.refused}",
            )


def _limits(campus: CampusFile) -> Limits:
    return Limits(
        parallel=campus.limits.max_parallel,
        deadline=float(campus.limits.asset_deadline),
        connect=float(campus.limits.connect_timeout),
    )


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


def campus_digest(campus: CampusFile) -> str:
    """Digest of campus.yaml's meaning: comments and layout do not count."""
    return digest_of(campus)
