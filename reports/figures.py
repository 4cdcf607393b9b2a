"""Figures and dates as people read them, the same in every report."""

from datetime import datetime
from math import floor

from checks.model.assessment import Interval
from checks.model.clock import in_beijing


def figure(value: float) -> str:
    """One decimal, cut and not rounded: 89.96 must not read as the 90.0 that decides a conclusion."""
    return f"{floor(value * 10 + 1e-6) / 10:.1f}"


def interval(span: Interval, unit: str = "") -> str:
    """`62.2%–88.5%`, or one figure where both ends agree."""
    low, high = figure(span.low), figure(span.high)
    return f"{low}{unit}" if low == high else f"{low}{unit}–{high}{unit}"


def moment(at: datetime, *, seconds: bool = False) -> str:
    """Date and minute (or second) in Beijing's time, wherever the report is rendered. A time without a zone is UTC."""
    pattern = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
    return in_beijing(at).strftime(pattern)
