"""Parameter sets: which threshold holds for an asset at each of its levels, and where the value comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from checks.language.check import Check, Parameter
from checks.language.walk import parameters_used
from checks.model.finding import ParameterUse, Scalar


@dataclass(frozen=True)
class Override:
    """A tightened value: by the district or by the school."""

    value: Scalar
    origin: str
    """`district` or `campus`."""


@dataclass(frozen=True)
class ParameterSet:
    """The values one judgement used, and the levels they hold for (none: the check uses no parameter)."""

    values: Mapping[str, Scalar]
    uses: tuple[ParameterUse, ...]
    levels: tuple[int, ...]


def tighter(parameter: Parameter, one: Scalar, other: Scalar) -> Scalar:
    """The stricter of two values; the first where the parameter has no direction."""
    if parameter.stricter == "fixed" or not (isinstance(one, int) and isinstance(other, int)):
        return one
    return min(one, other) if parameter.stricter == "lower" else max(one, other)


def parameter_use(name: str, parameter: Parameter, level: int, overrides: Mapping[str, Override]) -> ParameterUse:
    """The value of one parameter at one level, tightened where the district or the school did."""
    value, origin = parameter.levels[f"L{level}"], f"level {level}"
    override = overrides.get(name)
    if override is not None and tighter(parameter, value, override.value) != value:
        value, origin = override.value, override.origin
    return ParameterUse(name=name, value=value, unit=parameter.unit, origin=origin, source=parameter.source)


def parameter_sets(
    check: Check, levels: tuple[int, ...], parameters: Mapping[str, Parameter], overrides: Mapping[str, Override]
) -> tuple[ParameterSet, ...]:
    """One set for each different choice of values over `levels`: an asset is judged once per set, not per level."""
    names = parameters_used(check)
    if not names:
        return (ParameterSet({}, (), ()),)
    grouped: dict[tuple[Scalar, ...], tuple[tuple[ParameterUse, ...], list[int]]] = {}
    for level in sorted(levels):
        uses = tuple(parameter_use(name, parameters[name], level, overrides) for name in names)
        grouped.setdefault(tuple(use.value for use in uses), (uses, []))[1].append(level)
    return tuple(ParameterSet({use.name: use.value for use in uses}, uses, tuple(at)) for uses, at in grouped.values())
