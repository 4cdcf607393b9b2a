"""Rules about the authorisation and the addresses it must name."""

from collections.abc import Iterator

from audit.campus.model.addresses import is_public
from audit.campus.rules.context import Context, Mistake, Rule, unknown
from checks.language.source import Path


def _dates(context: Context) -> Iterator[Mistake]:
    given = context.campus.authorisation
    if given is not None and given.until < given.start:
        yield ("authorisation", "until"), f"授权止于 {given.until}，早于起始日 {given.start}", "是不是起止写反了？"


def _scope(context: Context) -> Iterator[Mistake]:
    given = context.campus.authorisation
    if given is None:
        return
    scope, here = given.scope, ("authorisation", "scope")
    if scope.everything and (scope.zones or scope.assets):
        yield here, "授权范围写了全部，又列了区域或资产", "只留一种"
    if not (scope.everything or scope.zones or scope.assets):
        yield here, "授权范围是空的", "写 all，或列出 zones、assets"
    for index, zone in enumerate(scope.zones):
        yield from unknown((*here, "zones", index), "区域", zone, context.ids("zones"))
    for index, asset in enumerate(scope.assets):
        yield from unknown((*here, "assets", index), "资产", asset, context.ids("assets"))


def _listed_addresses(context: Context) -> Iterator[Mistake]:
    given = context.campus.authorisation
    for index, address in enumerate(given.public_addresses if given else ()):
        here: Path = ("authorisation", "public_addresses", index)
        if not is_public(address):
            yield here, f"{address} 不是公网地址", "内网地址由 scope 授权，不用列在这里"
        elif not context.campus.zones_holding(address):
            yield here, f"公网地址 {address} 不在任何区域里", "给它写一个区域，例如 cidr: " + f"{address}/32"


def _unlisted_addresses(context: Context) -> Iterator[Mistake]:
    given = context.campus.authorisation
    if given is None:
        return  # nothing but this machine is touched: nothing to list yet
    for name, index, _, ip in context.placed():
        if is_public(ip) and ip not in given.public_addresses:
            yield (
                ("assets", name, "address", index),
                f"资产 {name} 的公网地址 {ip} 没有列在授权里",
                "经授权人同意后写进 authorisation.public_addresses",
            )


AUTHORISATION_RULES = (
    Rule(_dates),
    Rule(_scope),
    Rule(_listed_addresses, rests_on=("zones",)),
    Rule(_unlisted_addresses, rests_on=("authorisation",)),
)
