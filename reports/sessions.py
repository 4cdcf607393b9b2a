"""The operation log as people read it: the beginning and the end of a session are one line."""

from collections.abc import Iterable
from dataclasses import dataclass

from checks.model.operation import Operation


@dataclass(frozen=True, slots=True)
class Session:
    """One session with one asset. `ended` is None where the log does not say how it ended."""

    begun: Operation
    ended: Operation | None

    @property
    def seconds(self) -> int | None:
        """How long it took; None without an end."""
        return None if self.ended is None else max(0, round((self.ended.at - self.begun.at).total_seconds()))


def sessions(operations: Iterable[Operation]) -> tuple[Session, ...]:
    """Each end belongs to the last beginning with its asset; an end without a beginning stands for both."""
    found: list[Session] = []
    running: dict[str, int] = {}
    for operation in operations:
        if operation.event == "started":
            running[operation.asset] = len(found)
            found.append(Session(operation, None))
        elif (at := running.pop(operation.asset, None)) is not None:
            found[at] = Session(found[at].begun, operation)
        else:
            found.append(Session(operation, operation))
    return tuple(found)
