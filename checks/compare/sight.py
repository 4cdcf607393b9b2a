"""What one run could see: whether a finding that is not in it is gone, or was only not looked at."""

from collections import defaultdict

from checks.model.finding import Finding
from checks.model.run import Run


class Sight:
    """One run's reach: its assets, its checks, and where it was blind."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.holders = {asset.id for asset in run.assets} | {system.id for system in run.systems}
        self.declared = {asset.id for asset in run.assets if asset.origin != "discovered"}
        self._judged: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in run.findings:
            self._judged[finding.check, finding.asset].append(finding)
        self._unreached = {c.asset: c.cause for c in run.collections if c.status != "complete"}
        for gap in run.not_covered:
            if gap.kind != "facts":
                self._unreached.setdefault(gap.asset, gap.cause)

    def judged(self, finding: Finding) -> bool:
        """Whether its check was judged on its asset at all."""
        return (finding.check, finding.asset) in self._judged

    def blind(self, finding: Finding) -> str | None:
        """Why this run cannot know of the finding, though another run knew; None when it looked and it is not there."""
        for other in self._judged.get((finding.check, finding.asset), ()):
            if other.verdict.undecided and _stands_for(other.subject, finding.subject):
                return other.cause or other.observed or "这次没有测得"
        if self.judged(finding):
            return None
        return self._unreached.get(finding.asset) or self._unreached.get(host_of(finding.asset))


def host_of(asset: str) -> str:
    """The asset it lives in, itself where it lives in none."""
    return asset.partition("/")[0]


def _stands_for(unknown: str, subject: str) -> bool:
    """Whether an undecided finding may hide this subject: it speaks of the whole, of what it did not reach, or of the
    instance the subject belongs to. In doubt it does: what may be hidden is never called gone."""
    return not unknown or "（" in unknown or subject == unknown or subject.startswith(unknown + " ")
