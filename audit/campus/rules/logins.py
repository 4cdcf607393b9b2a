"""Rules about access, logins, bastions and privilege."""

from collections.abc import Iterator

from audit.campus.model.campus import CampusFile
from audit.campus.model.logins import Login
from audit.campus.model.things import CONNECTABLE
from audit.campus.rules.context import Context, Mistake, Rule, unknown
from checks.language.source import Path


def _access(context: Context) -> Iterator[Mistake]:
    for name, asset in context.campus.assets.items():
        here: Path = ("assets", name, "access")
        if asset.access is None:
            continue
        if asset.asset_class not in CONNECTABLE:
            yield here, f"类别 {asset.asset_class.value} 的资产不能登录", "删掉 access；数据库等随所在服务器采集"
        if asset.access.login is not None:
            yield from unknown((*here, "login"), "登录方式", asset.access.login, context.ids("logins"))
        elif asset.access.method == "ssh" and len(context.ids("logins")) != 1:
            count = len(context.ids("logins"))
            cause = "没有写 logins" if count == 0 else f"有 {count} 个 login"
            yield here, f"资产 {name} 用 ssh 采集，没有写用哪个 login（{cause}）", "写成 {method: ssh, login: 名字}"
        if asset.access.method == "ssh" and not asset.address:
            yield ("assets", name), f"资产 {name} 用 ssh 采集，没有写地址", "写上 zone 和 address"


def _only_here(context: Context) -> Iterator[Mistake]:
    local = [n for n, a in context.campus.assets.items() if a.access and a.access.method == "local"]
    for name in local[1:]:
        yield ("assets", name, "access"), f"资产 {local[0]} 已经是本机，{name} 不能也是", "别的机器用 ssh 或 import"


def _used_over_ssh(campus: CampusFile) -> set[str]:
    """Names of the logins some SSH connection is made with."""
    direct = {campus.login_of(a) for a in campus.assets.values() if a.access and a.access.method == "ssh"}
    inline = {login.bastion.login for login in campus.logins.values() if login.bastion}
    return {name for name in direct | inline if name is not None}


def _complete(context: Context) -> Iterator[Mistake]:
    used = _used_over_ssh(context.campus)
    for name, login in context.campus.logins.items():
        here: Path = ("logins", name)
        if name in used and login.user is None:
            yield here, f"登录方式 {name} 没有写用户名", "写 user"
        if name in used and login.key is None and login.password is None:
            yield here, f"登录方式 {name} 没有私钥也没有口令", "写 key 或 password（只写引用）"
        if login.passphrase is not None and login.key is None:
            yield (*here, "passphrase"), f"登录方式 {name} 写了私钥口令，没有写私钥", "写 key，或删掉 passphrase"
        yield from _become(name, login)


def _become(name: str, login: Login) -> Iterator[Mistake]:
    become, here = login.become, ("logins", name, "become")
    if become is None:
        return
    if become.method == "none" and (become.password or become.helper):
        yield here, f"登录方式 {name} 不提权，却写了提权口令或 helper", "method 写 sudo 或 su，或删掉它们"
    if become.method == "su" and become.password is None:
        yield here, f"登录方式 {name} 用 su 提权，没有写口令", "写 become.password（只写引用）"
    if become.method == "su" and become.helper:
        yield (*here, "helper"), "helper 只能与 sudo 一起用", "method 写 sudo，或删掉 helper"


def _bastions(context: Context) -> Iterator[Mistake]:
    campus = context.campus
    for name, login in campus.logins.items():
        bastion, here = login.bastion, ("logins", name, "bastion")
        if bastion is None:
            continue
        if bastion.login is not None:
            yield from unknown((*here, "login"), "登录方式", bastion.login, context.ids("logins"))
        if bastion.host is not None and not campus.zones_holding(bastion.host) and not bastion.host.is_loopback:
            yield (*here, "host"), f"跳板 {bastion.host} 不在任何区域里", "把它的网段写进 zones，否则不在授权范围内"
        if bastion.asset is not None:
            yield from unknown(here, "资产", bastion.asset, context.ids("assets"))
            asset = campus.assets.get(bastion.asset)
            if asset is not None and (asset.access is None or asset.access.method != "ssh"):
                yield here, f"跳板 {bastion.asset} 自己不是用 ssh 登录的", f"在 assets.{bastion.asset} 写 access"


def _loops(context: Context) -> Iterator[Mistake]:
    for name in context.campus.logins:
        trail = [name]
        while (after := _before(context.campus, trail[-1])) is not None and after not in trail:
            trail.append(after)
        if after == name:
            yield (
                ("logins", name, "bastion"),
                f"跳板绕成了圈：{' → '.join([*trail, name])}",
                "跳板要能直接登录，换一个 login",
            )


def _before(campus: CampusFile, name: str) -> str | None:
    """The login that must succeed first: the one its bastion is logged into with."""
    login = campus.logins.get(name)
    if login is None or login.bastion is None:
        return None
    if login.bastion.login is not None:
        return login.bastion.login
    asset = campus.assets.get(login.bastion.asset or "")
    return campus.login_of(asset) if asset is not None else None


LOGIN_RULES = (
    Rule(_access),
    Rule(_only_here),
    Rule(_complete),
    Rule(_bastions, rests_on=("zones",)),
    Rule(_loops),
)
