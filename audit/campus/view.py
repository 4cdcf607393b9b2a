"""What judging, assessing and planning see of a campus: assets, graded systems, levels, login addresses. Pure."""

from collections.abc import Callable
from pathlib import Path

from audit.campus.model.addresses import Net
from audit.campus.model.campus import CampusFile
from audit.campus.model.systems import System
from audit.campus.model.things import AssetEntry
from checks.model.asset import Asset, AssetClass, GradedSystem

IMPLICIT = {"organisation": AssetClass.ORGANISATION, "network": AssetClass.NETWORK, "room": AssetClass.ROOM}
"""What every campus has without saying so."""
THIS_MACHINE = "127.0.0.1"
RESPONSIBLE = {
    AssetClass.SERVER: "system",
    AssetClass.TERMINAL: "system",
    AssetClass.MIDDLEWARE: "system",
    AssetClass.DATABASE: "database",
    AssetClass.APPLICATION: "application",
    AssetClass.DATA: "application",
    AssetClass.NETWORK_DEVICE: "network",
    AssetClass.SECURITY_DEVICE: "network",
    AssetClass.NETWORK: "network",
    AssetClass.ZONE: "network",
    AssetClass.ROOM: "room",
    AssetClass.ORGANISATION: "officer",
}
"""Class of asset → role in `people` that looks after it."""


def assets(campus: CampusFile) -> tuple[Asset, ...]:
    """Every asset: declared ones with their children, then the implicit `organisation`, `network` and `room`."""
    samples = {asset: name for name, group in campus.object_classes.items() for asset in group.sample}
    declared: list[Asset] = []
    for name, entry in campus.assets.items():
        declared.append(_asset(name, entry, samples.get(name)))
        declared += _children(name, entry)
    return (*declared, *_implicit(declared))


def owner_of(campus: CampusFile, kind: AssetClass) -> str:
    """Name of the person who looks after assets of this class; empty when campus.yaml names nobody."""
    person = getattr(campus.people, RESPONSIBLE[kind])
    return person.name if person else ""


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
    """The graded systems; each holds its assets, their children, and what the whole campus shares.

    Shared are the school, its network, and its rooms unless the system names its own.
    """
    everything = tuple(asset.id for asset in assets(campus))
    with_members = [(name, system, _members(campus, system)) for name, system in campus.systems.items()]
    return tuple(
        GradedSystem(
            id=name,
            name=system.name,
            s_level=system.level.s,
            a_level=system.level.a,
            extensions=system.extensions,
            assets=tuple(asset for asset in everything if _within(asset, members)),
            owner=system.owner or "",
            filing_number=system.filing_number or "",
            internet_facing=system.internet_facing,
            continuity_critical=system.continuity_critical,
            personal_information=system.personal_information,
            levels_assumed=system.level.assumed,
        )
        for name, system, members in with_members
    )


def levels_of(campus: CampusFile, asset_id: str) -> tuple[int, ...]:
    """Levels an asset (or what lives in it) is judged at: S, A and the higher of each of its systems.

    An asset of no system is judged at the campus's `default_level`. For many assets use `level_finder`.
    """
    return level_finder(campus)(asset_id)


def level_finder(campus: CampusFile) -> Callable[[str], tuple[int, ...]]:
    """`levels_of` for many assets of one campus: memberships are worked out once."""
    memberships = [(_members(campus, system), system.level) for system in campus.systems.values()]

    def find(asset_id: str) -> tuple[int, ...]:
        own = [level for members, level in memberships if _within(asset_id, members)]
        return tuple(sorted({number for level in own for number in (level.s, level.a)} or {campus.default_level}))

    return find


def _members(campus: CampusFile, system: System) -> set[str]:
    """What a system lists (a class of many alike stands for its sample) and what the whole campus shares."""
    groups = campus.object_classes
    listed = {asset for name in system.assets for asset in (groups[name].sample if name in groups else (name,))}
    shared = {kind: _ids_of(campus, name, kind) for name, kind in IMPLICIT.items()}
    if listed & shared[AssetClass.ROOM]:
        shared.pop(AssetClass.ROOM)
    return listed.union(*shared.values())


def _ids_of(campus: CampusFile, implicit: str, kind: AssetClass) -> set[str]:
    return {name for name, entry in campus.assets.items() if entry.asset_class is kind} or {implicit}


def _within(asset_id: str, members: set[str]) -> bool:
    """Whether an asset, declared or found later on its parent, is among them."""
    return asset_id in members or asset_id.partition("/")[0] in members


def login_addresses(campus: CampusFile, site: str | None = None) -> tuple[str, ...]:
    """One address a zone (the first host of its first network) to ask a server `sshd -T -C addr=…` about.

    `site`: only the zones of that site. Without any zone there: this machine's loopback address.
    """
    zones = [zone for name, zone in campus.zones.items() if site in (None, campus.site_of(name))]
    return tuple(dict.fromkeys(_first_host(zone.cidr[0]) for zone in zones)) or (THIS_MACHINE,)


def _first_host(network: Net) -> str:
    single = network.prefixlen >= network.max_prefixlen - 1
    return str(network.network_address if single else network.network_address + 1)


def output_directory(campus: CampusFile, file: Path) -> Path:
    """Where results go: `output`, counted from the folder of the campus.yaml at `file`."""
    return file.absolute().parent / Path(campus.output).expanduser()
