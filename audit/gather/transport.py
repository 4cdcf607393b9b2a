"""An SSH transport over a socket of our own: strict host keys, one credential, one attempt. The only user of paramiko."""

import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from io import StringIO
from typing import Any

from audit.gather.algorithms import algorithms
from audit.gather.pins import HostKey, Pins, PinState
from audit.gather.sshlib import KexCurve25519, paramiko
from audit.gather.target import Limits, Login, Secret
from audit.gather.text import clean
from audit.gather.trouble import Rejected, Trouble

# What targets say must not reach a terminal through the library's log.
logging.getLogger("paramiko").addHandler(logging.NullHandler())
logging.getLogger("paramiko").propagate = False

_KEY_KINDS: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


_LOOK_UP = 5.0
"""Seconds after which the reading thread looks up although nothing came. Until login it does so ten times a second, for the
sake of paramiko's own deadlines; afterwards that would be a third of a session's processor time."""


class Observations:
    """What is known of how the transport behaved, line by line; complete or not, it becomes the transport fact."""

    def __init__(self, *, legacy: bool) -> None:
        self._known: dict[str, str] = {"hostkey": "none", "legacy": "yes" if legacy else "no"}

    def note(self, **known: str) -> None:
        """Remember values; an underscore in a name stands for the hyphen of the fact."""
        for name, value in known.items():
            self._known[name.replace("_", "-")] = " ".join(clean(value).split())[:2000]

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def text(self) -> str:
        """The fact's text: `name value` lines."""
        return "".join(f"{name} {value}\n" for name, value in self._known.items())


class _Transport(paramiko.Transport):
    """Remembers what the server offered and what was agreed; paramiko (4.x, pinned) throws both away. Ends at once.

    It also knows `curve25519-sha256` (RFC 8731), which a hardened server may have alone; paramiko knows the same
    exchange by its first name only.
    """

    _kex_info = {**paramiko.Transport._kex_info, "curve25519-sha256": KexCurve25519}  # type: ignore[attr-defined]
    offered: dict[str, list[str]]
    agreed_kex: str = ""
    remote_cipher: str
    remote_mac: str

    def close(self) -> None:
        """End the connection, which wakes the reading thread however long it meant to wait."""
        hang_up(self.sock)
        super().close()

    def _parse_kex_init(self, m: Any) -> None:
        super()._parse_kex_init(m)  # type: ignore[misc]
        offered = self.offered.get("kex_algo_list", [])
        self.agreed_kex = next((name for name in self.preferred_kex if name in offered), "")

    def _really_parse_kex_init(self, m: Any, ignore_first_byte: bool = False) -> dict[str, Any]:
        parsed: dict[str, Any] = super()._really_parse_kex_init(m, ignore_first_byte)  # type: ignore[misc]
        if not hasattr(self, "offered"):
            self.offered = {key: list(value) for key, value in parsed.items() if isinstance(value, list)}
        return parsed


