"""One line of a run's operation log: what was sent where, when, and how it ended."""

from datetime import datetime
from typing import Literal

from checks.model.base import Model
from checks.model.fact import CollectionStatus


class Operation(Model):
    """An entry of ids, names, digests and counts: there is no field a secret could be put into."""

    at: datetime
    event: Literal["started", "ended"]
    asset: str
    method: Literal["local", "ssh"]
    address: str = ""
    port: int | None = None
    user: str = ""
    become: str = ""
    bastion: str = ""
    batch: str = ""
    """Digest of the batch that was sent."""
    facts: tuple[str, ...] = ()
    """Names of the facts it asks for."""
    status: CollectionStatus | None = None
    cause: str = ""
    sent: int | None = None
    """Bytes."""
    received: int | None = None
