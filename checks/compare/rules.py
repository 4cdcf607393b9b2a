"""What the two runs were judged by, as far as it differs: a verdict may turn although nothing on the asset did."""

from collections import defaultdict
from collections.abc import Iterator

from checks.model.comparison import ParameterChange, Rule
from checks.model.finding import Finding, Scalar
from checks.model.run import Run


class Rules:
    """The rules of two runs against each other."""

    def __init__(self, old: Run, new: Run) -> None:
        self.old, self.new = old, new
        shared = sorted(set(old.checks) & set(new.checks))
        self.changed = tuple(name for name in shared if old.checks[name].digest != new.checks[name].digest)
        self._changed = frozenset(self.changed)
        self._version = old.dengbao_version != new.dengbao_version

    def differing(self, before: Finding | None, after: Finding | None) -> tuple[Rule, ...]:
        """What may have turned this finding's verdict besides its asset; nothing where the verdict stayed."""
        if before and after and before.verdict is after.verdict:
            return ()
        return tuple(self._differing(before, after))

    def _differing(self, before: Finding | None, after: Finding | None) -> Iterator[Rule]:
        known = after or before
        if known is not None and known.check in self._changed:
            yield "check"
        if before and after and _values(before) != _values(after):
            yield "parameters"
        if self._version:
            yield "version"

    def parameters(self) -> tuple[ParameterChange, ...]:
        """Every threshold whose values over all findings differ."""
        before, after = _used(self.old), _used(self.new)
        units = {use.name: use.unit for finding in self.new.findings for use in finding.parameters}
        return tuple(
            ParameterChange(name=name, before=before[name], after=after[name], unit=units.get(name, ""))
            for name in sorted(before.keys() & after.keys())
            if before[name] != after[name]
        )


def _values(finding: Finding) -> dict[str, Scalar]:
    return {use.name: use.value for use in finding.parameters}


def _used(run: Run) -> dict[str, tuple[Scalar, ...]]:
    values: dict[str, set[Scalar]] = defaultdict(set)
    for finding in run.findings:
        for use in finding.parameters:
            values[use.name].add(use.value)
    return {name: tuple(sorted(found, key=lambda v: (str(type(v)), v))) for name, found in values.items()}
