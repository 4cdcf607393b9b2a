"""The part of an audit that touches hosts: gather what the plan says, keep each collection as it comes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from audit.ahead import loading_ahead
from audit.campus.model.campus import CampusFile
from audit.campus.secrets import Secrets
from audit.content import Baselines
from audit.gather.context import Context
from audit.gather.oplog import operation_log
from audit.gather.outcome import now
from audit.gather.pins import load_pins
from audit.gather.pool import Progress, gather
from audit.gather.tags import campus_key, tag_key
from audit.gather.target import Limits, Target
from audit.imports import read_imports
from audit.plan import Plan, Step
from audit.store import RunFolder, digest_of
from audit.targets import target_of
from audit.workspace import Workspace
from checks.model.fact import Collection


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

            with loading_ahead(self.baselines, context.waiting):
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


def campus_digest(campus: CampusFile) -> str:
    """Digest of campus.yaml's meaning: comments and layout do not count."""
    return digest_of(campus)
