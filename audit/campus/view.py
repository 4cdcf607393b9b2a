"""What judging, assessing and planning see of a campus: assets, graded systems, levels, login addresses. Pure."""

from audit.campus.model.addresses import Net
from audit.campus.model.campus import CampusFile
from audit.campus.model.things import AssetEntry
from checks.model.asset import Asset, AssetClass, GradedSystem

IMPLICIT = {"organisation": AssetClass.ORGANISATION, "network": AssetClass.NETWORK, "room": AssetClass.ROOM}
"""What every campus has without saying so."""
_SHARED = frozenset(IMPLICIT.values())
THIS_MACHINE = "127.0.0.1"


def assets(campus: CampusFile) -> tuple[Asset, ...]:
    """Every asset: declared ones with their children, then the implicit `organisation`, `network` and `room`."""
    samples = {asset: name for name, group in campus.object_classes.items() for asset in group.sample}
    declared: list[Asset] = []
    for name, entry in campus.assets.items():
        declared.append(_asset(name, entry, samples.get(name)))
        declared += _children(name, entry)
    return (*declared, *_implicit(declared))


def _asset(name: str, entry: AssetEntry, sample_of: str | None) -> Asset:
    return Asset(
        id=name,
        asset_class=entry.asset_class,
        name=entry.name or name,
        platform=entry.platform_or_default(),
        zone=entry.zone,
        sample_of=sample_of,
    )


def _children(parent: str, entry: AssetEntry) -> list[Asset]:
    return [
        Asset(
            id=f"{parent}/{name}",
            asset_class=child.asset_class,
            name=child.name or name,
            platform=child.platform,
            parent=parent,
            zone=entry.zone,
        )
        for name, child in entry.children.items()
    ]


def _implicit(declared: list[Asset]) -> list[Asset]:
    present = {asset.asset_class for asset in declared}
    return [
        Asset(id=name, asset_class=kind, name=kind.zh, origin="implicit")
        for name, kind in IMPLICIT.items()
        if kind not in present
    ]


def systems(campus: CampusFile) -> tuple[GradedSystem, ...]:
    """The graded systems; each holds its assets, their children, and what the whole campus shares."""
    everything = assets(campus)
    return tuple(
        GradedSystem(
            id=name,
            name=system.name,
            s_level=system.level.s,
            a_level=system.level.a,
            extensions=system.extensions,
            assets=_members(campus, system.assets, everything),
            owner=system.owner or "",
            filing_number=system.filing_number or "",
            internet_facing=system.internet_facing,
            continuity_critical=system.continuity_critical,
            personal_information=system.personal_information,
            levels_assumed=system.level.assumed,
        )
        for name, system in campus.systems.items()
    )


def _members(campus: CampusFile, written: tuple[str, ...], everything: tuple[Asset, ...]) -> tuple[str, ...]:
    listed = {asset for name in written for asset in _samples_or_self(campus, name)}
    rooms_chosen = any(a.id in listed and a.asset_class is AssetClass.ROOM for a in everything)
    return tuple(a.id for a in everything if a.id in listed or a.parent in listed or _is_shared(a, rooms_chosen))


def _samples_or_self(campus: CampusFile, name: str) -> tuple[str, ...]:
    group = campus.object_classes.get(name)
    return (name,) if group is None else group.sample


def _is_shared(asset: Asset, rooms_chosen: bool) -> bool:
    """School and network concern every system; rooms do unless the system names its own."""
    return asset.asset_class in _SHARED and not (asset.asset_class is AssetClass.ROOM and rooms_chosen)


def levels_of(campus: CampusFile, asset_id: str) -> tuple[int, ...]:
    """Levels an asset (or what lives in it) is judged at: S, A and the higher of each of its systems.

    An asset of no system is judged at the campus's `default_level`.
    """
    parent = asset_id.partition("/")[0]
    own = [system for system in systems(campus) if asset_id in system.assets or parent in system.assets]
    levels = {level for system in own for level in (system.s_level, system.a_level, system.level)}
    return tuple(sorted(levels or {campus.default_level}))


def login_addresses(campus: CampusFile, site: str | None = None) -> tuple[str, ...]:
    """One address a zone (the first host of its first network) to ask a server `sshd -T -C addr=…` about.

    `site`: only the zones of that site. Without any zone there: this machine's loopback address.
    """
    zones = [zone for name, zone in campus.zones.items() if site in (None, campus.site_of(name))]
    return tuple(dict.fromkeys(_first_host(zone.cidr[0]) for zone in zones)) or (THIS_MACHINE,)


def _first_host(network: Net) -> str:
    single = network.prefixlen >= network.max_prefixlen - 1
    return str(network.network_address if single else network.network_address + 1)
