"""The judge: every check on every asset it concerns, once per parameter set, one finding per subject."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from checks.judge.age import too_old
from checks.judge.describe import join_limited
from checks.judge.evaluate import Evaluator, Outcome
from checks.judge.parameters import Override, ParameterSet, parameter_sets
from checks.judge.select import Row, Scope
from checks.judge.snapshot import FactBase, Known, Snapshot
from checks.language.check import Check, Each
from checks.language.load import Content, Platform
from checks.model.asset import Asset, GradedSystem
from checks.model.fact import FactStatus
from checks.model.finding import Finding, Reason, finding_id
from checks.model.verdict import Verdict


@dataclass(frozen=True)
class Judgement:
    """What the judge is given besides the facts."""

    content: Content
    assets: tuple[Asset, ...]
    levels: Mapping[str, tuple[int, ...]]
    """Asset or system id → the levels it is judged at."""
    systems: tuple[GradedSystem, ...]
    as_of: datetime
    overrides: Mapping[str, Override] = field(default_factory=dict)
    default_levels: tuple[int, ...] = (2,)


def judge(case: Judgement, base: FactBase) -> tuple[Finding, ...]:
    """All findings, sorted by check, asset, subject and levels. Order of assets, facts and checks does not matter."""
    snapshots = {asset.id: Snapshot(asset, case.content, base) for asset in case.assets}
    found: list[Finding] = []
    for platform, check in case.content.checks():
        for holder, members in _holders(case, platform, check, snapshots):
            levels = case.levels.get(holder, case.default_levels)
            for parameters in parameter_sets(check, levels, case.content.parameters, case.overrides):
                found += _Judging(case, check, holder, members, parameters).findings()
    return tuple(sorted(found, key=lambda f: (f.check, f.asset, f.subject, f.levels, f.id)))


def _holders(
    case: Judgement, platform: Platform, check: Check, snapshots: Mapping[str, Snapshot]
) -> Iterator[tuple[str, tuple[Snapshot, ...]]]:
    """What the check's findings hang on, and the snapshots it may look at."""
    classes = check.on or platform.facts.platform.classes
    if check.scope == "asset":
        for asset in case.assets:
            if asset.asset_class in classes and _concerns(platform, check, snapshots[asset.id]):
                yield asset.id, (snapshots[asset.id],)
        return
    bearing = {a.id: snapshots[a.id] for a in case.assets if _bears(case.content, check, snapshots[a.id])}
    if check.scope == "system":
        for system in case.systems:
            members = tuple(bearing[i] for i in sorted(system.assets) if i in bearing)
            if members:
                yield system.id, members
        return
    holder = min((a.id for a in case.assets if a.asset_class in classes), default="organisation")
    if bearing:
        yield holder, tuple(bearing[i] for i in sorted(bearing))


def _concerns(platform: Platform, check: Check, snapshot: Snapshot) -> bool:
    if not platform.facts.platform.implied:
        return snapshot.asset.platform == platform.name
    own = [name for name in check.needs if name in platform.facts.facts]
    return any(snapshot.has(name) for name in own)


def _bears(content: Content, check: Check, snapshot: Snapshot) -> bool:
    """Whether an asset can bring the facts a wider check needs (its platform has them; a child leaves them to its host)."""
    if snapshot.asset.parent is not None:
        return False
    own = [name for name in check.needs if content.fact_spec(snapshot.asset.platform, name)]
    implied = {name for p in content.implied() for name in p.facts.facts}
    return any(name not in implied or snapshot.has(name) for name in own)


