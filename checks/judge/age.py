"""How old evidence may be: what dates itself (`fresh`), and what was carried by hand (`dengbao import`)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from checks.judge.parameters import Override, parameter_use
from checks.language.check import Parameter
from checks.model.fact import Collection, FactStatus

CLOCK_SKEW = timedelta(days=1)
IMPORT_MAX_DAYS = "import_max_days"
"""The parameter that says how many days an import may judge for."""


def too_old(dated: datetime, as_of: datetime, days: int) -> str:
    """Why evidence of this date decides nothing at `as_of`; empty when it may."""
    age = as_of - dated
    if age < -CLOCK_SKEW:
        return f"证据的日期 {dated:%Y-%m-%d} 在将来，目标的时钟可能不准"
    if age > timedelta(days=days):
        return f"证据是 {dated:%Y-%m-%d} 的，超过 {days} 天，太旧"
    return ""


def import_days(levels: tuple[int, ...], parameters: Mapping[str, Parameter], overrides: Mapping[str, Override]) -> int:
    """Days an import may be old on an asset of these levels: the strictest of them, since a session is one for all.

    Content without the parameter allows none: a forgotten limit must not make old evidence good.
    """
    parameter = parameters.get(IMPORT_MAX_DAYS)
    if parameter is None:
        return 0
    return min(int(parameter_use(IMPORT_MAX_DAYS, parameter, level, overrides).value) for level in levels)


def current(collection: Collection, as_of: datetime, days: int) -> Collection:
    """The collection as evidence at `as_of`: an import obtained more than `days` ago proves nothing any more."""
    if collection.origin != "imported" or not collection.facts:
        return collection
    cause = too_old(min(fact.at for fact in collection.facts), as_of, days)
    if not cause:
        return collection
    aged = {"status": FactStatus.OUTDATED, "detail": cause}
    return collection.model_copy(
        update={
            "status": "failed",
            "cause": f"{collection.asset}：导入的{cause}。请重新取一次（在主机上重跑批处理，或重新导出设备配置），再导入。",
            "facts": tuple(fact.model_copy(update=aged) for fact in collection.facts),
        }
    )
