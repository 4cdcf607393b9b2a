"""Estimated conclusions: the 2025 method (rate and major hazards) and the 2021 method (points lost)."""

from collections.abc import Sequence

from checks.assess.rates import Judged, exact_rate, rate
from checks.assess.score_2021 import score_2021
from checks.assess.settings import Band, Scoring
from checks.model.assessment import CaseResult, Conclusion, Interval, ItemResult
from checks.model.verdict import Verdict

UNDECIDED = "未定"
CLASSES_2025 = ("不符合", "基本符合", "符合")
_UNCLEAR = ("suspected", "cannot-tell")


def conclude_2025(
    items: Sequence[ItemResult], records: Sequence[Judged], cases: Sequence[CaseResult], scoring: Scoring
) -> Conclusion:
    """符合 / 基本符合 / 不符合 by rate and major hazards (公网安〔2025〕1001、1846 号)."""
    settings = scoring.rate
    counted = items if settings.unit == "item" else records
    exact = exact_rate(counted, settings.partial)
    by_rate = _classes_2025(exact, scoring)
    possible = _after_hazards(by_rate, cases)
    figure = rate(counted, settings.partial)
    return Conclusion(
        method="2025",
        label=possible[0] if len(possible) == 1 else UNDECIDED,
        figure=figure,
        reasons=tuple(_reasons_2025(figure, by_rate, items, cases)),
        settings=_settings_2025(scoring),
    )


def _classes_2025(exact: Interval, scoring: Scoring) -> tuple[str, ...]:
    """Every class the rate may still fall into."""
    low, high = (_class_2025(value, scoring) for value in (exact.low, exact.high))
    return CLASSES_2025[low : high + 1]


def _class_2025(value: float, scoring: Scoring) -> int:
    settings = scoring.rate
    reached = (
        value > settings.lower or (settings.lower_inclusive and value == settings.lower),
        value > settings.upper or (settings.upper_inclusive and value == settings.upper),
    )
    return sum(reached)


def _after_hazards(by_rate: Sequence[str], cases: Sequence[CaseResult]) -> tuple[str, ...]:
    """符合 needs every major hazard to be cleared up; a hazard makes it 基本符合."""
    if "符合" not in by_rate:
        return tuple(by_rate)
    states = {case.state for case in cases if case.kind == "major-hazard"}
    if "hit" in states:
        return tuple(dict.fromkeys("基本符合" if label == "符合" else label for label in by_rate))
    if states & set(_UNCLEAR):
        return tuple(dict.fromkeys((*by_rate, "基本符合")))
    return tuple(by_rate)


def _reasons_2025(
    figure: Interval, by_rate: Sequence[str], items: Sequence[ItemResult], cases: Sequence[CaseResult]
) -> list[str]:
    reasons = [f"符合率 {_shown(figure)}%"]
    if len(by_rate) > 1:
        ends = f"两端分别落在“{by_rate[0]}”和“{by_rate[-1]}”"
        reasons.append(f"还有 {sum(i.open for i in items)} 项未定，{ends}")
    if "符合" in by_rate:
        hazards = [case for case in cases if case.kind == "major-hazard"]
        hit, unclear = _number(hazards, "hit"), _number(hazards, *_UNCLEAR)
        if hit:
            reasons.append(f"有 {hit} 个重大风险隐患（按整改前计），不能为符合")
        elif unclear:
            reasons.append(f"{unclear} 个重大风险隐患触发项还没有查清")
        else:
            reasons.append("没有重大风险隐患")
    return reasons


def _settings_2025(scoring: Scoring) -> tuple[str, ...]:
    settings = scoring.rate
    return (
        f"恰好 {settings.upper}% 归{'上' if settings.upper_inclusive else '下'}档，"
        f"恰好 {settings.lower}% 归{'上' if settings.lower_inclusive else '下'}档（公文没有写明）",
        f"部分符合在符合率里按 {settings.partial:g} 计（公文没有写明）",
        f"按{'项' if settings.unit == 'item' else '记录'}计数（公文没有写明）",
        f"符合率到 {settings.upper}% 但有重大风险隐患的为基本符合（公开转述）",
    )


def conclude_2021(items: Sequence[ItemResult], cases: Sequence[CaseResult], scoring: Scoring) -> Conclusion:
    """优 / 良 / 中 / 差 by points lost and high risks (2021 report template)."""
    figure = score_2021(items, scoring)
    labels = _labels_2021(figure, items, cases, scoring)
    risks = [case for case in cases if case.kind == "case"]
    hit, unclear = _number(risks, "hit"), _number(risks, *_UNCLEAR)
    reasons = [f"得分 {_shown(figure)}"]
    reasons += [f"有 {hit} 个高风险"] if hit else [f"{unclear} 个高风险判例还没有查清"] if unclear else []
    if len(labels) > 1:
        reasons.append("可能的结论：" + "、".join(labels))
    return Conclusion(
        method="2021",
        label=labels[0] if len(labels) == 1 else UNDECIDED,
        figure=figure,
        reasons=tuple(reasons),
        settings=_settings_2021(scoring),
    )


def _labels_2021(
    figure: Interval, items: Sequence[ItemResult], cases: Sequence[CaseResult], scoring: Scoring
) -> tuple[str, ...]:
    """Every grade that may still come out, best first. Without a problem there is no medium risk either."""
    bands = scoring.score_2021.bands
    states = {case.state for case in cases if case.kind == "case"}
    high = (True,) if "hit" in states else (False, True) if states & set(_UNCLEAR) else (False,)
    flawless = {Verdict.PASS, Verdict.NOT_APPLICABLE}.issuperset(v for item in items for v in item.possible)
    medium = (False,) if flawless else (False, True)
    between = [float(band.at_least) for band in bands if figure.low < band.at_least < figure.high]
    found = {
        _band(value, bands, high=h, medium=m)
        for value in (figure.low, *between, figure.high)
        for h in high
        for m in medium
    }
    return tuple(band.label for band in bands if band.label in found)


def _band(value: float, bands: Sequence[Band], *, high: bool, medium: bool) -> str:
    for band in bands:
        if value >= band.at_least and not (band.no_high and high) and not (band.no_medium and (medium or high)):
            return band.label
    return bands[-1].label


def _settings_2021(scoring: Scoring) -> tuple[str, ...]:
    settings = scoring.score_2021
    formula = {
        "parts": f"技术、管理分开扣分，关注系数 y = {settings.y:g}",
        "thirds": "用不分技术管理的变体算式（重要程度按三分之一折算）",
    }
    weights = "按本校设置，其余按一般算" if scoring.importance else "全部按一般算"
    unit = {"item": "按该项结论计分", "average": "先对各对象取平均"}
    return (
        formula[settings.formula],
        f"官方的重要程度赋值表没有取得，{weights}",
        f"一项涉及多个对象的，{unit[settings.unit]}（未见模板原文）",
        "中风险由人评定，没有评定前按有、无两种情况看",
    )


def _number(cases: Sequence[CaseResult], *states: str) -> int:
    return sum(case.state in states for case in cases)


def _shown(figure: Interval) -> str:
    return f"{figure.low:g}" if figure.low == figure.high else f"{figure.low:g}–{figure.high:g}"
