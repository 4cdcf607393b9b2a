"""Lint: what the records alone cannot see. Unknown aspects, facts, parameters; expectations that assert nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import re2

from checks.language.check import Check, Match, Test, TestedCheck
from checks.language.coverage import lint_uncovered
from checks.language.load import Content, Loaded, Platform
from checks.language.source import Problem, suggest
from checks.language.walk import ExprPath, check_expressions, facts_used, matchers, parameters_used, tests_of
from checks.model.catalogue import Catalogue

ANYTHING = ("", "0", "x", "yes", "no", "-1", "a b", "测")


@dataclass(frozen=True)
class LintCase:
    """What a rule looks at: one check in its platform, and all there is to refer to."""

    check: TestedCheck
    platform: Platform
    content: Content
    catalogue: Catalogue


Complaint = tuple[str, str, tuple[str | int, ...]]
"""Message, hint, place inside the check."""
Rule = Callable[[LintCase], Iterator[Complaint]]


def lint(loaded: Loaded, catalogue: Catalogue, parsers: frozenset[str], derivations: frozenset[str]) -> list[Problem]:
    """Every problem of the content, each with file and line."""
    content = loaded.content
    problems = [
        p for platform in content.platforms.values() for p in _lint_facts(platform, content, parsers, derivations)
    ]
    for platform, check in loaded.checks():
        case = LintCase(check, platform, content, catalogue)
        where = loaded.provenance[check.id]
        problems += [where.problem(message, hint, at) for rule in RULES for message, hint, at in rule(case)]
    return [*problems, *lint_uncovered(loaded, catalogue)]


def _lint_facts(
    platform: Platform, content: Content, parsers: frozenset[str], derivations: frozenset[str]
) -> Iterator[Problem]:
    file = f"{platform.name}/facts*.yaml"
    for name, spec in platform.facts.facts.items():
        if spec.parse.parser not in parsers:
            yield Problem(
                file, 1, f"事实 {name} 的解析器 {spec.parse.parser} 不存在", suggest(spec.parse.parser, list(parsers))
            )
        if spec.derive and spec.derive not in derivations:
            yield Problem(file, 1, f"事实 {name} 的推导 {spec.derive} 不存在", suggest(spec.derive, list(derivations)))
        for source in spec.sources:
            if content.fact_spec(platform.name, source) is None:
                yield Problem(file, 1, f"事实 {name} 的来源 {source} 不存在")
        if spec.for_each and content.source(platform.name, spec.for_each) is None:
            yield Problem(file, 1, f"事实 {name} 的 for_each {spec.for_each} 不存在")
    inside = platform.facts.platform.inside
    if inside and inside not in content.platforms:
        yield Problem(file, 1, f"平台 {inside} 不存在", suggest(inside, list(content.platforms)))


def _facts_exist(case: LintCase) -> Iterator[Complaint]:
    if case.check.scope == "asset":
        reach = {name for p in case.content.reach(case.platform.name) for name in p.facts.facts}
    else:
        reach = {name for p in case.content.platforms.values() for name in p.facts.facts}
    if case.platform.facts.platform.implied:
        reach |= {name for p in case.content.platforms.values() for name in p.facts.facts}
    for name in case.check.needs:
        if name not in reach:
            yield f"needs 里的事实 {name} 不存在", suggest(name, list(reach)), ("needs",)
    used = facts_used(case.check)
    for name in sorted(used - set(case.check.needs)):
        yield f"用到了 needs 里没有的事实 {name}", "把它加进 needs", ("needs",)
    for name in sorted(set(case.check.needs) - used):
        yield f"needs 里的事实 {name} 没有用到", "删掉它，或者用上它", ("needs",)
    for name in sorted(set(case.check.fresh) - set(case.check.needs)):
        yield f"fresh 里的事实 {name} 不在 needs 里", "", ("fresh",)


def _aspects_exist(case: LintCase) -> Iterator[Complaint]:
    classes = set(case.check.on or case.platform.facts.platform.classes)
    for key in ("decides", "indicates"):
        for name in getattr(case.check, key):
            aspect = case.catalogue.aspect(name)
            if aspect is None:
                known = [a.id for t in case.catalogue.topics.values() for a in t.aspects.values()]
                yield f"{key} 里的方面 {name} 不存在", suggest(name, known), (key,)
            elif key == "decides":
                concerned = classes & set(aspect.classes)
                not_auto = sorted(c.value for c in concerned if aspect.mode_for(c) != "auto")
                if not concerned:
                    yield f"方面 {name} 不涉及 {'、'.join(sorted(classes))}", "改 on，或者换一个方面", (key,)
                elif not_auto:
                    yield (
                        f"方面 {name} 在 {'、'.join(not_auto)} 上要由人判定，机器不能关掉",
                        "写到 indicates 里",
                        (key,),
                    )
    if not case.check.decides and not case.check.indicates:
        yield "检查不服务于任何方面", "写 decides 或 indicates", ("id",)


def _cases_exist(case: LintCase) -> Iterator[Complaint]:
    for name in case.check.high_risk:
        if name not in case.catalogue.cases:
            yield f"高风险判例 {name} 不存在", suggest(name, list(case.catalogue.cases)), ("high_risk",)


def _parameters_exist(case: LintCase) -> Iterator[Complaint]:
    for name in parameters_used(case.check):
        if name not in case.content.parameters:
            yield f"参数 ${name} 不存在", suggest(name, list(case.content.parameters)), ("expect",)


def _patterns_compile(case: LintCase) -> Iterator[Complaint]:
    for where, _, test in _tests(case.check):
        for text in (test.matches, test.not_matches):
            if text is None:
                continue
            try:
                re2.compile(text)
            except re2.error as error:
                yield f"正则表达式 {text!r} 不合 RE2：{error}", "RE2 没有回看和反向引用", where


def _asserts_something(case: LintCase) -> Iterator[Complaint]:
    for where, _, test in _tests(case.check):
        if test.matches is not None and _matches_anything(test.matches):
            yield f"matches {test.matches!r} 什么都匹配，等于没有断言", "写出要看到的内容", where
        if test.ge is not None and str(test.ge) == "0":
            yield "ge 0 总成立，等于没有断言", "写出下限", where
        if test.mode_within is not None and int(test.mode_within, 8) & 0o777 == 0o777:
            yield "mode_within 允许全部权限，等于没有断言", "写出允许的权限", where


def _matches_anything(text: str) -> bool:
    try:
        compiled = re2.compile(text)
    except re2.error:
        return False
    return all(compiled.search(sample) for sample in ANYTHING)


def _fields_in_each(case: LintCase) -> Iterator[Complaint]:
    for where, match, _ in _tests(case.check):
        if match.field is not None and (case.check.each is None or where[0] == "when"):
            yield f"field {match.field} 只能用在 each 里", "用 fact，或者写 each", where


def _tested(case: LintCase) -> Iterator[Complaint]:
    verdicts = {t.verdict for t in case.check.tests} | {
        v for t in case.check.tests for v in (t.subjects or {}).values()
    }
    for wanted in ("pass", "fail", "unknown"):
        if wanted not in verdicts:
            yield f"测试里没有一个得 {wanted}", "每个检查至少要有通过、不通过、事实缺失三个测试", ("tests",)


def _titled(case: LintCase) -> Iterator[Complaint]:
    if not case.check.title.en:
        yield "标题缺少英文", "title: {zh: …, en: …}", ("title",)


RULES: tuple[Rule, ...] = (
    _facts_exist,
    _aspects_exist,
    _cases_exist,
    _parameters_exist,
    _patterns_compile,
    _asserts_something,
    _fields_in_each,
    _tested,
    _titled,
)


def _tests(check: Check) -> Iterator[tuple[ExprPath, Match, Test]]:
    for where, expr in check_expressions(check):
        for path, match in matchers(expr):
            for test in tests_of(match) if not match.unique else (match,):
                yield (*where, *path), match, test
