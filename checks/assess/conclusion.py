"""Estimated conclusions: the 2025 method (rate and major hazards) and the 2021 method (points lost)."""

from collections.abc import Sequence

from checks.assess.rates import Judged, rate
from checks.assess.settings import Band, Scoring
from checks.model.assessment import CaseResult, Conclusion, Interval, ItemResult
from checks.model.verdict import Verdict

UNDECIDED = "未定"
TECHNICAL = frozenset(("安全物理环境", "安全通信网络", "安全区域边界", "安全计算环境", "安全管理中心"))
_WORTH = {Verdict.PASS: 1.0, Verdict.PARTIAL: 0.5, Verdict.FAIL: 0.0}


def conclude_2025(
    items: Sequence[ItemResult], records: Sequence[Judged], cases: Sequence[CaseResult], scoring: Scoring
) -> Conclusion:
    """符合 / 基本符合 / 不符合 by rate and major hazards (公网安〔2025〕1001、1846 号)."""
    settings = scoring.rate
    figure = rate(items if settings.unit == "item" else records, settings.partial)
    low, high = _class_2025(figure.low, scoring), _class_2025(figure.high, scoring)
    label, reasons = low, [f"符合率 {_shown(figure)}%"]
    if low != high:
        label = UNDECIDED
        reasons.append(f"还有 {sum(i.open for i in items)} 项未定，两端分别落在“{low}”和“{high}”")
    elif low == "符合":
        label, reason = _hazards(cases)
        reasons.append(reason)
    return Conclusion(
        method="2025", label=label, figure=figure, reasons=tuple(reasons), settings=_settings_2025(scoring)
    )


def _class_2025(value: float, scoring: Scoring) -> str:
    settings = scoring.rate
    if value > settings.upper or (settings.upper_inclusive and value == settings.upper):
        return "符合"
    if value > settings.lower or (settings.lower_inclusive and value == settings.lower):
        return "基本符合"
    return "不符合"


def _hazards(cases: Sequence[CaseResult]) -> tuple[str, str]:
    """符合 needs every major hazard to be cleared up; a hazard makes it 基本符合."""
    hazards = [case for case in cases if case.kind == "major-hazard"]
    hit = [case for case in hazards if case.state == "hit"]
    unclear = [case for case in hazards if case.state in ("suspected", "cannot-tell")]
    if hit:
        return "基本符合", f"有 {len(hit)} 个重大风险隐患，不能为符合"
    if unclear:
        return UNDECIDED, f"{len(unclear)} 个重大风险隐患触发项还没有查清"
    return "符合", "没有重大风险隐患"


def _settings_2025(scoring: Scoring) -> tuple[str, ...]:
    settings = scoring.rate
    return (
        f"恰好 {settings.upper}% 归{'上' if settings.upper_inclusive else '下'}档，"
        f"恰好 {settings.lower}% 归{'上' if settings.lower_inclusive else '下'}档（公文没有写明）",
        f"部分符合在符合率里按 {settings.partial:g} 计（公文没有写明）",
        f"按{'项' if settings.unit == 'item' else '记录'}计数（公文没有写明）",
    )


def conclude_2021(items: Sequence[ItemResult], cases: Sequence[CaseResult], scoring: Scoring) -> Conclusion:
    """优 / 良 / 中 / 差 by points lost and high risks (2021 report template)."""
    figure = score_2021(items, scoring)
    risks = [case for case in cases if case.kind == "case"]
    hit = any(case.state == "hit" for case in risks)
    unclear = any(case.state in ("suspected", "cannot-tell") for case in risks)
    labels = {
        _band(value, scoring.score_2021.bands, high=high, medium=medium)
        for value in (figure.low, figure.high)
        for high in ((True,) if hit else (False, True) if unclear else (False,))
        for medium in (False, True)
    }
    reasons = [f"得分 {_shown(figure)}"]
    reasons += ["有高风险"] if hit else [f"{_unclear(risks)} 个高风险判例还没有查清"] if unclear else []
    if len(labels) > 1:
        reasons.append("可能的结论：" + "、".join(b.label for b in scoring.score_2021.bands if b.label in labels))
    return Conclusion(
        method="2021",
        label=next(iter(labels)) if len(labels) == 1 else UNDECIDED,
        figure=figure,
        reasons=tuple(reasons),
        settings=(
            f"关注系数 y = {scoring.score_2021.y:g}",
            "官方的重要程度赋值表没有取得，"
            + ("全部按一般算" if not scoring.importance else "按本校设置，其余按一般算"),
            "中风险由人评定，没有评定前按有、无两种情况看",
        ),
    )


def _unclear(cases: Sequence[CaseResult]) -> int:
    return sum(case.state in ("suspected", "cannot-tell") for case in cases)


def _band(value: float, bands: Sequence[Band], *, high: bool, medium: bool) -> str:
    for band in bands:
        if value >= band.at_least and not (band.no_high and high) and not (band.no_medium and (medium or high)):
            return band.label
    return bands[-1].label


def score_2021(items: Sequence[ItemResult], scoring: Scoring) -> Interval:
    """M = Vt + Vm, V = max(0, 100·share − Σ f(w)·(1−x)·100/n); both ends while items are open.

    Source: 2021 report template. An open item that might turn out not applicable would change n; it is counted in.
    """
    counting = [item for item in items if set(item.possible) != {Verdict.NOT_APPLICABLE}]
    if not counting:
        return Interval(low=0.0, high=0.0)
    ends = [_score(counting, scoring, pick) for pick in (min, max)]
    return Interval(low=round(ends[0], 2), high=round(ends[1], 2))


def _score(items: Sequence[ItemResult], scoring: Scoring, pick: object) -> float:
    share = 100 / len(items)
    lost = {True: 0.0, False: 0.0}
    for item in items:
        worth = pick(_WORTH[v] for v in item.possible if v in _WORTH)  # type: ignore[operator]
        lost[item.layer in TECHNICAL] += scoring.weight(item.item) * (1 - worth) * share
    y = scoring.score_2021.y
    return max(0.0, 100 * y - lost[True]) + max(0.0, 100 * (1 - y) - lost[False])


def _shown(figure: Interval) -> str:
    return f"{figure.low:g}" if figure.low == figure.high else f"{figure.low:g}–{figure.high:g}"
