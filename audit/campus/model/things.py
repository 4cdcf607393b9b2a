"""Assets, what lives in them, what the school declares about them, and classes of many alike."""

from typing import Annotated, Literal

from pydantic import Field

from audit.campus.model.addresses import Ip, IpAddress
from audit.campus.model.logins import Port
from audit.campus.model.words import ChildName, Id, Line, ListenPort, Mac
from audit.written.shape import Many, Short
from checks.model.asset import AssetClass
from checks.model.base import Model

DEFAULT_PLATFORM = {AssetClass.SERVER: "linux"}
CONNECTABLE = {AssetClass.SERVER, AssetClass.NETWORK_DEVICE, AssetClass.SECURITY_DEVICE, AssetClass.TERMINAL}
"""Classes of assets one can log in to, and in which others can live."""


class Address(Model):
    """An address of an asset; its zone gives the site."""

    ip: IpAddress
    """IP 地址。"""
    zone: Id | None = None
    """地址所在区域；不写时就是资产的 zone。"""


class Access(Model):
    """How the tool gets at an asset: on this machine, over SSH, or by a file the officer hands in."""

    method: Literal["local", "ssh", "import"]
    """local 本机；ssh 远程登录；import 导入设备配置或离线采集结果。"""
    login: Id | None = None
    """logins 里的名字；只有一个 login 时 ssh 可不写。"""


class Account(Model):
    """An approved account."""

    name: Line
    """账户名。"""
    owner: Line | None = None
    """使用人或保管人。"""
    purpose: Line | None = None
    """用途。"""


class Approved(Model):
    """What the school approves on one asset; left out means nothing was said, `[]` means none."""

    accounts: tuple[Annotated[Account, Short("name")], ...] | None = None
    """批准的账户；全体服务器共有的写在 declarations.accounts。"""
    ports: tuple[ListenPort, ...] | None = None
    """批准监听的端口，例如 tcp/443。"""


class Identity(Model):
    """Evidence of identity besides the host key: stays when the address changes."""

    mac: Many[Mac] = ()
    """MAC 地址。"""
    serial: Line | None = None
    """设备序列号。"""
    machine_id: Line | None = None
    """/etc/machine-id 的内容。"""


class Child(Model):
    """Something that lives in an asset, e.g. a database; its id is `asset/name`."""

    asset_class: AssetClass = Field(alias="class")
    """类别：database、middleware、application、data。"""
    name: Line | None = None
    """名称。"""
    platform: Id | None = None
    """软件平台，例如 redis。"""
    approved: Approved = Approved()
    """批准的账户和端口。"""


class AssetEntry(Model):
    """A thing that is assessed."""

    asset_class: AssetClass = Field(alias="class")
    """类别：server、database、middleware、network-device、security-device、terminal、application、data、room 等。"""
    name: Line | None = None
    """名称。"""
    zone: Id | None = None
    """所在区域。"""
    address: Many[Annotated[Address, Short("ip")]] = ()
    """IP 地址；可写多个，在别的区域时写 {ip, zone}。"""
    port: Port = 22
    """SSH 端口，默认 22。"""
    platform: Id | None = None
    """平台，例如 linux、huawei-vrp；服务器默认 linux。"""
    access: Annotated[Access, Short("method")] | None = None
    """怎样采集；不写表示只由人员回答，不连接。"""
    children: dict[ChildName, Child] = {}
    """装在里面的数据库、中间件等。"""
    identity: Identity = Identity()
    """身份证据：地址变了仍能认出它。"""
    legacy_ssh: bool = Field(default=False, alias="legacy-ssh")
    """老设备只会旧算法时写 true：允许弱算法连接，同时记为问题。"""
    telnet: bool = False
    """设备只能用 telnet 登录时写 true：口令会明文传输，同时记为问题。"""
    approved: Approved = Approved()
    """批准的账户和端口。"""

    def platform_or_default(self) -> str | None:
        """The platform written, or the usual one of the class."""
        return self.platform or DEFAULT_PLATFORM.get(self.asset_class)

    def places(self) -> tuple[tuple[str | None, Ip], ...]:
        """Its addresses as (zone, ip)."""
        return tuple((address.zone or self.zone, address.ip) for address in self.address)


class ObjectClass(Model):
    """Many alike, of which a sample is assessed."""

    name: Line
    """名称，例如 教师电脑。"""
    asset_class: AssetClass = Field(alias="class")
    """类别，与样本资产相同。"""
    count: int = Field(ge=1)
    """总数。"""
    sample: Many[Id] = Field(min_length=1)
    """抽查的资产编号。"""
    reason: Line
    """为什么这样抽，例如 同一镜像安装，每层楼抽一台。"""
