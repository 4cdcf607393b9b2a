"""The devices on the network: one listening socket each, all in one process; a thread for each open session."""

import codecs
import logging
import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import paramiko
from paramiko import common

from lab.simulator.device import Account, Device
from lab.simulator.shell import Shell
from lab.simulator.terminal import HangUp

LOG = "lab.simulator"
# What clients do wrong is theirs to tell.
logging.getLogger(LOG).addHandler(logging.NullHandler())
logging.getLogger(LOG).propagate = False

HANDSHAKE_SECONDS = 30.0
IDLE_SECONDS = 300.0
OLD_KEX = ("diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1")
NEW_KEX = ("ecdh-sha2-nistp256", "diffie-hellman-group14-sha256")


@dataclass(frozen=True)
class Place:
    """Where a device answers, and what it was asked (one line a command, in order)."""

    address: str
    port: int
    host_key: paramiko.PKey
    asked: list[str] = field(default_factory=list)


class Simulator:
    """Plays any number of devices until it is closed."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._sessions: set[paramiko.Transport] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="simulator", daemon=True)
        self._thread.start()

    def start(self, device: Device, address: str = "127.0.0.1", port: int = 0) -> Place:
        """Let a device answer at `address`; port 0: a free one."""
        key: paramiko.PKey = (
            paramiko.RSAKey.generate(2048) if device.behaviour.old_algorithms else paramiko.ECDSAKey.generate(bits=256)
        )
        listener = socket.create_server((address, port), backlog=16)
        place = Place(address, listener.getsockname()[1], key)
        self._selector.register(listener, selectors.EVENT_READ, _Played(device, place))
        self._wake.send(b".")
        return place

    def close(self) -> None:
        """End every session and stop listening."""
        self._stopping.set()
        self._wake.send(b".")
        self._thread.join(timeout=5)
        with self._lock:
            sessions = tuple(self._sessions)
        for session in sessions:
            session.close()
        for registered in list(self._selector.get_map().values()):
            registered.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()
        self._wake.close()

    def __enter__(self) -> "Simulator":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            for registered, _ in self._selector.select():
                if registered.data is None:
                    self._woken.recv(64)
                    continue
                with suppress(OSError):
                    connection, _ = registered.fileobj.accept()  # type: ignore[union-attr]
                    args = (registered.data, connection)
                    threading.Thread(target=self._serve, args=args, daemon=True).start()

    def _serve(self, played: "_Played", connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = paramiko.Transport(connection)
        transport.set_log_channel(LOG)
        with self._lock:
            self._sessions.add(transport)
        try:
            played.serve(transport)
        except (paramiko.SSHException, EOFError, OSError, HangUp):
            pass
        finally:
            transport.close()
            with self._lock:
                self._sessions.discard(transport)


class _Played:
    """A device at its place: counts its sessions."""

    def __init__(self, device: Device, place: Place) -> None:
        self._device = device
        self._place = place
        self._lock = threading.Lock()
        self._online = 0

    def serve(self, transport: paramiko.Transport) -> None:
        """One connection from key exchange to its end."""
        door = _Door(self._device)
        options = transport.get_security_options()
        options.kex = OLD_KEX if self._device.behaviour.old_algorithms else NEW_KEX
        if self._device.behaviour.old_algorithms:
            options.key_types = ("ssh-rsa",)
            options.ciphers = ("aes128-cbc", "3des-cbc")
            options.digests = ("hmac-sha1",)
        transport.banner_timeout = transport.handshake_timeout = HANDSHAKE_SECONDS
        transport.add_server_key(self._place.host_key)
        transport.start_server(server=door)
        channel = transport.accept(HANDSHAKE_SECONDS)
        if channel is None or door.account is None or not door.asked.wait(HANDSHAKE_SECONDS):
            return
        with self._lock:
            self._online += 1
            online = self._online
        try:
            self._play(channel, door, online)
        finally:
            with self._lock:
                self._online -= 1
            channel.close()

    def _play(self, channel: paramiko.Channel, door: "_Door", online: int) -> None:
        wire = _ChannelWire(channel, self._device.encoding)
        if online > self._device.behaviour.sessions:
            wire.write(self._device.talk.full.replace("\n", "\r\n"))
            return
        assert door.account is not None  # noqa: S101  (serve has looked)
        shell = Shell(self._device, door.account, wire, self._place.asked.append, online)
        play: Callable[[], None] = shell.run if door.command is None else lambda: shell.answer(door.command or "")
        play()
        with suppress(OSError):
            channel.send_exit_status(0)


class _ChannelWire:
    """A channel as a stream of characters."""

    def __init__(self, channel: paramiko.Channel, encoding: str) -> None:
        self._channel = channel
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._waiting = ""
        channel.settimeout(IDLE_SECONDS)

    def read(self) -> str:
        while not self._waiting:
            data = self._channel.recv(4096)
            if not data:
                raise HangUp
            self._waiting = self._decoder.decode(data)
        key, self._waiting = self._waiting[0], self._waiting[1:]
        return key

    def write(self, text: str) -> None:
        self._channel.sendall(text.encode(self._encoding, "replace"))


class _Door(paramiko.ServerInterface):
    """Who comes in, and what they ask for: a shell, or one command."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.account: Account | None = None
        self.command: str | None = None
        self.asked = threading.Event()

    def get_banner(self) -> tuple[str | None, str | None]:
        return (self._device.banner, "zh-CN") if self._device.banner else (None, None)

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        account = self._device.accounts.get(username)
        if account is None or account.password != password:
            return common.AUTH_FAILED
        self.account = account
        return common.AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        if kind == "session":
            return common.OPEN_SUCCEEDED
        return common.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_pty_request(self, *args: Any) -> bool:
        return True

    def check_channel_window_change_request(self, *args: Any) -> bool:
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        self.asked.set()
        return True

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        self.command = command.decode(self._device.encoding, "replace")
        self.asked.set()
        return True
