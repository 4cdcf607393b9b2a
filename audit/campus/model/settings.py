"""What holds for the whole campus: declarations, limits, authorisation, people."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from audit.campus.model.addresses import IpAddress
from audit.campus.model.things import Account
from audit.campus.model.words import AllowedHours, Day, Id, Line
from audit.written.shape import Many, Short, WrongValueError
from checks.model.base import Model


class Declarations(Model):
    """What the school declares; left out means nothing was said, `[]` means there is none."""

    log_collector: Many[Line] | None = None
    """日志服务器：资产编号、IP 地址或域名。"""
    time_sources: Many[Line] | None = None
    """时间源：资产编号、IP 地址或域名。"""
    bastions: Many[Line] | None = None
    """堡垒机、跳板机：资产编号或 IP 地址。"""
    management_zones: Many[Id] | None = None
    """管理区：区域编号。"""
    accounts: tuple[Annotated[Account, Short("name")], ...] | None = None
    """全体服务器共有的批准账户，审计账户也写在这里。"""


class ScanRate(Model):
    """Packets a second."""

    host: int = Field(default=50, ge=1, le=100_000)
    """对一台主机，默认 50。"""
    routed: int = Field(default=500, ge=1, le=1_000_000)
    """经路由的网段合计，默认 500。"""
    on_link: int = Field(default=2000, ge=1, le=1_000_000)
    """直连网段合计，默认 2000。"""


class Limits(Model):
    """How gently the audit works."""

    max_parallel: int = Field(default=16, ge=1, le=256)
    """同时采集的资产数，默认 16。"""
    asset_deadline: int = Field(default=180, ge=10, le=3600)
    """一个资产最多用多少秒，默认 180。"""
    command_timeout: int = Field(default=30, ge=1, le=120)
    """一条命令最多用多少秒，默认 30。"""
    connect_timeout: int = Field(default=10, ge=1, le=60)
    """建立连接最多等多少秒，默认 10。"""
    scan_rate: ScanRate = ScanRate()
    """扫描速度，每秒包数。"""
    allowed_hours: Many[AllowedHours] = ()
    """允许扫描的时段（北京时间），例如 22:00-06:00；不写表示不限。"""
    max_zone_size: int = Field(default=4096, ge=1, le=65_536)
    """一个区域最多多少个 IPv4 地址，默认 4096。"""


class Scope(Model):
    """What the authorisation covers: everything, or the named zones and assets."""

    everything: bool = False
    """全部区域（等于写 scope: all）。"""
    zones: Many[Id] = ()
    """授权的区域。"""
    assets: Many[Id] = ()
    """授权的资产。"""


def _scope(value: Any) -> Any:
    if value == "all":
        return {"everything": True}
    if isinstance(value, str | int):
        raise WrongValueError(f"授权范围 {str(value)[:80]!r} 写法不对", "写 all，或 {zones: [区域], assets: [资产]}")
    return value


class Authorisation(Model):
    """Who allowed the audit, for what and for how long. Without it only this machine is touched."""

    by: Line
    """授权人姓名。"""
    role: Line
    """授权人职务。"""
    document: Line | None = None
    """授权文件或文号。"""
    scope: Annotated[Scope, BeforeValidator(_scope, json_schema_input_type=Literal["all"] | Scope)]
    """授权范围：all，或 {zones: [...], assets: [...]}。"""
    start: Day = Field(alias="from")
    """从哪一天起（含）。"""
    until: Day
    """到哪一天止（含）。"""
    public_addresses: Many[IpAddress] = ()
    """允许接触的公网地址，逐个列出。"""


class Person(Model):
    """Someone to ask."""

    name: Line
    """姓名。"""
    phone: Line | None = None
    """电话。"""
    email: Line | None = None
    """邮箱。"""


Contact = Annotated[Person, Short("name")]


class People(Model):
    """Contacts by role: who answers which questions."""

    head: Contact | None = None
    """网络安全第一责任人（校长）。"""
    officer: Contact | None = None
    """网络安全负责人。"""
    system: Contact | None = None
    """系统管理员。"""
    network: Contact | None = None
    """网络管理员。"""
    database: Contact | None = None
    """数据库管理员。"""
    application: Contact | None = None
    """业务系统管理员。"""
    audit: Contact | None = None
    """审计管理员。"""
    room: Contact | None = None
    """机房管理员。"""
