"""Progress of gathering: a bar on a terminal, elsewhere one plain line an asset. Always on standard error."""

import sys
from contextlib import AbstractContextManager, nullcontext

import click

from audit.gather.pool import Progress
from audit.plan import Plan
from checks.model.fact import Collection
from reports.clean import clean_line


class PlainProgress:
    """A line for each asset when its session has ended: for logs, timers and CI."""

    def started(self, asset: str) -> None:
        """Nothing: the line comes with the end."""

    def finished(self, collection: Collection) -> None:
        """An asset's session ended."""
        whole = collection.status == "complete"
        said = f"✓ {collection.asset}" if whole else f"✗ {clean_line(collection.cause or collection.asset)}"
        click.echo(said, err=True)


def progress_of(plan: Plan) -> AbstractContextManager[Progress]:
    """The listener for where standard error goes; its library is loaded for a terminal only."""
    if not sys.stderr.isatty():
        return nullcontext(PlainProgress())
    from audit.commands.bar import TerminalProgress

    return TerminalProgress(plan)
