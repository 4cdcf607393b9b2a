"""Rules about assets, their addresses, platforms, children and classes of many alike."""

from collections.abc import Iterator, Mapping

from audit.campus.model.addresses import Net
from audit.campus.model.things import CONNECTABLE
from audit.campus.rules.context import Context, Mistake, Rule, unknown
from checks.language.source import Path, suggest
from checks.model.asset import AssetClass

_DEVICES = {AssetClass.NETWORK_DEVICE, AssetClass.SECURITY_DEVICE}
_WITHOUT_ADDRESS = {AssetClass.ROOM, AssetClass.ORGANISATION, AssetClass.DATA, AssetClass.NETWORK, AssetClass.ZONE}
_INSIDE = {AssetClass.DATABASE, AssetClass.MIDDLEWARE, AssetClass.APPLICATION, AssetClass.DATA}
_ONLY_ONE = {AssetClass.ORGANISATION: "organisation", AssetClass.NETWORK: "network"}
RESERVED = {"organisation": AssetClass.ORGANISATION, "network": AssetClass.NETWORK, "room": AssetClass.ROOM}
"""Ids every campus has by itself, and their classes."""


def _zones(context: Context) -> Iterator[Mistake]:
    zones = context.ids("zones")
    for name, asset in context.campus.assets.items():
        if asset.zone is not None:
            yield from unknown(("assets", name, "zone"), "区域", asset.zone, zones)
        for index, address in enumerate(asset.address):
            here: Path = ("assets", name, "address", index)
            if address.zone is not None:
                yield from unknown((*here, "zone"), "区域", address.zone, zones)
            elif asset.zone is None:
                yield here, f"资产 {name} 写了地址，没有写区域", f"在 assets.{name} 下面写 zone"


def _outside_zone(context: Context) -> Iterator[Mistake]:
    for name, index, zone_id, ip in context.placed():
        zone = context.campus.zones.get(zone_id or "")
        here: Path = ("assets", name, "address", index)
        if zone is None:
            continue
        if not zone.holds(ip):
            nearest = "、".join(context.campus.zones_holding(ip))
            networks = "、".join(map(str, zone.cidr))
            hint = f"是不是区域 {nearest}？" if nearest else "改地址，或把网段补进该区域的 cidr"
            yield here, f"资产 {name} 的地址 {ip} 不在区域 {zone_id} 的网段 {networks} 里", hint
        elif any(_not_a_host(ip, network) for network in zone.cidr):
            yield here, f"资产 {name} 的地址 {ip} 是网段地址或广播地址", "写主机自己的地址"


def _not_a_host(ip: object, network: Net) -> bool:
    roomy = network.version == 4 and network.prefixlen < 31
    return roomy and ip in (network.network_address, network.broadcast_address)


def _same_address(context: Context) -> Iterator[Mistake]:
    seen: dict[tuple[str | None, object], str] = {}
    for name, index, zone, ip in context.placed():
        other = seen.setdefault((zone, ip), name)
        if other != name or any(ip == each for _, each in context.campus.assets[name].places()[:index]):
            yield (
                ("assets", name, "address", index),
                f"地址 {ip} 在区域 {zone} 里写了两次（资产 {other} 和 {name}）",
                "一个地址只属于一个资产；同一台机器上的软件写成 children",
            )


def _same_identity(context: Context) -> Iterator[Mistake]:
    seen: dict[tuple[str, str], str] = {}
    for name, asset in context.campus.assets.items():
        evidence = [("mac", mac) for mac in asset.identity.mac]
        evidence += [(k, v) for k in ("serial", "machine_id") if (v := getattr(asset.identity, k))]
        for kind, value in evidence:
            other = seen.setdefault((kind, value), name)
            if other != name:
                yield (
                    ("assets", name, "identity", kind),
                    f"资产 {name} 与 {other} 的 {kind} 相同",
                    "克隆的虚拟机要重新生成 machine-id；抄错的改正",
                )


def _platforms(context: Context) -> Iterator[Mistake]:
    known = context.known.all_platforms()
    for name, asset in context.campus.assets.items():
        yield from _platform(known, ("assets", name, "platform"), asset.platform, asset.asset_class)
        for child_name, child in asset.children.items():
            where: Path = ("assets", name, "children", child_name, "platform")
            yield from _platform(known, where, child.platform, child.asset_class)