@dataclass
class _Judging:
    """One check on one holder with one parameter set."""

    case: Judgement
    check: Check
    holder: str
    members: Sequence[Snapshot]
    parameters: ParameterSet

    def findings(self) -> list[Finding]:
        source = self._source()
        if source is None:
            return self._for_instance("")
        known, keys = self.members[0].instances(source)
        if not known.usable:
            return [self._unknown("", known.cause)]
        found = [finding for key in keys for finding in self._for_instance(key)]
        if known.status is FactStatus.TRUNCATED:
            found.append(self._unknown("（其余）", f"{known.cause}；只判了列出的 {len(keys)} 个"))
        elif not keys:
            reason = Reason(matcher=f"{source} 有实例", expected="有", observed="一个也没有", result=False)
            found.append(self._finding("", Verdict(self.check.no_instances), (reason,), observed="没有实例"))
        return found

    def _source(self) -> str | None:
        """The for_each source whose instances are subjects of this check, if any."""
        for name in self.check.needs:
            spec = self.members[0].spec(name)
            names = [name, *(spec.sources if spec else ())]
            for each in (self.members[0].spec(n) for n in names):
                source = (
                    self.case.content.source(self.members[0].asset.platform, each.for_each)
                    if each and each.for_each
                    else None
                )
                if source and source.asset_class is None:
                    return each.for_each if each else None
        return None

    def _for_instance(self, instance: str) -> list[Finding]:
        scope = Scope(self.members, instance)
        stale = self._stale(instance)
        if stale:
            return [self._unknown(instance, stale)]
        applies = self._evaluate(self.check.when, scope)
        if applies is not None and applies.result is not True:
            verdict = Verdict.UNKNOWN if applies.result is None else Verdict.NOT_APPLICABLE
            return [self._from(instance, verdict, applies)]
        if self.check.each:
            return self._each(self.check.each, scope)
        return [self._expect(instance, scope)]

    def _evaluator(self, scope: Scope) -> Evaluator:
        return Evaluator(scope, self.parameters.values, self.case.as_of.date())

    def _evaluate(self, expr: object, scope: Scope) -> Outcome | None:
        return None if expr is None else self._evaluator(scope).evaluate(expr)  # type: ignore[arg-type]

    def _expect(self, subject: str, scope: Scope, related: tuple[str, ...] = ()) -> Finding:
        outcome = self._evaluator(scope).evaluate(self.check.expect)
        verdict = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.UNKNOWN}[outcome.result]
        if verdict is Verdict.FAIL and self.check.partial is not None:
            weaker = self._evaluator(scope).evaluate(self.check.partial)
            if weaker.result is True:
                verdict = Verdict.PARTIAL
                outcome = Outcome(outcome.result, (*outcome.reasons, *weaker.reasons))
        return self._from(subject, verdict, outcome, related)

    def _each(self, each: Each, scope: Scope) -> list[Finding]:
        rows, missing = self._rows(each, scope)
        if missing and not rows:
            return [self._unknown(scope.instance, missing)]
        picked: list[tuple[Row, Outcome | None]] = []
        for row in rows:
            where = self._evaluate(each.where, Scope(self.members, scope.instance, row))
            if where is None or where.result is not False:
                picked.append((row, where))
        chosen = tuple(row for row, _ in picked)
        found: list[Finding] = []
        for subject, (row, where) in _named(picked, each, scope.instance, many=len(self.members) > 1):
            related = tuple(sorted({row.owner.asset.id})) if self.check.scope != "asset" else ()
            if where is not None and where.result is None:
                found.append(self._from(subject, Verdict.UNKNOWN, where, related))
            else:
                found.append(self._expect(subject, Scope(self.members, scope.instance, row, chosen, missing), related))
        if missing:
            found.append(self._unknown(" ".join(filter(None, (scope.instance, "（未取到的资产）"))), missing))
        elif not found:
            reason = Reason(matcher=f"{each.fact} 有要判的记录", expected="有", observed="一条也没有", result=False)
            found.append(self._finding(scope.instance, Verdict(each.none), (reason,), observed="没有要判的记录"))
        return found

    def _rows(self, each: Each, scope: Scope) -> tuple[list[Row], str]:
        rows: list[Row] = []
        causes: list[str] = []
        for snapshot in self.members:
            known = snapshot.get(each.fact, scope.instance)
            if known.parsed is None:
                causes.append(known.cause if len(self.members) == 1 else f"{snapshot.asset.id} {known.cause}")
                continue
            rows += [Row(record, snapshot, known) for record in known.parsed.records or ()]
        return rows, join_limited(causes, limit=3)

    def _stale(self, instance: str) -> str:
        for name, days in self.check.fresh.items():
            limit = self._evaluator(Scope(())).resolve(days)
            for snapshot in self.members:
                cause = _too_old(snapshot.get(name, instance), self.case.as_of, int(limit))
                if cause:
                    return cause
        return ""

    def _unknown(self, subject: str, cause: str) -> Finding:
        return self._finding(subject, Verdict.UNKNOWN, (), cause=cause)

    def _from(self, subject: str, verdict: Verdict, outcome: Outcome, related: tuple[str, ...] = ()) -> Finding:
        leaves = [reason for reason in outcome.reasons if reason.expected]
        telling = [r for r in leaves if r.result is outcome.result] or leaves
        causes = [f"{r.matcher}：{r.observed}" for r in leaves if r.result is None]
        return self._finding(
            subject,
            verdict,
            outcome.reasons,
            expected="；".join(dict.fromkeys(r.matcher for r in telling[:5])),
            observed="；".join(dict.fromkeys(r.observed for r in telling[:5])),
            cause=join_limited(causes, limit=3) if verdict is Verdict.UNKNOWN else "",
            related=related,
        )

    def _finding(
        self,
        subject: str,
        verdict: Verdict,
        reasons: tuple[Reason, ...],
        *,
        expected: str = "",
        observed: str = "",
        cause: str = "",
        related: tuple[str, ...] = (),
    ) -> Finding:
        return Finding(
            id=finding_id(self.check.id, self.holder, subject, self.parameters.uses),
            check=self.check.id,
            asset=self.holder,
            subject=subject,
            parameters=self.parameters.uses,
            levels=self.parameters.levels,
            verdict=verdict,
            severity=self.check.severity,
            expected=expected,
            observed=observed,
            cause=cause,
            reasons=reasons,
            related=related,
        )


def _named(
    picked: Iterable[tuple[Row, Outcome | None]], each: Each, instance: str, *, many: bool
) -> Iterator[tuple[str, tuple[Row, Outcome | None]]]:
    """Each record with its subject; a repeated subject gets its number, so that no finding hides another."""
    seen: dict[str, int] = {}
    for row, where in picked:
        words = [_text(row.record.fields.get(name)) for name in each.subject]
        name = (
            " ".join(filter(None, [instance, row.owner.asset.id if many else "", *words])) or f"第 {row.record.line} 行"
        )
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} #{seen[name]}", (row, where)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ",".join(value or ())  # type: ignore[arg-type]


def _too_old(known: Known, as_of: datetime, days: int) -> str:
    if not known.usable:
        return ""
    if known.evidence_at is None:
        return f"{known.name}：不知道这份证据是什么时候的"
    cause = too_old(known.evidence_at, as_of, days)
    return f"{known.name}：{cause}" if cause else ""
