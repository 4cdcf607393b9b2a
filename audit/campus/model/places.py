"""Sites and zones: where things stand, and which zone may reach which."""

from typing import Annotated

from pydantic import Field

from audit.campus.model.addresses import Cidr, Ip, within
from audit.campus.model.words import Id, Line, ReachPort
from audit.written.shape import Many, Short
from checks.model.base import Model

INTERNET = "internet"
"""The target of `reach` that stands for everything outside the school."""


class Site(Model):
    """A site (校区): zones of different sites may use the same addresses."""

    name: Line
    """校区名称。"""
    place: Line | None = None
    """地址，例如 光明路 8 号。"""


class Reach(Model):
    """What a zone may open in another one."""

    zone: Id
    """对方区域的编号；互联网写 internet。"""
    ports: Many[ReachPort] = Field(min_length=1)
    """允许的端口：tcp/443、tcp/8000-8010、icmp、any。"""
    reason: Line | None = None
    """为什么要通。"""


class Zone(Model):
    """A network segment; an address is only an address together with its zone and site."""

    name: Line | None = None
    """区域名称，例如 服务器区。"""
    site: Id | None = None
    """所在校区的编号；只有一个校区时可不写。"""
    cidr: Many[Cidr] = Field(min_length=1)
    """网段，可写多个。"""
    reach: tuple[Reach, ...] | None = None
    """允许主动访问的区域和端口；不写表示没有说明，写 [] 表示都不允许。"""

    def holds(self, address: Ip) -> bool:
        """Whether the address lies in one of the zone's networks."""
        return within(address, self.cidr)

    def size(self) -> int:
        """Number of IPv4 addresses; IPv6 networks are never swept and do not count."""
        return sum(network.num_addresses for network in self.cidr if network.version == 4)


SiteEntry = Annotated[Site, Short("name")]