def _platform(
    platforms: Mapping[str, tuple[AssetClass, ...]], where: Path, name: str | None, asset_class: AssetClass
) -> Iterator[Mistake]:
    if name is None:
        return
    if name in platforms and asset_class not in platforms[name]:
        classes = "、".join(dict.fromkeys(each.value for each in platforms[name]))
        yield where, f"平台 {name} 与类别 {asset_class.value}（{asset_class.zh}）不配", f"{name} 用于类别 {classes}"
    elif name not in platforms and (hint := suggest(name, list(platforms))).startswith("是不是"):
        yield where, f"没有平台 {name}", hint


def _reserved(context: Context) -> Iterator[Mistake]:
    for name, asset in context.campus.assets.items():
        wanted = RESERVED.get(name)
        only = _ONLY_ONE.get(asset.asset_class)
        if name == "campus":
            yield ("assets", name), "campus 不能作资产编号", "换一个编号"
        elif wanted is not None and asset.asset_class is not wanted:
            yield ("assets", name), f"编号 {name} 留给{wanted.zh}", "换一个编号，例如 room-a 或 core-switch"
        elif only is not None and name != only:
            yield ("assets", name), f"类别 {only} 的资产只有一个，编号就是 {only}", f"编号改成 {only}，或改类别"


def _children(context: Context) -> Iterator[Mistake]:
    for name, asset in context.campus.assets.items():
        for child_name, child in asset.children.items():
            here: Path = ("assets", name, "children", child_name)
            if child.asset_class not in _INSIDE:
                inside = "、".join(sorted(each.value for each in _INSIDE))
                yield (*here, "class"), f"{name}/{child_name} 的类别不能是 {child.asset_class.value}", f"可用：{inside}"
        if asset.children and asset.asset_class not in CONNECTABLE:
            yield (
                ("assets", name, "children"),
                f"类别 {asset.asset_class.value} 里面不能再有资产",
                "写在所在的服务器下面",
            )


def _addressed(context: Context) -> Iterator[Mistake]:
    for name, asset in context.campus.assets.items():
        if asset.address and asset.asset_class in _WITHOUT_ADDRESS:
            yield ("assets", name, "address"), f"类别 {asset.asset_class.value} 没有地址", "删掉 address，或改 class"
        if asset.telnet and asset.asset_class not in _DEVICES:
            yield ("assets", name, "telnet"), "telnet 只用于网络设备和安全设备", "服务器用 SSH 登录"


def _object_classes(context: Context) -> Iterator[Mistake]:
    assets = context.campus.assets
    for name, group in context.campus.object_classes.items():
        if name in context.ids("assets"):
            yield ("object_classes", name), f"{name} 已经是资产的编号", "同类资产换一个编号"
        if len(set(group.sample)) > group.count:
            yield (
                ("object_classes", name, "count"),
                f"总数 {group.count} 少于样本数 {len(set(group.sample))}",
                "核对总数",
            )
        for index, sample in enumerate(group.sample):
            here: Path = ("object_classes", name, "sample", index)
            yield from unknown(here, "资产", sample, context.ids("assets"))
            if sample in assets and assets[sample].asset_class is not group.asset_class:
                wrong = assets[sample].asset_class.value
                yield (
                    here,
                    f"样本 {sample} 的类别是 {wrong}，不是 {group.asset_class.value}",
                    "样本要与同类资产类别相同",
                )


def _sampled_twice(context: Context) -> Iterator[Mistake]:
    seen: dict[str, str] = {}
    for name, group in context.campus.object_classes.items():
        for index, sample in enumerate(group.sample):
            if sample in seen:
                yield ("object_classes", name, "sample", index), f"资产 {sample} 已是 {seen[sample]} 的样本", "只留一处"
            seen[sample] = name


THING_RULES = (
    Rule(_zones),
    Rule(_outside_zone),
    Rule(_same_address),
    Rule(_same_identity),
    Rule(_platforms),
    Rule(_reserved),
    Rule(_children),
    Rule(_addressed),
    Rule(_object_classes),
    Rule(_sampled_twice),
)
