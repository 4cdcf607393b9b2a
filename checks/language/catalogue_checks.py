"""What the files of a catalogue must be together: numbering, topics, aspects, attributes and cases that fit each other.

Each rule yields the problems it finds, with file and line.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from checks.language.catalogue_files import Raw, RawAspects, RawTopic, rule_group
from checks.language.source import Document, Problem
from checks.model.catalogue import RuleGroup

PARTS = {"general": "1", "cloud": "2", "mobile": "3", "iot": "4", "ics": "5"}
"""The digit of an item's number that names its extension."""
MANAGEMENT = frozenset(("PSS", "ORS", "HRS", "CMS", "MMS"))
TWO_CONTROL_POINTS = frozenset(("abs.malware.gateway",))
"""Level 2 calls it 恶意代码防范, levels 3 and 4 恶意代码和垃圾邮件防范."""
NOT_AT_LEVEL_3 = frozenset(("mms.malware.rules",))
"""From level 3 on it is part of the rules in general."""


def _slugs(rule: RuleGroup) -> list[str]:
    return [slug for part in rule.parts for slug in ([part] if isinstance(part, str) else _slugs(part))]


Documents = Mapping[str, Document]


def _numbering(raw: Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["items.yaml"]
    series: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(raw.items.items):
        match = re.fullmatch(r"(L([1-4])-[A-Z]{3}([1-5]))-(\d{2})", item.id)
        if match is None or int(match[2]) != item.level or match[3] != PARTS[item.extension]:
            yield document.problem(("items", index, "id"), f"{item.id} 与级别或扩展不符")
        else:
            series[match[1]].append(int(match[4]))
    gaps: dict[str, set[int]] = defaultdict(set)
    for key in ("skipped_numbers", "numbers_without_item"):
        for name, numbers in _mapping(raw.items.meta.get(key)).items():
            gaps[name] |= set(numbers)
    for name, numbers in series.items():
        wanted = set(range(1, max(numbers) + 1)) - gaps[name]
        if set(numbers) != wanted:
            yield document.problem(("items",), f"{name} 的编号不连续：{sorted(wanted ^ set(numbers))}")


def _mapping(value: object) -> dict[str, list[int]]:
    return value if isinstance(value, dict) else {}


def _unique(raw: Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["items.yaml"]
    for what, values in (
        ("编号", [i.id for i in raw.items.items]),
        ("条款", [i.clause for i in raw.items.items]),
        ("题目与级别", [f"{i.topic} L{i.level}" for i in raw.items.items]),
    ):
        for value, count in Counter(values).items():
            if count > 1:
                yield document.problem(("items",), f"{what} {value} 出现 {count} 次")
    cases = documents["high-risk.yaml"]
    for value, count in Counter(c.id for c in (*raw.cases.cases, *raw.cases.major_hazards)).items():
        if count > 1:
            yield cases.problem((), f"判例 {value} 出现 {count} 次")


def _also(raw: Raw, documents: Documents) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for item in raw.items.items:
        first[item.topic] = min(first.get(item.topic, 9), item.level)
    for index, item in enumerate(raw.items.items):
        for other in item.also:
            if first.get(other, 0) <= item.level:
                yield documents["items.yaml"].problem(
                    ("items", index, "also"), f"also 的题目 {other} 不存在，或这一级已单列"
                )


def _automation_fits(raw: Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["automation.yaml"]
    wanted = {i.topic for i in raw.items.items if not re.match(r"[a-z]{3}-(cloud|ics)\.", i.topic)}
    named = [e.topic for e in raw.automation.topics]
    for name in sorted(wanted ^ set(named)):
        yield document.problem(("topics",), f"题目 {name} " + ("缺少取证方式" if name in wanted else "不存在"))
    for index, entry in enumerate(raw.automation.topics):
        if set(entry.mode_on) - set(entry.assets):
            yield document.problem(("topics", index, "mode_on"), f"{entry.topic} 的 mode_on 有资产类别不在 assets 里")
        if named.count(entry.topic) > 1:
            yield document.problem(("topics", index), f"题目 {entry.topic} 写了两次")


def _aspects_fit(raw: Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["aspects.yaml"]
    automation = {e.topic: e for e in raw.automation.topics}
    levels: dict[str, set[int]] = defaultdict(set)
    for item in raw.items.items:
        levels[item.topic].add(item.level)
    wanted = {e.topic for e in raw.automation.topics if e.mode != "manual"}
    for name in sorted(wanted ^ set(raw.aspects.topics)):
        yield document.problem(("topics",), f"题目 {name} " + ("缺少方面" if name in wanted else "不该有方面"))
    for name in sorted(wanted & set(raw.aspects.topics)):
        entry = raw.aspects.topics[name]
        for message in _aspect_mistakes(entry, automation[name], levels[name]):
            yield document.problem(("topics", name), f"{name}：{message}")


def _aspect_mistakes(entry: RawAspects, topic: RawTopic, levels: set[int]) -> Iterator[str]:
    slugs = set(entry.aspects)
    if set(_slugs(rule_group(entry))) != slugs:
        yield "rule 里的方面与 aspects 不一致"
    used = set() if set(entry.levels) >= {f"L{n}" for n in levels} else set(slugs)
    for key, listed in entry.levels.items():
        used |= set(listed)
        if int(key[1]) not in levels or not listed or not set(listed) < slugs:
            yield f"levels 的 {key} 不对"
    if used != slugs:
        yield f"方面 {'、'.join(sorted(slugs - used))} 哪一级都不用"
    enough = {"auto"} if topic.mode == "auto" else {"auto", "assist"}
    if not enough & {aspect.mode for aspect in entry.aspects.values()}:
        yield f"题目是 {topic.mode}，却没有一个方面是"
    for slug, aspect in entry.aspects.items():
        if set(aspect.on) - set(topic.assets):
            yield f"方面 {slug} 的资产类别超出题目"
        if set(aspect.mode_on) - set(aspect.on) or aspect.mode in aspect.mode_on.values():
            yield f"方面 {slug} 的 mode_on 不对"


def _attributes_fit(raw: Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["attributes.yaml"]
    have = {(layer, point) for layer, points in raw.attributes.control_points.items() for point in points}
    wanted = {(i.layer, i.control_point) for i in raw.items.items if i.extension == "general"}
    for layer, point in sorted(have ^ wanted):
        yield document.problem(
            ("control_points",), f"控制点 {layer}／{point} " + ("缺少属性" if (layer, point) in wanted else "不存在")
        )
    management = {i.layer for i in raw.items.items if i.id[3:6] in MANAGEMENT}
    for layer in sorted(management & set(raw.attributes.control_points)):
        for point, entry in raw.attributes.control_points[layer].items():
            if entry.attribute != "G":
                yield document.problem(
                    ("control_points", layer, point), f"{layer}／{point}：管理类控制点的属性一律为 G"
                )


def _cases_fit(raw: Raw, documents: Documents) -> Iterator[Problem]:
    document = documents["high-risk.yaml"]
    known = {i.id for i in raw.items.items} | {u.id for u in raw.items.units_without_item}
    for key in ("cases", "major_hazards"):
        for index, case in enumerate(getattr(raw.cases, key)):
            for item in case.items or ():
                if item not in known:
                    yield document.problem((key, index, "items"), f"{case.id} 的条目 {item} 不存在")


def _not_applicable_fit(raw: Raw, documents: Documents) -> Iterator[Problem]:
    for index, rule in enumerate(raw.not_applicable.rules):
        topic, _, slug = rule.aspect.partition("/")
        aspect = raw.aspects.topics[topic].aspects.get(slug) if topic in raw.aspects.topics else None
        where = ("rules", index, "aspect")
        if aspect is None:
            yield documents["not-applicable.yaml"].problem(where, f"方面 {rule.aspect} 不存在")
        elif "auto" not in (aspect.mode, *aspect.mode_on.values()):
            yield documents["not-applicable.yaml"].problem(where, f"方面 {rule.aspect} 由人判定，机器不能判不适用")


def _topics_named(raw: Raw, documents: Documents) -> Iterator[Problem]:
    """A topic's name begins with its layer's code and extension, as the item's number does."""
    for index, item in enumerate(raw.items.items):
        extension = "" if item.extension == "general" else f"-{item.extension}"
        if not item.topic.startswith(f"{item.id[3:6].lower()}{extension}."):
            yield documents["items.yaml"].problem(
                ("items", index, "topic"), f"{item.id} 的题目 {item.topic} 与编号不符"
            )
        if not item.clause.startswith(f"{item.level + 5}."):
            yield documents["items.yaml"].problem(
                ("items", index, "clause"), f"{item.id} 的条款 {item.clause} 不是这一级的"
            )


def _topics_through_levels(raw: Raw, documents: Documents) -> Iterator[Problem]:
    """A topic keeps its control point, and none of level 2 is lost at level 3, but for the standard's own exceptions."""
    points: dict[str, set[str]] = defaultdict(set)
    levels: dict[str, set[int]] = defaultdict(set)
    where: dict[str, int] = {}
    for index, item in enumerate(raw.items.items):
        points[item.topic].add(item.control_point)
        levels[item.topic].add(item.level)
        where[item.topic] = index
    document = documents["items.yaml"]
    for topic, index in where.items():
        if len(points[topic]) > 1 and topic not in TWO_CONTROL_POINTS:
            named = "、".join(sorted(points[topic]))
            yield document.problem(("items", index, "control_point"), f"题目 {topic} 有两个控制点：{named}")
        if 2 in levels[topic] and 3 not in levels[topic] and topic not in NOT_AT_LEVEL_3:
            yield document.problem(("items", index, "topic"), f"题目 {topic} 二级有、三级没有")


def _counts_hold(raw: Raw, documents: Documents) -> Iterator[Problem]:
    """The numbers of items by S, A and G that attributes.yaml states are those of the items."""
    stated = raw.attributes.meta.get("counts")
    attribute = {
        (layer, point): entry.attribute
        for layer, points in raw.attributes.control_points.items()
        for point, entry in points.items()
    }
    general = [
        (attribute.get((i.layer, i.control_point), "G"), i.level) for i in raw.items.items if i.extension == "general"
    ]
    for grade, numbers in (stated if isinstance(stated, dict) else {}).items():
        s, a = int(grade[1]), int(grade[3])
        wanted = {"S": s, "A": a, "G": max(s, a)}
        found: Counter[str] = Counter(kind for kind, level in general if level == wanted[kind])
        counted: dict[str, int] = {**found, "total": found.total()}
        if counted != numbers:
            yield documents["attributes.yaml"].problem(("meta", "counts", grade), f"{grade} 的条数应为 {counted}")


RULES = (
    _numbering,
    _topics_named,
    _topics_through_levels,
    _unique,
    _also,
    _automation_fits,
    _aspects_fit,
    _attributes_fit,
    _counts_hold,
    _cases_fit,
    _not_applicable_fit,
)
