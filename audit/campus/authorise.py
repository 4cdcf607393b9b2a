"""Whether an address may be touched: loopback always, everything else only as the authorisation says."""

import ipaddress
from datetime import date, datetime, time

from audit.campus.model.addresses import Ip, is_public
from audit.campus.model.campus import CampusFile
from audit.campus.model.settings import Authorisation
from checks.model.clock import in_beijing


def authorised(campus: CampusFile, address: str, as_of: datetime, zone: str | None = None) -> str | None:
    """Why an address may not be touched at `as_of` (Chinese, with the next step); None: it may.

    `zone` says which zone is meant where two sites use the same addresses. A naive `as_of` is taken as UTC.
    """
    ip = _read(address)
    if ip is None:
        return f"{address[:80]!r} 不是 IP 地址，授权按地址判断；在 campus.yaml 里写 IP 地址"
    if ip.is_loopback:
        return None
    if campus.authorisation is None:
        return f"没有授权，不接触 {ip}；经学校负责人同意后在 campus.yaml 写 authorisation（授权人、范围、起止日期）"
    return (
        _out_of_date(campus.authorisation, in_beijing(as_of).date())
        or _out_of_zones(campus, ip, zone)
        or _out_of_scope(campus, campus.authorisation, ip, zone)
        or _unlisted(campus.authorisation, ip)
    )


def outside_hours(campus: CampusFile, now: datetime) -> str | None:
    """Why the network may not be scanned at this hour (Chinese); None: it may. A naive `now` is taken as UTC."""
    hours = campus.limits.allowed_hours
    clock = time(in_beijing(now).hour, in_beijing(now).minute)
    if not hours or any(span.covers(clock) for span in hours):
        return None
    allowed = "、".join(map(str, hours))
    return f"现在 {clock:%H:%M}（北京时间），只允许在 {allowed} 扫描；到时再运行，或改 limits.allowed_hours"


def _read(address: str) -> Ip | None:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    # ::ffff:10.0.0.1 reaches the same host as 10.0.0.1 and is judged as it.
    return (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip


def _out_of_date(given: Authorisation, day: date) -> str | None:
    if day < given.start:
        return f"授权从 {given.start} 才开始（今天 {day}）；到时再运行"
    if day > given.until:
        return f"授权已于 {given.until} 到期（今天 {day}）；请 {given.by} 续期后改 authorisation.until"
    return None


def _zones(campus: CampusFile, ip: Ip, zone: str | None) -> tuple[str, ...]:
    return tuple(name for name in campus.zones_holding(ip) if zone in (None, name))


def _out_of_zones(campus: CampusFile, ip: Ip, zone: str | None) -> str | None:
    if _zones(campus, ip, zone):
        return None
    return f"{ip} 不在{f'区域 {zone} ' if zone else ' campus.yaml 的任何区域'}里；核对地址，或把它的网段写进 zones"


def _out_of_scope(campus: CampusFile, given: Authorisation, ip: Ip, zone: str | None) -> str | None:
    scope, here = given.scope, _zones(campus, ip, zone)
    # Where the zone is not said, every zone the address may belong to must be in scope.
    if scope.everything or set(here) <= set(scope.zones):
        return None
    if _of_listed_asset(campus, ip, here, scope.assets):
        return None
    return f"{ip}（区域 {'、'.join(here)}）不在授权范围内；请 {given.by} 同意后写进 authorisation.scope"


def _of_listed_asset(campus: CampusFile, ip: Ip, here: tuple[str, ...], assets: tuple[str, ...]) -> bool:
    places = {place for name in assets if name in campus.assets for place in campus.assets[name].places()}
    return all((zone, ip) in places for zone in here)


def _unlisted(given: Authorisation, ip: Ip) -> str | None:
    if not is_public(ip) or ip in given.public_addresses:
        return None
    return f"{ip} 是公网地址，没有逐个列出；请 {given.by} 同意后写进 authorisation.public_addresses"
