"""The whole of campus.yaml, and the look-ups every reader of it needs."""

from pydantic import Field

from audit.campus.model.addresses import Ip
from audit.campus.model.logins import Login
from audit.campus.model.places import SiteEntry, Zone
from audit.campus.model.settings import Authorisation, Declarations, Limits, People
from audit.campus.model.systems import System
from audit.campus.model.things import AssetEntry, ObjectClass
from audit.campus.model.words import Id, Line
from checks.model.base import Model
from checks.model.finding import Scalar

ONLY_SITE = "main"
"""Id of the site of a campus that names none."""


class School(Model):
    """The school, as reports name it."""

    id: Id
    """学校编号，自己取，用在文件名里。"""
    name: Line
    """学校名称。"""


class CampusFile(Model):
    """One school: what campus.yaml says. Frozen; defaults filled in, references checked by the loader."""

    campus: School
    """学校。"""
    default_level: int = Field(default=2, ge=1, le=4)
    """不属于任何定级对象的资产按几级检查，默认 2。"""
    sites: dict[Id, SiteEntry] = {}
    """校区；只有一个校区可不写。"""
    zones: dict[Id, Zone] = {}
    """网络区域。"""
    assets: dict[Id, AssetEntry] = {}
    """资产。"""
    object_classes: dict[Id, ObjectClass] = {}
    """数量多、配置相同的资产，抽样检查。"""
    systems: dict[Id, System] = {}
    """定级对象。"""
    logins: dict[Id, Login] = {}
    """登录方式；口令和密钥只写引用。"""
    declarations: Declarations = Declarations()
    """学校的声明：日志服务器、时间源、堡垒机、管理区、共有账户。"""
    limits: Limits = Limits()
    """并发、超时、扫描速度和时段。"""
    authorisation: Authorisation | None = None
    """授权；不写时只检查本机。"""
    parameters: dict[str, Scalar] = {}
    """收紧的阈值：名称和值，只能比标准更严。"""
    people: People = People()
    """联系人。"""
    output: Line = "dengbao-data"
    """结果放在哪个目录，相对路径从 campus.yaml 所在目录算起。"""

    def site_of(self, zone_id: str | None) -> str | None:
        """The site of a zone: the one written, or the only one there is; None for no or an unknown zone."""
        zone = self.zones.get(zone_id or "")
        return None if zone is None else zone.site or next(iter(self.sites), ONLY_SITE)

    def login_of(self, asset: AssetEntry) -> str | None:
        """Name of the login an asset is reached with: the one written, or for SSH the only one there is."""
        if asset.access is None or asset.access.login is not None:
            return asset.access.login if asset.access else None
        return next(iter(self.logins)) if asset.access.method == "ssh" and len(self.logins) == 1 else None

    def zones_holding(self, address: Ip) -> tuple[str, ...]:
        """Ids of the zones an address lies in; several where sites use the same addresses."""
        return tuple(name for name, zone in self.zones.items() if zone.holds(address))
