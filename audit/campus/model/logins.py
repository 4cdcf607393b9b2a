"""Logins: as whom, with which secrets (references only), through which bastion, and how privilege is gained."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from audit.campus.model.addresses import IpAddress
from audit.campus.model.reference import Reference
from audit.campus.model.words import AbsolutePath, Id, Line
from audit.written.shape import Short, WrongValueError
from checks.model.base import Model

Port = Annotated[int, Field(ge=1, le=65535)]


class Become(Model):
    """How the login gains root on a server."""

    method: Literal["sudo", "su", "none"]
    """提权方式：sudo、su 或 none（不提权）。"""
    user: Line = "root"
    """提权后的用户，默认 root。"""
    password: Reference | None = None
    """提权口令的引用；sudo 免密（NOPASSWD）时不写。"""
    helper: AbsolutePath | None = None
    """目标机上已安装、属主为 root 的采集脚本的绝对路径；写了就只以 sudo 运行它。"""
    tty: bool = False
    """目标机的 sudo 要求终端（requiretty）时写 true。"""


class Bastion(Model):
    """The host a login goes through: another asset, or a host that is no asset with the login used there."""

    asset: Id | None = None
    """作跳板的资产的编号。"""
    host: IpAddress | None = None
    """跳板不是资产时写它的地址。"""
    port: Port = 22
    """跳板的 SSH 端口（与 host 一起写）。"""
    login: Id | None = None
    """登录跳板用的 login（与 host 一起写）。"""

    @model_validator(mode="after")
    def _one_kind(self) -> "Bastion":
        if (self.asset is None) == (self.host is None):
            raise WrongValueError("asset 和 host 要写且只写一个", "跳板是资产时直接写它的编号")
        if self.host is not None and self.login is None:
            raise WrongValueError("写了 host，还缺 login", "login 写 logins 里的一个名字")
        if self.asset is not None and (self.login is not None or "port" in self.model_fields_set):
            raise WrongValueError("跳板是资产时不写 port 和 login", "按该资产自己的 port 和 access 登录")
        return self


class Login(Model):
    """A way to log in that several assets may share."""

    user: Line | None = None
    """用户名。"""
    key: Reference | None = None
    """私钥的引用，例如 file:~/.ssh/dengbao_ed25519。"""
    passphrase: Reference | None = None
    """私钥口令的引用。"""
    password: Reference | None = None
    """登录口令的引用。"""
    enable: Reference | None = None
    """网络设备 enable 或 super 口令的引用。"""
    bastion: Annotated[Bastion, Short("asset")] | None = None
    """经哪台跳板（堡垒机）登录：资产编号，或 {host, port, login}。"""
    become: Annotated[Become, Short("method")] | None = None
    """怎样提权；不写表示不提权。"""
