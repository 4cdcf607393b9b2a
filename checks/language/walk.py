"""Walking expressions: every matcher with its place, and copies with one of them negated."""

from collections.abc import Iterator

from checks.language.check import AllOf, AnyOf, Check, Expr, Match, NotOf, Test

ExprPath = tuple[str | int, ...]


def matchers(expr: Expr, path: ExprPath = ()) -> Iterator[tuple[ExprPath, Match]]:
    """Every matcher of an expression and the path to it."""
    if isinstance(expr, Match):
        yield path, expr
    elif isinstance(expr, NotOf):
        yield from matchers(expr.not_, (*path, "not"))
    else:
        word = "all" if isinstance(expr, AllOf) else "any"
        for index, part in enumerate(getattr(expr, word)):
            yield from matchers(part, (*path, word, index))


def negated(expr: Expr, path: ExprPath) -> Expr:
    """The expression with the matcher at `path` negated."""
    if not path:
        return NotOf(not_=expr)
    if isinstance(expr, NotOf):
        return NotOf(not_=negated(expr.not_, path[1:]))
    assert isinstance(expr, AllOf | AnyOf)  # noqa: S101 - paths come from `matchers`
    word, index = path[0], path[1]
    parts = list(getattr(expr, str(word)))
    parts[int(index)] = negated(parts[int(index)], path[2:])
    return type(expr)(**{str(word): tuple(parts)})


def dropped(expr: Expr, path: ExprPath) -> Expr | None:
    """The expression without the matcher at `path`; None where it stands alone and cannot be left out."""
    if not path:
        return None
    if isinstance(expr, NotOf):
        inner = dropped(expr.not_, path[1:])
        return None if inner is None else NotOf(not_=inner)
    assert isinstance(expr, AllOf | AnyOf)  # noqa: S101 - paths come from `matchers`
    word, index = str(path[0]), int(path[1])
    parts = list(getattr(expr, word))
    inner = dropped(parts[index], path[2:])
    if inner is not None:
        parts[index] = inner
    elif len(parts) > 1:
        del parts[index]
    else:
        return None
    return type(expr)(**{word: tuple(parts)})


def check_expressions(check: Check) -> Iterator[tuple[ExprPath, Expr]]:
    """The expressions of a check and the field each stands in."""
    yield ("expect",), check.expect
    if check.when is not None:
        yield ("when",), check.when
    if check.partial is not None:
        yield ("partial",), check.partial
    if check.each is not None and check.each.where is not None:
        yield ("each", "where"), check.each.where


def with_expression(check: Check, where: ExprPath, expr: Expr) -> Check:
    """The check with the expression at `where` replaced."""
    if where == ("each", "where"):
        assert check.each is not None  # noqa: S101 - `where` comes from check_expressions
        return check.model_copy(update={"each": check.each.model_copy(update={"where": expr})})
    return check.model_copy(update={str(where[0]): expr})


def tests_of(match: Match) -> Iterator[Test]:
    """The tests a matcher applies: itself or the one under its quantifier."""
    if match.operators():
        yield match
    for word in ("every", "some", "none", "count"):
        inner = getattr(match, word)
        if inner is not None:
            yield inner


def parameters_used(check: Check) -> tuple[str, ...]:
    """Names of the parameters (`$name`) a check uses, sorted."""
    names = {str(v)[1:] for v in check.fresh.values() if is_parameter(v)}
    for _, expr in check_expressions(check):
        for _, match in matchers(expr):
            for test in (match, *tests_of(match)):
                names |= {str(v)[1:] for v in _values(test) if is_parameter(v)}
    return tuple(sorted(names))


def facts_used(check: Check) -> set[str]:
    """Names of the facts a check's expressions read."""
    names = {check.each.fact} if check.each else set()
    for _, expr in check_expressions(check):
        for _, match in matchers(expr):
            paths = [match.fact, *(p for t in tests_of(match) for p in (t.in_fact, t.not_in_fact))]
            names |= {path.partition(".")[0] for path in paths if path}
    return names


def is_parameter(value: object) -> bool:
    """Whether a value of the language names a parameter."""
    return isinstance(value, str) and value.startswith("$") and len(value) > 1


def _values(test: Test) -> Iterator[object]:
    if isinstance(test, Match):
        yield test.default
    for key in ("eq", "ne", "lt", "le", "gt", "ge"):
        yield getattr(test, key)
    for key in ("in_", "not_in", "between"):
        yield from getattr(test, key) or ()
