"""How conclusions are computed where the official texts leave it open: settings, named in every report."""

from typing import Literal

from pydantic import Field

from checks.model.base import Model


class RateSettings(Model):
    """The 2025 method: bounds of the rate, in %."""

    upper: int = Field(default=90, ge=0, le=100)
    upper_inclusive: bool = True
    lower: int = Field(default=60, ge=0, le=100)
    lower_inclusive: bool = True
    partial_weight: Literal[0] | Literal["0.5"] | float = 0
    """What 部分符合 counts in the numerator: 0 or 0.5."""
    unit: Literal["item", "record"] = "item"

    @property
    def partial(self) -> float:
        return float(self.partial_weight)


class Band(Model):
    """A grade of the 2021 method."""

    label: str
    at_least: int
    no_high: bool = False
    no_medium: bool = False


class ScoreSettings(Model):
    """The 2021 method: attention factor y, weights of importance, grades."""

    attention: float | str = 0.5
    formula: Literal["parts", "thirds"] = "parts"
    """parts: technical and management points apart; thirds: M = 100 − 100/n · Σ w/3 · (1−x)."""
    unit: Literal["item", "average"] = "item"
    """What x of an item over several assets is: 1, 0.5 or 0 by the item's verdict, or the mean over its records."""
    weights: dict[str, int] = {"1": 1, "2": 2, "3": 3}
    bands: tuple[Band, ...] = Field(min_length=1)

    @property
    def y(self) -> float:
        return float(self.attention)


class HighRiskSettings(Model):
    """Which high-risk cases count."""

    superseded_cases: bool = False
    """Whether the cases of 2020 (HR20-*), superseded in 2025, are shown too."""


class Scoring(Model):
    """The content of catalogue/scoring.yaml."""

    rate: RateSettings = RateSettings()
    score_2021: ScoreSettings
    importance: dict[str, Literal[1, 2, 3]] = {}
    """Item → importance; items not named count 1 (一般)."""
    high_risk: HighRiskSettings = HighRiskSettings()

    def weight(self, item: str) -> int:
        """f(w) of an item."""
        return self.score_2021.weights[str(self.importance.get(item, 1))]
