"""Rules about graded systems and what the campus declares."""

import ipaddress
import re
from collections.abc import Iterator

from audit.campus.rules.context import Context, Mistake, Rule, unknown
from audit.campus.rules.things import RESERVED
from checks.language.source import Path
from checks.model.asset import AssetClass


def _assets(context: Context) -> Iterator[Mistake]:
    known = context.asset_ids() | context.ids("object_classes") | set(RESERVED)
    for name, system in context.campus.systems.items():
        here: Path = ("systems", name, "assets")
        if not system.assets:
            yield ("systems", name), f"定级对象 {name} 没有资产", "在 assets 里列出它的服务器、数据库等"
        for index, asset in enumerate(system.assets):
            yield from unknown((*here, index), "资产", asset, known)
            if asset in system.assets[:index]:
                yield (*here, index), f"资产 {asset} 写了两次", "删掉其中一个"


def _ids(context: Context) -> Iterator[Mistake]:
    for name in context.campus.systems:
        asset = context.campus.assets.get(name)
        taken = name in context.ids("object_classes") or name in RESERVED or name == "campus"
        if taken or (asset is not None and asset.asset_class is not AssetClass.APPLICATION):
            yield ("systems", name), f"定级对象的编号 {name} 已经用作别的编号", "换一个编号，例如 portal-system"


def _extensions(context: Context) -> Iterator[Mistake]:
    for name, system in context.campus.systems.items():
        for index, extension in enumerate(system.extensions):
            if extension == "general":
                yield ("systems", name, "extensions", index), "安全通用要求总是包括在内", "删掉 general"


def _declared(context: Context) -> Iterator[Mistake]:
    said = context.campus.declarations
    for key, host_names in (("log_collector", True), ("time_sources", True), ("bastions", False)):
        for index, value in enumerate(getattr(said, key) or ()):
            if not _is_address(value) and not (host_names and _is_host_name(value)):
                yield from _asset_with_address(context, ("declarations", key, index), value)
    for index, zone in enumerate(said.management_zones or ()):
        yield from unknown(("declarations", "management_zones", index), "区域", zone, context.ids("zones"))


def _asset_with_address(context: Context, here: Path, name: str) -> Iterator[Mistake]:
    yield from unknown(here, "资产", name, context.ids("assets"))
    asset = context.campus.assets.get(name)
    if asset is not None and not asset.address:
        yield here, f"资产 {name} 没有写地址", f"在 assets.{name} 下面写 address，检查才能与配置比对"


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_host_name(value: str) -> bool:
    return bool(re.fullmatch(r"([A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*", value))


def _accounts_twice(context: Context) -> Iterator[Mistake]:
    lists: list[tuple[Path, tuple[str, ...]]] = []
    if context.campus.declarations.accounts is not None:
        lists.append((("declarations", "accounts"), tuple(a.name for a in context.campus.declarations.accounts)))
    for name, asset in context.campus.assets.items():
        if asset.approved.accounts is not None:
            lists.append((("assets", name, "approved", "accounts"), tuple(a.name for a in asset.approved.accounts)))
    for where, names in lists:
        for index, account in enumerate(names):
            if account in names[:index]:
                yield (*where, index), f"账户 {account} 写了两次", "删掉其中一个"


SYSTEM_RULES = (Rule(_assets), Rule(_ids), Rule(_extensions), Rule(_declared), Rule(_accounts_twice))
