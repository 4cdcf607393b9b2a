"""A run: one audit of one campus. Its canonical JSON is `run.json`, which every report reads."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from checks.model.assessment import Assessment
from checks.model.asset import Asset, Family, GradedSystem
from checks.model.base import Model
from checks.model.fact import CollectionStatus, Origin
from checks.model.finding import Finding
from checks.model.fix import Fix, FixProof
from checks.model.text import Text
from checks.model.verdict import Severity
from checks.model.waiver import Waiver, WaiverUse

SCHEMA_VERSION = 1
Urgency = Literal["urgent", "scheduled", "long-term"]


class CheckInfo(Model):
    """What reports need to say about a check."""

    id: str
    title: Text
    severity: Severity
    why: Text
    fix: Fix
    decides: tuple[str, ...] = ()
    indicates: tuple[str, ...] = ()
    high_risk: tuple[str, ...] = ()
    platform: str
    digest: str = ""
    """SHA-256 of what its verdict rests on: the expectation, and how its facts are obtained. Wording does not count."""
    tried: tuple[FixProof, ...] = ()
    """Proofs that hold for the scripts as they stand."""

    def proof_for(self, family: Family | None) -> FixProof | None:
        """The proof that holds for a system of this family: of the very script it gets."""
        chosen = self.fix.script_for(family)
        return next((p for p in self.tried if chosen and (p.script, p.family) == (chosen[0], family)), None)


class CollectionInfo(Model):
    """How one session went; the facts themselves stay in the run folder."""

    asset: str
    origin: Origin
    method: str
    status: CollectionStatus
    cause: str = ""
    facts_ok: int = 0
    facts_missing: int = 0
    digest: str = ""
    """SHA-256 of the collection's canonical JSON."""


class NotCovered(Model):
    """Something the run did not look at, and why: said openly instead of left out."""

    asset: str
    what: str
    cause: str
    kind: Literal["gathering", "facts", "instances", "platform"] = "gathering"
    """gathering: its session; facts: some of its facts; instances: what lives in it; platform: no content for it."""


class FixTask(Model):
    """A failing check on the assets it fails on: a line of «fix first», most urgent first. Waived findings are left out."""

    check: str
    title: Text
    severity: Severity
    high_risk: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    urgency: Urgency = "scheduled"
    due: date | None = None
    """The last day it should be done."""


class Campus(Model):
    """The school, as far as reports name it."""

    id: str
    name: str


class Run(Model):
    """One audit of one campus: what `run.json` holds. Same facts, content and `as_of` give the same bytes."""

    schema_version: Literal[1] = Field(default=1)
    id: str
    dengbao_version: str
    campus: Campus
    as_of: datetime
    content_digest: str
    campus_digest: str = ""
    """Digest of what campus.yaml says, comments and layout left out."""
    assets: tuple[Asset, ...]
    systems: tuple[GradedSystem, ...]
    collections: tuple[CollectionInfo, ...]
    checks: dict[str, CheckInfo]
    findings: tuple[Finding, ...]
    assessments: tuple[Assessment, ...]
    fix_first: tuple[FixTask, ...] = ()
    not_covered: tuple[NotCovered, ...] = ()
    waivers: tuple[WaiverUse, ...] = ()
    """Every waiver of the school, in force or not, with the findings it covers."""

    @property
    def gathered_whole(self) -> Mapping[str, bool]:
        """Each asset that evidence was due from → whether its session was complete."""
        sessions = {c.asset: c.status == "complete" for c in self.collections}
        return sessions | {gap.asset: False for gap in self.not_covered if gap.kind == "gathering"}

    @property
    def waived(self) -> Mapping[str, Waiver]:
        """Id of each failing finding that a waiver in force accepts → that waiver."""
        in_force = [use for use in self.waivers if use.in_force]
        return {finding: use.waiver for use in reversed(in_force) for finding in use.findings}
