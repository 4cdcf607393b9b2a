"""Matchers in words people read: `sshd.clientaliveinterval 在 1–600 之间`."""

from collections.abc import Callable
from typing import Any

from checks.judge.values import Resolve, operator
from checks.language.check import Match, Test

WORDS: dict[str, str] = {
    "eq": "等于 {0}",
    "ne": "不等于 {0}",
    "in_": "是 {0} 之一",
    "not_in": "不是 {0} 中的任何一个",
    "lt": "小于 {0}",
    "le": "不大于 {0}",
    "gt": "大于 {0}",
    "ge": "不小于 {0}",
    "between": "在 {0}–{1} 之间",
    "matches": "匹配 {0}",
    "not_matches": "不匹配 {0}",
    "mode_within": "权限不超出 {0}",
    "in_fact": "在 {0} 里",
    "not_in_fact": "不在 {0} 里",
}
QUANTIFIERS: dict[str, str] = {"every": "每一个都", "some": "至少一个", "none": "没有一个"}


def describe_test(test: Test, resolve: Resolve) -> str:
    """What a test asks of one value, parameters filled in."""
    key, argument = operator(test)
    if key == "present":
        return "存在" if argument else "不存在"
    if key == "future":
        return "还没有过去" if argument else "已经过去"
    shown: list[Any]
    if key == "between":
        shown = [resolve(argument[0]), resolve(argument[1])]  # type: ignore[index]
    elif key in ("in_", "not_in"):
        shown = ["、".join(str(resolve(a)) for a in argument)]  # type: ignore[attr-defined]
    elif key in ("in_fact", "not_in_fact", "matches", "not_matches", "mode_within"):
        shown = [argument]
    else:
        shown = [resolve(argument)]  # type: ignore[arg-type]
    return WORDS[key].format(*shown)


def describe(match: Match, resolve: Resolve) -> tuple[str, str]:
    """(selector, expectation) of a matcher."""
    selector = match.fact or match.field or ""
    if match.unique:
        return selector, "不与其他重复"
    for word, zh in QUANTIFIERS.items():
        inner = getattr(match, word)
        if inner is not None:
            return selector, zh + describe_test(inner, resolve)
    if match.count is not None:
        return selector, "个数" + describe_test(match.count, resolve)
    return selector, describe_test(match, resolve)


def shorten(text: str, limit: int = 200) -> str:
    """At most `limit` characters, the cut visible."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def join_limited(values: list[str], limit: int = 5, show: Callable[[str], str] = shorten) -> str:
    """Values joined for reading, at most `limit` of them and the number of the rest."""
    shown = "、".join(show(v) for v in values[:limit])
    return shown + (f" 等 {len(values)} 个" if len(values) > limit else "")
