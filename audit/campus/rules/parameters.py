"""Rules about thresholds: a school may tighten them, never loosen."""

from collections.abc import Iterator

from audit.campus.model.campus import CampusFile
from audit.campus.rules.context import Context, Mistake, Rule, unknown
from checks.language.check import Parameter
from checks.language.source import Path
from checks.model.finding import Scalar


def _tightened(context: Context) -> Iterator[Mistake]:
    known = context.known.parameters
    for name, value in context.campus.parameters.items() if known is not None else ():
        here: Path = ("parameters", name)
        yield from unknown(here, "阈值", name, known or ())
        if known and name in known:
            yield from _judge(here, name, value, known[name], levels_used(context.campus))


def levels_used(campus: CampusFile) -> tuple[int, ...]:
    """Every level something of the campus is judged at."""
    levels = {level for system in campus.systems.values() for level in (system.level.s, system.level.a)}
    return tuple(sorted(levels | {campus.default_level}))


def _judge(here: Path, name: str, value: Scalar, parameter: Parameter, levels: tuple[int, ...]) -> Iterator[Mistake]:
    if parameter.stricter == "fixed" or parameter.type == "string":
        yield here, f"阈值 {name}（{parameter.title.zh}）是固定的，不能改", "删掉这一行"
    elif isinstance(value, bool) or not isinstance(value, int):
        yield here, f"阈值 {name} 要写整数，单位是{parameter.unit or '个'}", "例如 5"
    elif parameter.minimum is not None and value < parameter.minimum:
        yield here, f"阈值 {name} 不能小于 {parameter.minimum}：{value} 等于不限制", "写一个有效的值"
    elif parameter.maximum is not None and value > parameter.maximum:
        yield here, f"阈值 {name} 不能大于 {parameter.maximum}", "写一个有效的值"
    else:
        yield from _loosened(here, name, value, parameter, levels)


def _loosened(here: Path, name: str, value: int, parameter: Parameter, levels: tuple[int, ...]) -> Iterator[Mistake]:
    for level in levels:
        standard = parameter.levels.get(f"L{level}")
        if not isinstance(standard, int) or isinstance(standard, bool):
            continue
        if (value > standard) if parameter.stricter == "lower" else (value < standard):
            bound = "不大于" if parameter.stricter == "lower" else "不小于"
            yield (
                here,
                f"阈值 {name} 写成 {value}，比第 {level} 级的 {standard} {parameter.unit} 宽".replace("  ", " "),
                f"学校只能收紧：写{bound} {standard} 的值，或删掉这一行",
            )


PARAMETER_RULES = (Rule(_tightened, rests_on=("systems",)),)
