"""Fixes: how to put a failing check right, by hand or by a script the officer runs, and what proves a script."""

from datetime import date
from typing import Literal

from pydantic import Field

from checks.model.asset import Family
from checks.model.base import Model
from checks.model.text import Text

ScriptFamily = Literal["any", "debian", "rhel"]
"""Which systems a fix script is written for; `any`: both families alike."""
Effort = Literal["quick", "planned", "project"]
"""quick: a setting; planned: needs a maintenance window or other people; project: purchase, upgrade, rebuilding."""


class FixScript(Model):
    """POSIX shell that puts one check right on one server. Called with the failing subjects as `$1`, `$2` …,
    the thresholds as variables of their names, and the helpers of `reports/fixes/prelude.sh`.
    """

    apply: str = Field(min_length=1)
    undo: str = ""
    """What is to be done after every file that `keep` remembered has been put back, e.g. reloading a service."""


class Fix(Model):
    """How to put a failing check right: shown to the officer, never run by us."""

    steps: tuple[Text, ...]
    scripts: dict[ScriptFamily, FixScript] = {}
    risk: Text
    rollback: Text
    cuts_management: bool = False
    """Whether doing it wrongly can cut the way the machine is managed."""
    effort: Effort = "quick"

    def script_for(self, family: Family | None) -> tuple[ScriptFamily, FixScript] | None:
        """The script for a system of this family and the key it stands under; none for a family nobody could tell."""
        for key in (family, "any") if family else ():
            if key in self.scripts:
                return key, self.scripts[key]
        return None


class FixProof(Model):
    """A fix script that was applied, re-audited and taken back on a throw-away host, with the verdicts it should have."""

    check: str
    script: ScriptFamily
    """The script's key; the family it was tried on is `family`."""
    family: Family
    system: str
    """What it was tried on, e.g. `Debian 12`."""
    on: date
    digest: str
    """Of the script and the prelude: a changed one is not tried any more."""
