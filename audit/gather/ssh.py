"""Gathering from a server over SSH: one connection, one channel, one batch."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from audit.gather.batch import Batch
from audit.gather.become import opening
from audit.gather.context import Context
from audit.gather.outcome import collected, failed, log_end, log_start, now, parameters, transport_fact
from audit.gather.session import Conversation, Talk
from audit.gather.sshlib import paramiko
from audit.gather.target import Bastion, Login, Target
from audit.gather.transport import (
    Keys,
    Observations,
    authenticate,
    check_host_key,
    connect_socket,
    hang_up,
    start_transport,
)
from audit.gather.trouble import Trouble
from checks.model.fact import Collection

_QUIET_AFTER_EXIT = 1.0
"""Seconds without output after the shell has ended: a left-over background process must not hold the session."""


class ChannelWire:
    """A paramiko channel as a wire: one event for both outputs."""

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel
        self._event = threading.Event()
        channel.in_buffer.set_event(self._event)
        channel.in_stderr_buffer.set_event(self._event)

    def send(self, data: bytes, timeout: float) -> None:
        self._channel.settimeout(timeout)
        self._channel.sendall(data)

    def finish(self) -> None:
        self._channel.shutdown_write()

    def receive(self, timeout: float) -> tuple[bool, bytes] | None:
        until = time.monotonic() + timeout
        while True:
            exited = self._channel.exit_status_ready()
            over = self._channel.closed or self._channel.eof_received
            if self._channel.recv_ready():
                return False, self._channel.recv(65_536)
            if self._channel.recv_stderr_ready():
                return True, self._channel.recv_stderr(65_536)
            if over:
                return None
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if not self._event.wait(min(left, _QUIET_AFTER_EXIT)) and exited:
                return None

    def close(self) -> None:
        self._channel.close()


class Bastions:
    """Logged-in bastions, each connected once per run and shared by every target behind it."""

    def __init__(self, context: Context, keys: Keys) -> None:
        self._context = context
        self._keys = keys
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._known: dict[str, paramiko.Transport | Trouble] = {}

    def connect(self, bastion: Bastion, address: str, port: int, until: float) -> paramiko.Channel:
        """A channel from the bastion to `address:port`, to be used as a socket. Raises Trouble."""
        transport = self._transport(bastion, until)
        wait = max(0.1, min(self._context.limits.connect, until - time.monotonic()))
        try:
            return transport.open_channel("direct-tcpip", (address, port), ("127.0.0.1", 0), timeout=wait)
        except (paramiko.SSHException, OSError, EOFError):
            raise Trouble(
                f"经堡垒机 {bastion.asset} 连不上 {address} 的 {port} 端口", "请确认堡垒机能到达它，并允许 TCP 转发"
            ) from None

    def _transport(self, bastion: Bastion, until: float) -> paramiko.Transport:
        with self._lock:
            lock = self._locks.setdefault(bastion.asset, threading.Lock())
        with lock:
            known = self._known.get(bastion.asset)
            if known is None:
                known = self._known[bastion.asset] = self._open(bastion, until)
        if isinstance(known, Trouble):
            raise Trouble(f"堡垒机 {bastion.asset} 用不了：{known.fault}", known.advice)
        if not known.is_active():
            raise Trouble(f"与堡垒机 {bastion.asset} 的连接中断", "请检查堡垒机后重新运行")
        return known

    def _open(self, bastion: Bastion, until: float) -> paramiko.Transport | Trouble:
        seen = Observations(legacy=bastion.legacy_ssh)
        try:
            return login(bastion, bastion.login, seen, self._context, self._keys, self, until)
        except Trouble as trouble:
            return trouble

    def close(self) -> None:
        """Log out of every bastion."""
        for known in self._known.values():
            if isinstance(known, paramiko.Transport):
                known.close()


def login(
    host: Target | Bastion,
    as_user: Login,
    seen: Observations,
    context: Context,
    keys: Keys,
    bastions: Bastions,
    until: float,
) -> paramiko.Transport:
    """Connect, check the host key, authenticate once. What was learned on the way is in `seen`. Raises Trouble."""
    limits = context.limits
    if host.bastion is not None:
        connection: Any = bastions.connect(host.bastion, host.address, host.port, until)
    else:
        connection = connect_socket(host.address, host.port, max(0.1, min(limits.connect, until - time.monotonic())))
    if isinstance(host, Target):
        context.stops.add(host.asset, partial(hang_up, connection))
    types = context.pins.types(host.asset)
    transport = start_transport(connection, seen, limits, until, legacy=host.legacy_ssh, pinned_types=types)
    try:
        check_host_key(transport, host.asset, context.pins, seen)
        with context.credentials.turn(as_user.credential, host.asset, until):
            transport.auth_timeout = max(0.1, min(30.0, until - time.monotonic()))
            authenticate(transport, as_user, keys, seen)
    except BaseException:
        transport.close()
        raise
    return transport


def gather_ssh(target: Target, batch: Batch, context: Context, keys: Keys, bastions: Bastions) -> Collection:
    """The collection of one server. Failures are values: the collection says what happened."""
    started, until = now(), context.until(target)
    seen = Observations(legacy=target.legacy_ssh)
    log_start(target, batch, context)
    talk: Talk | None = None
    trouble: Trouble | None = None
    nonce = ""
    try:
        talk, nonce = _converse(target, batch, context, keys, bastions, seen, until)
    except Trouble as error:
        trouble = error
    except (paramiko.SSHException, OSError, EOFError):
        trouble = Trouble("连接中断", "请检查目标的 SSH 服务和网络后重新采集")
    except Exception as error:  # noqa: BLE001  (a fault on one asset is a value; what was learned of it is kept)
        trouble = Trouble(f"采集程序出错（{type(error).__name__}）", "请把这条信息和操作日志一起反馈给维护者")
    extra = (transport_fact(target, seen.text(), started, reached="server-version" in seen),)
    done = _outcome(target, batch, talk, nonce, trouble, started, extra)
    log_end(target, batch, context, done, talk)
    return done


def _outcome(
    target: Target,
    batch: Batch,
    talk: Talk | None,
    nonce: str,
    trouble: Trouble | None,
    started: datetime,
    extra: tuple[Any, ...],
) -> Collection:
    if talk is not None:
        return collected(target, batch, talk, nonce, started, extra)
    return failed(target, batch, trouble or Trouble("没有采集", "请重新运行"), started, extra)


def _converse(
    target: Target,
    batch: Batch,
    context: Context,
    keys: Keys,
    bastions: Bastions,
    seen: Observations,
    until: float,
) -> tuple[Talk, str]:
    if target.login is None:
        raise Trouble("没有写用哪个登录", "请在 campus.yaml 的 access 里写 login")
    transport = login(target, target.login, seen, context, keys, bastions, until)
    try:
        begin = opening(target.become, batch.digest)
        channel = transport.open_session(timeout=max(0.1, until - time.monotonic()))
        if begin.tty:
            channel.get_pty(term="dumb", width=200)
        # On a terminal gzip refuses to write.
        values = parameters(target, context, until, quiet=begin.tty).model_copy(update={"plain": begin.tty})
        script = batch.helper_input(values) if begin.helper else batch.script(values).encode()
        turn: Callable[[], Any] = partial(
            context.credentials.turn, target.become.credential(target.login.user), target.asset, until
        )
        run = partial(channel.exec_command, begin.command)
        wire, sent = ChannelWire(channel), context.waiting.set
        talk = Conversation(wire, begin, target.become, context.limits, until, turn, run, sent).run(script)
        return talk, values.nonce
    finally:
        transport.close()
