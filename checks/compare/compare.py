"""The newer of two runs against the older one: new, fixed, still open, no longer measured, measured again, gone."""

from collections.abc import Iterator

from checks.compare.pairs import Pair, pairs
from checks.compare.rules import Rules
from checks.compare.sight import Sight, host_of
from checks.model.comparison import KINDS, Because, Comparison, FindingChange, Kind, RateChange, RunMark
from checks.model.finding import Finding
from checks.model.run import Run
from checks.model.text import Text


class NotComparableError(ValueError):
    """The two runs cannot be set against each other; the message says why and what to do."""


def compare(old: Run, new: Run) -> Comparison:
    """What changed from `old` to `new`. Raises NotComparableError for another school or a reversed order."""
    if old.campus.id != new.campus.id:
        raise NotComparableError(
            f"两次审计不是同一所学校：{old.campus.name}（{old.campus.id}）和 {new.campus.name}（{new.campus.id}），不能比较。"
            "学校编号改过的，用改过之后的两次审计比较。"
        )
    if old.as_of > new.as_of:
        raise NotComparableError(f"先后反了：{old.id} 比 {new.id} 晚。旧的写在前面，新的写在后面。")
    return _Comparing(old, new).comparison()


class _Comparing:
    """One comparison at work."""

    def __init__(self, old: Run, new: Run) -> None:
        self.old, self.new = old, new
        self.before, self.after = Sight(old), Sight(new)
        self.rules = Rules(old, new)
        self.waived = new.waived
        self.counts = {"unchanged": 0, "added": 0, "still_unmeasured": 0}

    def comparison(self) -> Comparison:
        changes = [change for pair in pairs(self.old.findings, self.new.findings) for change in self._changes(pair)]
        return Comparison(
            campus=self.new.campus,
            old=_mark(self.old),
            new=_mark(self.new),
            changes=tuple(sorted(changes, key=_reading_order)),
            **self.counts,
            campus_changed=self.old.campus_digest != self.new.campus_digest,
            content_changed=self.old.content_digest != self.new.content_digest,
            changed_checks=self.rules.changed,
            added_checks=tuple(sorted(set(self.new.checks) - set(self.old.checks))),
            removed_checks=tuple(sorted(set(self.old.checks) - set(self.new.checks))),
            parameters=self.rules.parameters(),
            added_assets=tuple(sorted(self.after.holders - self.before.holders)),
            removed_assets=tuple(sorted(self.before.holders - self.after.holders)),
            rates=tuple(_rates(self.old, self.new)),
        )

    def _changes(self, pair: Pair) -> Iterator[FindingChange]:
        if pair.before and pair.after:
            yield from self._both(pair.before, pair.after)
        elif pair.before:
            yield from self._only_before(pair.before)
        elif pair.after:
            yield from self._only_after(pair.after)

    def _both(self, before: Finding, after: Finding) -> Iterator[FindingChange]:
        kind = _kind(before, after)
        if kind is not None:
            yield self._change(kind, before, after, cause=after.cause if kind == "not-measured" else "")
        elif after.verdict.settled:
            self.counts["unchanged"] += 1
        else:
            self.counts["still_unmeasured"] += 1

    def _only_before(self, before: Finding) -> Iterator[FindingChange]:
        if before.verdict.undecided:
            if not self.after.judged(before):  # else its subjects are told one by one
                yield self._change("gone", before, None, because=self._why_gone(before))
            return
        hidden = self.after.blind(before)
        if hidden is not None:
            yield self._change("not-measured", before, None, cause=hidden)
            return
        because = self._why_gone(before)
        fixed = before.verdict.failing and because in ("subject-gone", "asset-gone")
        yield self._change("fixed" if fixed else "gone", before, None, because=because)

    def _only_after(self, after: Finding) -> Iterator[FindingChange]:
        if after.verdict.undecided:
            if not self.before.judged(after):  # else what it stands for is told one by one
                self.counts["still_unmeasured"] += 1
        elif self._asked_before(after) and self.before.blind(after) is not None:
            yield self._change("measured", None, after, because=self._why_new(after))
        elif after.verdict.failing:
            yield self._change("new", None, after, because=self._why_new(after))
        else:
            self.counts["added"] += 1

    def _asked_before(self, after: Finding) -> bool:
        """Whether the older run's content had the check; one that ran on nothing then is not named in the run."""
        return after.check in self.old.checks or self.old.content_digest == self.new.content_digest

    def _why_gone(self, before: Finding) -> Because:
        if before.asset not in self.after.holders:
            was_found = before.asset not in self.before.declared and host_of(before.asset) in self.after.holders
            return "asset-gone" if was_found else "asset-removed"
        return "subject-gone" if self.after.judged(before) else "check-gone"

    def _why_new(self, after: Finding) -> Because:
        if after.asset not in self.before.holders:
            return "new-asset"
        if not self._asked_before(after):
            return "new-check"
        return "new-subject" if self.before.judged(after) else ""

    def _change(
        self, kind: Kind, before: Finding | None, after: Finding | None, *, because: Because = "", cause: str = ""
    ) -> FindingChange:
        known = after or before
        assert known is not None  # noqa: S101 - one of them is what the change is about
        info = self.new.checks.get(known.check) or self.old.checks.get(known.check)
        return FindingChange(
            kind=kind,
            finding=known.id,
            check=known.check,
            title=info.title if info else Text(zh=known.check),
            asset=known.asset,
            subject=known.subject,
            severity=known.severity,
            before=before.verdict if before else None,
            after=after.verdict if after else None,
            because=because,
            cause=cause,
            observed=after.observed if after else "",
            rules=self.rules.differing(before, after),
            waived=known.id in self.waived,
        )


def _kind(before: Finding, after: Finding) -> Kind | None:
    """The kind of a finding that stands in both runs; None when there is nothing to tell of it."""
    if after.verdict.undecided:
        return None if before.verdict.undecided else "not-measured"
    if before.verdict.undecided:
        return "measured"
    if after.verdict.failing:
        return "open" if before.verdict.failing else "new"
    return "fixed" if before.verdict.failing else None


def _reading_order(change: FindingChange) -> tuple[int, bool, int, str, str, str]:
    failing = change.after is not None and change.after.failing
    return (KINDS.index(change.kind), not failing, -change.severity.rank, change.check, change.asset, change.subject)


def _mark(run: Run) -> RunMark:
    return RunMark(
        id=run.id, as_of=run.as_of, dengbao_version=run.dengbao_version, content_digest=run.content_digest
    )  # fmt: skip


def _rates(old: Run, new: Run) -> Iterator[RateChange]:
    before = {assessment.system.id: assessment for assessment in old.assessments}
    after = {assessment.system.id: assessment for assessment in new.assessments}
    for key in {**after, **before}:
        then, now = before.get(key), after.get(key)
        known = now or then
        if known is not None:
            yield RateChange(
                system=key,
                name=known.system.name,
                before=then.rate if then else None,
                after=now.rate if now else None,
                before_grade=then.system.grade if then else "",
                after_grade=now.system.grade if now else "",
            )
