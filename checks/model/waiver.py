"""Waivers (豁免): findings somebody accepted for a time. They change what is to be done next, never what is known."""

from datetime import date
from typing import Literal

from checks.model.base import Model

WaiverState = Literal["in-force", "expired", "not-yet"]


class Waiver(Model):
    """One acceptance: of one finding by its id, or of a check on an asset, with or without a subject."""

    id: str
    """Chosen by the school."""
    finding: str = ""
    check: str = ""
    asset: str = ""
    subject: str = ""
    """Empty: every subject of the check on this asset."""
    reason: str
    compensating: str
    """What is done instead."""
    approved_by: str
    approved: date
    until: date
    """Last day it is in force, in Beijing."""


class WaiverUse(Model):
    """A waiver in one run: whether it is in force on its `as_of`, and which findings stand in its scope."""

    waiver: Waiver
    state: WaiverState
    """in-force; expired: past its last day; not-yet: approved later than the run. Only in-force ones waive anything."""
    findings: tuple[str, ...] = ()
    """Failing findings in its scope: what it waives while it is in force."""
    not_measured: tuple[str, ...] = ()
    """Findings in its scope nobody knows the verdict of: a waiver accepts a known shortcoming, never a missing look."""
    met: tuple[str, ...] = ()
    """Findings in its scope that conform or do not apply: nothing is left to accept."""

    @property
    def in_force(self) -> bool:
        return self.state == "in-force"

    @property
    def matches_nothing(self) -> bool:
        """Whether no finding of the run stands in its scope."""
        return not (self.findings or self.not_measured or self.met)
