"""Rules about sites and zones."""

from collections.abc import Iterator
from itertools import combinations

from audit.campus.model.places import INTERNET
from audit.campus.rules.context import Context, Mistake, Rule, unknown


def _sites(context: Context) -> Iterator[Mistake]:
    sites = context.ids("sites")
    for name, zone in context.campus.zones.items():
        if zone.site is not None:
            yield from unknown(("zones", name, "site"), "校区", zone.site, sites)
        elif len(sites) > 1:
            yield ("zones", name), f"区域 {name} 没有写在哪个校区", "有几个校区时，每个区域都要写 site"


def _reach(context: Context) -> Iterator[Mistake]:
    zones = context.ids("zones") | {INTERNET}
    for name, zone in context.campus.zones.items():
        for index, reach in enumerate(zone.reach or ()):
            yield from unknown(("zones", name, "reach", index, "zone"), "区域", reach.zone, zones)


def _internet_is_no_zone(context: Context) -> Iterator[Mistake]:
    if INTERNET in context.campus.zones:
        yield ("zones", INTERNET), f"{INTERNET} 是互联网的代号，不能作区域编号", "换一个编号，例如 dmz"


def _too_large(context: Context) -> Iterator[Mistake]:
    cap = context.campus.limits.max_zone_size
    for name, zone in context.campus.zones.items():
        if zone.size() > cap:
            yield (
                ("zones", name, "cidr"),
                f"区域 {name} 有 {zone.size()} 个地址，超过上限 {cap}",
                "只写实际在用的网段；确需这么大时调高 limits.max_zone_size（最多 65536）",
            )


def _overlaps(context: Context) -> Iterator[Mistake]:
    campus = context.campus
    networks = [(name, index, cidr) for name, z in campus.zones.items() for index, cidr in enumerate(z.cidr)]
    for (first, _, one), (second, index, other) in combinations(networks, 2):
        if one.version == other.version and one.overlaps(other) and campus.site_of(first) == campus.site_of(second):
            yield (
                ("zones", second, "cidr", index),
                f"区域 {second} 的 {other} 与区域 {first} 的 {one} 重叠",
                "同一校区的网段不能重叠；不同校区用同样的网段时写上各自的 site",
            )


PLACE_RULES = (
    Rule(_sites),
    Rule(_reach),
    Rule(_internet_is_no_zone),
    Rule(_too_large, rests_on=("limits",)),
    Rule(_overlaps, rests_on=("sites",)),
)
