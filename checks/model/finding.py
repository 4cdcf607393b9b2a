"""Findings: one check, one asset, one subject, one parameter set, one verdict, and why."""

import hashlib
import re

from checks.model.base import Model, canonical
from checks.model.verdict import Severity, Verdict

Scalar = bool | int | str
FINDING_ID = re.compile(r"F-[0-9a-f]{16}\Z")


class Citation(Model):
    """A line of evidence that a reason rests on."""

    fact: str
    instance: str = ""
    line: int | None = None
    """1-based line in the fact's text; None when the fact as a whole is cited (absent, denied ...)."""
    text: str = ""


class Reason(Model):
    """One matcher and what came of it: fact → line → matcher → result."""

    matcher: str
    """The matcher as people read it, parameters filled in, e.g. `sshd.clientaliveinterval between 1 and 600`."""
    expected: str
    observed: str
    result: bool | None
    """None: could not be decided."""
    depth: int = 0
    """Nesting inside all/any/not, for printing."""
    cites: tuple[Citation, ...] = ()


class ParameterUse(Model):
    """A threshold as it was used: value and where that value comes from."""

    name: str
    value: Scalar
    unit: str = ""
    origin: str = ""
    """`level 3`, `district` or `campus`."""
    source: str = ""
    """The document the value is taken from."""


class Finding(Model):
    """The verdict of one check on one subject of one asset."""

    id: str
    check: str
    asset: str
    """Asset id; a child asset's own id (`cache-01/redis:6380`); a system's id or `campus` for wider scopes."""
    subject: str = ""
    """What on the asset: an account, a port, a login path; empty for the asset as a whole."""
    parameters: tuple[ParameterUse, ...] = ()
    levels: tuple[int, ...] = ()
    """Levels (1-4) whose parameter set this finding was judged with; empty: no parameter used, any level."""
    verdict: Verdict
    severity: Severity
    expected: str = ""
    observed: str = ""
    cause: str = ""
    """For unknown: which fact is missing and why, in Chinese."""
    reasons: tuple[Reason, ...] = ()
    related: tuple[str, ...] = ()
    """Other assets this finding also speaks of (campus and system scope)."""

    def at_level(self, level: int) -> bool:
        """Whether this finding counts for an item of `level`."""
        return not self.levels or level in self.levels


def finding_id(check: str, asset: str, subject: str, parameters: tuple[ParameterUse, ...]) -> str:
    """Stable digest of exactly check × asset × subject × parameter set: diff, waivers and trends hang on it.

    >>> finding_id("linux-x", "web-01", "", ()) == finding_id("linux-x", "web-01", "", ())
    True
    """
    parts = [check, asset, subject, sorted([p.name, p.value] for p in parameters)]
    return "F-" + hashlib.sha256(canonical(parts).encode()).hexdigest()[:16]
