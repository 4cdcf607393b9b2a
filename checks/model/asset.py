"""Assets and graded systems as judging, assessing and reports see them (no logins, no addresses of secrets)."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from checks.model.base import Model

Attribute = Literal["S", "A", "G"]
Extension = Literal["general", "cloud", "mobile", "iot", "ics"]


class AssetClass(StrEnum):
    """The kinds of things that are assessed; the catalogue's topics say which of them they concern."""

    SERVER = "server"
    DATABASE = "database"
    MIDDLEWARE = "middleware"
    NETWORK_DEVICE = "network-device"
    SECURITY_DEVICE = "security-device"
    TERMINAL = "terminal"
    APPLICATION = "application"
    DATA = "data"
    NETWORK = "network"
    ZONE = "zone"
    ROOM = "room"
    ORGANISATION = "organisation"

    @property
    def zh(self) -> str:
        return ASSET_CLASS_ZH[self]


ASSET_CLASS_ZH = {
    AssetClass.SERVER: "服务器",
    AssetClass.DATABASE: "数据库",
    AssetClass.MIDDLEWARE: "中间件",
    AssetClass.NETWORK_DEVICE: "网络设备",
    AssetClass.SECURITY_DEVICE: "安全设备",
    AssetClass.TERMINAL: "终端",
    AssetClass.APPLICATION: "业务系统",
    AssetClass.DATA: "重要数据",
    AssetClass.NETWORK: "校园网",
    AssetClass.ZONE: "网络区域",
    AssetClass.ROOM: "机房",
    AssetClass.ORGANISATION: "学校",
}


Family = Literal["debian", "rhel"]
"""The lines of Linux distributions that are put right in different ways."""


class Seen(Model):
    """What the evidence says of the host an asset is or lives on: enough to choose and to guard its fix scripts."""

    family: Family | None = None
    """None: no os-release was obtained, or it names a line we do not know."""
    system: str = ""
    """The release in its own words, e.g. `Debian GNU/Linux 12 (bookworm)`."""
    host_key: str = ""
    """`SHA256:…` of the pinned SSH host key the host proved to have; empty when it was not reached by SSH."""


class Asset(Model):
    """A thing that is assessed. `id` is chosen by the school and never an address; a child is `parent/name`."""

    id: str
    asset_class: AssetClass = Field(alias="class")
    name: str = ""
    platform: str | None = None
    parent: str | None = None
    zone: str | None = None
    origin: Literal["declared", "discovered", "implicit"] = "declared"
    """declared in campus.yaml; discovered by a source on its parent; implicit: every campus has one."""
    sample_of: str | None = None
    """The object class (many alike) this asset stands for."""
    seen: Seen = Seen()
    owner: str = ""
    """Who is responsible for it by the contacts of campus.yaml; empty when none is named."""


class GradedSystem(Model):
    """A graded system (定级对象): its S and A levels select the items it is assessed against."""

    id: str
    name: str
    s_level: int = Field(ge=1, le=4)
    a_level: int = Field(ge=1, le=4)
    extensions: tuple[Extension, ...] = ()
    assets: tuple[str, ...] = ()
    """Ids of its assets, shared ones and discovered children included."""
    owner: str = ""
    filing_number: str = ""
    internet_facing: bool = False
    continuity_critical: bool = False
    personal_information: bool = False
    levels_assumed: bool = False
    """True when only one level was written and S = A = that level was assumed."""

    @property
    def level(self) -> int:
        """The system's level: the higher of S and A."""
        return max(self.s_level, self.a_level)

    @property
    def grade(self) -> str:
        """The usual notation, e.g. `S2A3`."""
        return f"S{self.s_level}A{self.a_level}"

    def level_for(self, attribute: Attribute) -> int:
        """The level at which an item of this attribute is chosen (GB/T 22239-2019 appendix A)."""
        return {"S": self.s_level, "A": self.a_level, "G": self.level}[attribute]
