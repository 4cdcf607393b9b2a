"""Progress of gathering on a terminal: one bar, and a line for each asset that went wrong."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from audit.plan import Plan
from checks.model.fact import Collection
from reports.clean import clean_line


class TerminalProgress:
    """Listens to gathering; writes to standard error only."""

    def __init__(self, plan: Plan) -> None:
        self.console = Console(stderr=True)
        total = sum(1 for step in plan.steps if step.method in ("local", "ssh") and not step.refused)
        columns = (
            TextColumn("收集"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        self.bar = Progress(*columns, console=self.console, transient=True)
        self.task = self.bar.add_task("", total=total)

    def __enter__(self) -> "TerminalProgress":
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def started(self, asset: str) -> None:
        """An asset's session begins."""
        self.bar.update(self.task, description=asset)

    def finished(self, collection: Collection) -> None:
        """An asset's session ended."""
        self.bar.update(self.task, advance=1)
        if collection.status != "complete":
            self.console.print(f"✗ {clean_line(collection.cause or collection.asset)}", markup=False, highlight=False)
