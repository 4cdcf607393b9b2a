"""Evaluating an expression: true, false or undecided, with a reason for every matcher."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from checks.facts.values import FieldValue
from checks.judge.describe import describe, join_limited, shorten
from checks.judge.select import Scope, Selected, Value, line_text, select
from checks.judge.values import apply, kleene_and, kleene_not, kleene_or, lies_ahead, operator
from checks.language.check import AllOf, AnyOf, Expr, Match, NotOf, Test
from checks.language.walk import is_parameter
from checks.model.finding import Citation, Reason, Scalar

MAX_CITES = 5


@dataclass(frozen=True)
class Outcome:
    """What came of an expression: the result and the reasons in reading order."""

    result: bool | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Evaluator:
    """Evaluates expressions with one parameter set on one scope."""

    scope: Scope
    parameters: Mapping[str, Scalar]
    today: date
    """The day of the audit, never this machine's."""

    def resolve(self, value: Scalar) -> Scalar:
        """A literal, or the value of the parameter it names."""
        return self.parameters[str(value)[1:]] if is_parameter(value) else value

    def evaluate(self, expr: Expr, depth: int = 0) -> Outcome:
        """The result of an expression. Nothing is short-cut, so that every matcher explains itself."""
        if isinstance(expr, Match):
            return self._match(expr, depth)
        if isinstance(expr, NotOf):
            inner = self.evaluate(expr.not_, depth + 1)
            return _group("以下不成立", kleene_not(inner.result), inner.reasons, depth)
        parts = [self.evaluate(part, depth + 1) for part in (expr.all if isinstance(expr, AllOf) else expr.any)]
        results = [part.result for part in parts]
        reasons = tuple(reason for part in parts for reason in part.reasons)
        if isinstance(expr, AnyOf):
            return _group("以下任一成立", kleene_or(results), reasons, depth)
        return _group("以下全部成立", kleene_and(results), reasons, depth)

    def _match(self, match: Match, depth: int) -> Outcome:
        selector, expected = describe(match, self.resolve)
        found = select(match, self.scope)
        result, observed, cites = self._decide(match, found)
        reason = Reason(
            matcher=f"{selector} {expected}",
            expected=expected,
            observed=observed,
            result=result,
            depth=depth,
            cites=cites,
        )
        return Outcome(result, (reason,))

    def _decide(self, match: Match, found: Selected) -> tuple[bool | None, str, tuple[Citation, ...]]:
        if match.present is not None:
            return self._present(match.present, found)
        values, cites = found.values, found.cites
        if not values and found.keyed_missing and not found.incomplete:
            if match.default is None:
                return None, "没有这一项，也没有已知的默认值", cites
            values = (Value(str(self.resolve(match.default)), _default_cite(match)),)
            cites = (values[0].cite,)
        if match.unique:
            return self._unique(match, found)
        results = [self._quantified(match, value) for value in values]
        result = self._combine(match, values, results, found.incomplete)
        observed = self._why_undecided(match) if None in results else ""
        observed = observed or _observed(match, values, results, result)
        shown = tuple(v.cite for v, r in zip(values, results, strict=True) if r is not True) or tuple(
            v.cite for v in values
        )
        return result, observed if values or not found.incomplete else found.incomplete, (shown or cites)[:MAX_CITES]

    def _quantified(self, match: Match, value: Value) -> bool | None:
        test = match.every or match.some or match.none or match.count or match
        return self._test(test, value.text) if match.count is None else True

    def _combine(
        self, match: Match, values: tuple[Value, ...], results: list[bool | None], incomplete: str
    ) -> bool | None:
        if match.count is not None:
            return None if incomplete else self._test(match.count, str(len(values)))
        if match.some is not None:
            return kleene_or([*results, None] if incomplete else results)
        if match.none is not None:
            return kleene_not(kleene_or([*results, None] if incomplete else results))
        if not values:
            return None
        return kleene_and([*results, None] if incomplete else results)

    def _test(self, test: Test, value: str) -> bool | None:
        key, argument = operator(test)
        if key in ("in_fact", "not_in_fact"):
            return self._in_fact(key, str(argument), value)
        if key == "future":
            ahead = lies_ahead(value, self.today)
            return None if ahead is None else ahead == argument
        return apply(key, self._filled(key, argument), value)

    def _why_undecided(self, match: Match) -> str:
        """For `in_fact`: why the other fact cannot be looked into."""
        tests = [t for t in (match, match.every, match.some, match.none) if t is not None]
        paths = [path for t in tests for path in (t.in_fact, t.not_in_fact) if path]
        causes = [select(Match(fact=path, present=True), self.scope).incomplete for path in paths]
        return "；".join(filter(None, causes))

    def _filled(self, key: str, argument: object) -> object:
        if key in ("in_", "not_in", "between"):
            return tuple(self.resolve(a) for a in argument)  # type: ignore[attr-defined]
        return self.resolve(argument) if key in ("eq", "ne", "lt", "le", "gt", "ge") else argument  # type: ignore[arg-type]

    def _in_fact(self, key: str, path: str, value: str) -> bool | None:
        listed = select(Match(fact=path, present=True), self.scope)
        inside = value.strip() in {v.text.strip() for v in listed.values}
        if listed.incomplete and not inside:
            return None
        return inside if key == "in_fact" else not inside

    def _present(self, wanted: bool, found: Selected) -> tuple[bool | None, str, tuple[Citation, ...]]:
        exists: bool | None = found.exists
        if exists is None and not found.incomplete:
            exists = bool(found.values)
        elif exists is None and found.values:
            exists = True
        cites = tuple(v.cite for v in found.values[:MAX_CITES]) or found.cites
        words = found.incomplete if exists is None else "存在" if exists else "不存在"
        return (None if exists is None else exists == wanted), words, cites[:MAX_CITES]

    def _unique(self, match: Match, found: Selected) -> tuple[bool | None, str, tuple[Citation, ...]]:
        here = self.scope.row
        own = {value.text for value in found.values}
        others = [
            row
            for row in self.scope.rows
            if row is not here and own & set(_texts(row.record.fields.get(match.field or "")))
        ]
        if not own:
            return None, "没有这一项", found.cites
        cites = tuple(
            Citation(
                fact=row.fact.name,
                instance=row.fact.instance,
                line=row.record.line,
                text=f"{row.owner.asset.id}: {line_text(row.fact, row.record.line)}"[:500],
            )
            for row in others
        )
        if others:
            return False, f"另有 {len(others)} 处相同", (*found.cites, *cites)[:MAX_CITES]
        if self.scope.rows_missing:
            return None, self.scope.rows_missing, found.cites
        return True, "没有重复", found.cites


def _texts(value: FieldValue | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _default_cite(match: Match) -> Citation:
    fact = (match.fact or match.field or "").partition(".")[0]
    return Citation(fact=fact, text=f"没有写明，按平台默认值 {match.default}")


def _observed(match: Match, values: tuple[Value, ...], results: list[bool | None], result: bool | None) -> str:
    if match.count is not None:
        return f"{len(values)} 个"
    if not values:
        return "没有"
    wanted = [v.text for v, r in zip(values, results, strict=True) if r is not True]
    if match.none is not None:
        wanted = [v.text for v, r in zip(values, results, strict=True) if r is not False]
    if result is True or not wanted:
        wanted = [v.text for v in values]
    return join_limited(list(dict.fromkeys(wanted)), show=shorten)


def _group(words: str, result: bool | None, reasons: tuple[Reason, ...], depth: int) -> Outcome:
    head = Reason(matcher=words, expected="", observed="", result=result, depth=depth)
    return Outcome(result, (head, *reasons))
