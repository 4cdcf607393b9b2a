"""What campus.yaml declares, as facts: approved accounts and ports, log collector, time sources, bastions, zones.

A declaration that was not written is a fact that failed, so that what rests on it becomes `unknown`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from audit.campus.model.campus import CampusFile
from audit.campus.model.things import Account, Approved
from audit.campus.view import assets
from checks.model.asset import Asset, AssetClass
from checks.model.fact import Fact, FactStatus

Lines = tuple[str, ...] | None
"""One value a line, columns separated by TAB; None: not declared."""


def declared_facts(campus: CampusFile, at: datetime) -> tuple[Fact, ...]:
    """The declared facts of every asset, obtained `at`. Campus-wide declarations are repeated on each asset.

    Columns: `declared-accounts` name, owner, purpose; `declared-management-zones` zone, CIDR; the others one value.
    """
    return tuple(
        _fact(asset, name, declaration, declaration.lines(campus, asset), at)
        for asset in assets(campus)
        for name, declaration in _DECLARATIONS.items()
    )


def _fact(asset: Asset, name: str, declaration: "_Declaration", lines: Lines, at: datetime) -> Fact:
    where = declaration.where.format(id=asset.id.replace("/", ".children."))
    if lines is None:
        status, detail = FactStatus.FAILED, f"campus.yaml 没有写明{declaration.zh}（在 {where} 下补上）"
    else:
        status, detail = FactStatus.OK, ""
    text = "".join(f"{line}\n" for line in lines or ())
    return Fact(
        asset=asset.id, name=name, status=status, text=text, detail=detail, method=where, origin="declared", at=at
    )


def _approved(campus: CampusFile, asset: Asset) -> Approved:
    entry = campus.assets.get(asset.parent or asset.id)
    if entry is not None and asset.parent is not None:
        return entry.children[asset.id.removeprefix(f"{asset.parent}/")].approved
    return entry.approved if entry is not None else Approved()


def _accounts(campus: CampusFile, asset: Asset) -> Lines:
    """Its own accounts, and on servers the common ones; its own entry wins where both name an account."""
    own = _approved(campus, asset).accounts
    common = campus.declarations.accounts if asset.asset_class is AssetClass.SERVER else None
    if own is None and common is None:
        return None
    by_name: dict[str, Account] = {account.name: account for account in (*(common or ()), *(own or ()))}
    return tuple("\t".join((a.name, a.owner or "", a.purpose or "")) for a in by_name.values())


def _ports(campus: CampusFile, asset: Asset) -> Lines:
    return _approved(campus, asset).ports


def _hosts(campus: CampusFile, written: Lines) -> Lines:
    """Asset ids become the addresses that stand in configurations; addresses and host names stay."""
    if written is None:
        return None
    return tuple(dict.fromkeys(host for value in written for host in _addresses(campus, value)))


def _addresses(campus: CampusFile, value: str) -> tuple[str, ...]:
    entry = campus.assets.get(value)
    return (value,) if entry is None else tuple(str(ip) for _, ip in entry.places())


def _log_collector(campus: CampusFile, _: Asset) -> Lines:
    return _hosts(campus, campus.declarations.log_collector)


def _time_sources(campus: CampusFile, _: Asset) -> Lines:
    return _hosts(campus, campus.declarations.time_sources)


def _bastions(campus: CampusFile, _: Asset) -> Lines:
    return _hosts(campus, campus.declarations.bastions)


def _management_zones(campus: CampusFile, _: Asset) -> Lines:
    named = campus.declarations.management_zones
    return None if named is None else tuple(f"{name}\t{cidr}" for name in named for cidr in campus.zones[name].cidr)


class _Declaration(NamedTuple):
    zh: str
    lines: Callable[[CampusFile, Asset], Lines]
    where: str


_DECLARATIONS = {
    "declared-accounts": _Declaration("批准的账户", _accounts, "assets.{id}.approved.accounts"),
    "declared-ports": _Declaration("批准监听的端口", _ports, "assets.{id}.approved.ports"),
    "declared-log-collector": _Declaration("日志服务器", _log_collector, "declarations.log_collector"),
    "declared-time-sources": _Declaration("时间源", _time_sources, "declarations.time_sources"),
    "declared-bastions": _Declaration("堡垒机", _bastions, "declarations.bastions"),
    "declared-management-zones": _Declaration("管理区", _management_zones, "declarations.management_zones"),
}
