"""Addresses and networks as people write them, and which of them are public."""

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from audit.campus.model.words import text
from audit.written.shape import WrongValueError

Ip = IPv4Address | IPv6Address
Net = IPv4Network | IPv6Network

# RFC 1918, 6598, 3927, 1122; RFC 4193, 4291. Everything else belongs to somebody: it counts as public.
_INSIDE: tuple[Net, ...] = tuple(
    ipaddress.ip_network(cidr)
    for cidr in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8",
        "fc00::/7", "fe80::/10", "::1/128",
    )
)  # fmt: skip


def is_public(address: Ip) -> bool:
    """Whether an address is outside the private ranges, i.e. may belong to strangers."""
    return not any(address in network for network in _INSIDE)


def within(address: Ip, networks: tuple[Net, ...]) -> bool:
    """Whether one of the networks holds the address."""
    return any(address in network for network in networks)


def _ip(value: Any) -> Ip:
    if isinstance(value, IPv4Address | IPv6Address):
        return value
    word = text(value).strip()
    if "/" in word:
        raise WrongValueError(f"地址 {word!r} 不带掩码", f"是不是 {word.partition('/')[0]}？网段写在 zones 的 cidr 里")
    try:
        address = ipaddress.ip_address(word)
    except ValueError:
        raise WrongValueError(f"{word[:80]!r} 不是 IP 地址", "写成 10.20.10.11") from None
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or address.scope_id):
        raise WrongValueError(f"{word!r} 不能这样写", "IPv4 地址直接写 10.20.10.11；IPv6 地址不带 % 后缀")
    if address.is_multicast or address.is_unspecified:
        raise WrongValueError(f"{word!r} 不是一台主机的地址")
    return address


def _net(value: Any) -> Net:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    word = text(value).strip()
    if "/" not in word:
        raise WrongValueError(f"网段 {word[:80]!r} 缺少掩码", "写成 10.20.10.0/24；只有一个地址写 /32")
    try:
        return ipaddress.ip_network(word)
    except ValueError:
        raise WrongValueError(f"{word[:80]!r} 不是有效的网段", _meant(word)) from None


def _meant(word: str) -> str:
    try:
        return f"是不是 {ipaddress.ip_network(word, strict=False)}？"
    except ValueError:
        return "写成 10.20.10.0/24"


IpAddress = Annotated[Ip, PlainValidator(_ip), WithJsonSchema({"type": "string"})]
"""One address, IPv4 or IPv6."""
Cidr = Annotated[Net, PlainValidator(_net), WithJsonSchema({"type": "string", "pattern": "/[0-9]{1,3}"})]
"""One network with its mask, IPv4 or IPv6."""