def hang_up(connection: Any) -> None:
    """Break a connection that another thread is waiting on."""
    with suppress(OSError, EOFError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


class Keys:
    """Private keys, each loaded once and shared by every host (loading an RSA key costs 90 ms)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: dict[str, paramiko.PKey] = {}

    def load(self, secret: Secret, passphrase: Secret | None) -> paramiko.PKey:
        """The key a reference names. Raises Trouble naming the reference, never its content."""
        with self._lock:
            if secret.reference not in self._loaded:
                self._loaded[secret.reference] = _load_key(secret, passphrase)
            return self._loaded[secret.reference]


def _load_key(secret: Secret, passphrase: Secret | None) -> paramiko.PKey:
    text = secret.resolve()
    phrase = passphrase.resolve() if passphrase else None
    for kind in _KEY_KINDS:
        try:
            return kind.from_private_key(StringIO(text), phrase)
        except paramiko.PasswordRequiredException:
            raise Trouble(
                f"私钥 {secret.reference} 有口令保护，但没有给出 passphrase", "请在 logins 里写 passphrase 的引用"
            ) from None
        except (paramiko.SSHException, ValueError, TypeError, IndexError):
            continue
    raise Trouble(
        f"私钥 {secret.reference} 读不出来（口令不对、格式不支持或内容损坏）",
        "支持 OpenSSH 和 PEM 格式的 ed25519、ecdsa、rsa 私钥；请用 ssh-keygen -y -f 检查它",
    )


def connect_socket(address: str, port: int, timeout: float) -> socket.socket:
    """A TCP connection without Nagle's delay (45 ms a message otherwise). Raises Trouble."""
    try:
        connection = socket.create_connection((address, port), timeout)
    except ConnectionRefusedError:
        raise Trouble(f"{address} 的 {port} 端口拒绝连接", "请确认 SSH 服务已启动、端口写得对") from None
    except TimeoutError:
        raise Trouble(
            f"{address} 的 {port} 端口在 {timeout:.0f} 秒内没有应答", "请确认主机开机、网络可达、防火墙放行审计机"
        ) from None
    except OSError as error:
        raise Trouble(f"连不上 {address} 的 {port} 端口（{error.strerror or error}）", "请检查地址和路由") from None
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def start_transport(
    connection: Any,
    seen: Observations,
    limits: Limits,
    until: float,
    *,
    legacy: bool,
    pinned_types: tuple[str, ...] = (),
) -> paramiko.Transport:
    """Exchange keys; nothing secret is sent. Notes what the server offers and what was agreed. Raises Trouble."""
    transport = _Transport(connection, disabled_algorithms=None if legacy else {"pubkeys": ["ssh-rsa"]})
    offer = algorithms(legacy=legacy, pinned_types=pinned_types)
    options = transport.get_security_options()
    options.kex, options.ciphers, options.digests = offer.kex, offer.ciphers, offer.macs
    options.key_types = offer.keys
    patience = max(0.1, min(limits.connect, until - time.monotonic()))
    transport.banner_timeout = transport.handshake_timeout = patience
    transport.auth_timeout = transport.channel_timeout = max(0.1, min(30.0, until - time.monotonic()))
    try:
        transport.start_client(timeout=patience)
        key = transport.get_remote_server_key()
    except (paramiko.SSHException, OSError, EOFError, ValueError, IndexError) as error:
        transport.close()
        _note_transport(transport, seen)
        raise _handshake_trouble(error, legacy=legacy) from None
    _note_transport(transport, seen)
    host_key = HostKey(key.get_name(), key.asbytes())
    seen.note(hostkey_type=host_key.type, hostkey_sha256=host_key.sha256)
    return transport


def _note_transport(transport: _Transport, seen: Observations) -> None:
    offered: dict[str, list[str]] = getattr(transport, "offered", {})
    if transport.remote_version:
        seen.note(server_version=transport.remote_version)
    for fact, key in (
        ("offers_kex", "kex_algo_list"),
        ("offers_hostkey", "server_key_algo_list"),
        ("offers_cipher", "server_encrypt_algo_list"),
        ("offers_mac", "server_mac_algo_list"),
    ):
        if key in offered:
            seen.note(**{fact: ",".join(offered[key])})
    if transport.agreed_kex:
        seen.note(kex=transport.agreed_kex, cipher=str(transport.remote_cipher))
        # An authenticated cipher (GCM) is its own integrity; the MAC in the lists is not used then.
        seen.note(mac="implicit" if "gcm" in str(transport.remote_cipher) else str(transport.remote_mac))


def _handshake_trouble(error: Exception, *, legacy: bool) -> Trouble:
    said = " ".join(clean(str(error) or type(error).__name__).split())[:120]
    if isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
        advice = (
            "目标的算法已被淘汰，无法连接"
            if legacy
            else "若确是老设备，请在资产上写 legacy-ssh: true（会记为问题），并计划升级"
        )
        return Trouble("目标不支持任何安全的 SSH 算法", advice)
    if isinstance(error, EOFError) or "banner" in str(error).lower():
        return Trouble(
            f"目标在 SSH 握手时断开或没有按 SSH 协议应答（{said}）",
            "请确认这个端口是 SSH 服务，且没有限制来源地址或连接数",
        )
    return Trouble(f"SSH 握手失败（{said}）", "请检查目标的 SSH 服务日志")


def host_key(transport: paramiko.Transport) -> HostKey:
    """The key the server proved to have."""
    key = transport.get_remote_server_key()
    return HostKey(key.get_name(), key.asbytes())


def check_host_key(transport: paramiko.Transport, asset: str, pins: Pins, seen: Observations) -> None:
    """Stop before any secret is sent, unless the key is the pinned one. Raises Trouble."""
    key = host_key(transport)
    state: PinState = pins.verify(asset, key)
    seen.note(hostkey=state)
    if state == "pinned":
        return
    transport.close()
    if state == "changed":
        raise Trouble(
            f"主机密钥与登记的不一致（现在是 {key.type} {key.sha256}），已停止，没有发送任何凭据",
            f"请先查明是重装系统还是有人冒充；确认后用 dengbao hostkeys forget {asset} 再重新登记",
        )
    raise Trouble(
        f"主机密钥还没有登记（{key.type} {key.sha256}），已停止，没有发送任何凭据",
        f"请在主机控制台核对指纹，然后用 dengbao hostkeys accept {asset} 登记",
    )


def authenticate(transport: paramiko.Transport, login: Login, keys: Keys, seen: Observations) -> None:
    """One attempt with one credential. Raises Rejected when the target says no, else Trouble."""
    secret = login.key or login.password
    if secret is None:
        raise Trouble(
            f"登录 {login.user} 没有写密钥也没有写口令", "请在 campus.yaml 的 logins 里补上 key 或 password 的引用"
        )
    attempt: Callable[[], list[str]]
    if login.key is not None:
        key = keys.load(login.key, login.passphrase)
        attempt = lambda: transport.auth_publickey(login.user, key)  # noqa: E731
    else:
        value = secret.resolve()
        attempt = lambda: transport.auth_password(login.user, value)  # noqa: E731
    seen.note(auth="publickey" if login.key else "password")
    try:
        more = attempt()
    except paramiko.BadAuthenticationType as error:
        allowed = ", ".join(clean(str(a)) for a in error.allowed_types)[:120]
        raise Trouble(
            f"目标不允许这种登录方式（允许：{allowed}）", "请换用密钥或口令登录，或调整目标的 SSH 设置"
        ) from None
    except paramiko.AuthenticationException as error:
        raise _rejection(error, login, secret, alive=transport.is_active()) from None
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise Trouble(
            f"登录时连接中断（{' '.join(clean(str(error)).split())[:120]}）", "请检查目标的 SSH 服务日志"
        ) from None
    if more:
        raise Trouble("目标在密钥或口令之外还要求别的验证", "请给审计账号配置单一的密钥登录")
    transport.sock.settimeout(_LOOK_UP)


def _rejection(error: Exception, login: Login, secret: Secret, *, alive: bool) -> Trouble:
    """A server that hangs up on a password has most likely rejected it; in doubt the credential rests."""
    if "timeout" in str(error).lower():
        return Trouble("目标没有在时限内回答登录请求", "请检查目标负载和它的认证服务（LDAP、域控）")
    if not alive and login.key is not None:
        return Trouble("登录时连接中断", "请检查目标的 SSH 服务日志")
    what = "密钥" if login.key is not None else "口令"
    return Rejected(
        f"目标拒绝了登录（用户 {login.user}，{what} {secret.reference}），只尝试了一次",
        "请核对用户名和凭据，并确认账号没有被锁定；本次运行不再使用这个凭据",
    )
