"""Light hosts: addresses that listen and say what printers, cameras and teachers' PCs say, all in one process.

Each has a network namespace of its own (made by the lab), so its traffic is a host's traffic. Every connection is
written down: what a scanner must not do to a printer can be proved not to have happened.

    python -m lab.light HOSTS.json JOURNAL.jsonl      # inside the lab's enclosure; ends with its input
"""

import ctypes
import json
import os
import selectors
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Literal, TextIO

from checks.model.base import Model

CLONE_NEWNET = 0x40000000
NAMESPACES = Path("/run/netns")
REQUEST_BYTES = 4096
OPEN_SECONDS = 20.0
"""A connection that nobody uses is closed after that time."""


class Listen(Model):
    """One port. `says` is sent on connecting, or after the first bytes came."""

    port: int
    protocol: Literal["tcp", "udp"] = "tcp"
    says: str = ""
    when: Literal["connect", "request"] = "connect"
    dhcp: str = ""
    """The address this port's DHCP server offers (port 67): a second DHCP server is planted so."""


class Light(Model):
    """What one light host listens on; the namespace has the host's name."""

    name: str
    address: str
    listens: tuple[Listen, ...]


class LightFile(Model):
    """The file the process is started with."""

    hosts: tuple[Light, ...]


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """The calling thread stands in a network namespace; sockets made there stay there."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    other = os.open(NAMESPACES / namespace, os.O_RDONLY)
    try:
        _enter(other)
        yield
    finally:
        _enter(own)
        os.close(own)
        os.close(other)


def _enter(descriptor: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"setns: {os.strerror(code)}")


class Hosts:
    """The event loop over every socket of every light host."""

    def __init__(self, journal: TextIO) -> None:
        self._journal = journal
        self._selector = selectors.DefaultSelector()
        self._open: dict[socket.socket, float] = {}

    def add(self, light: Light) -> None:
        """Open a host's ports in its namespace. Raises OSError when one cannot be opened."""
        with inside(light.name):
            for listen in light.listens:
                opened = _tcp(listen) if listen.protocol == "tcp" else _udp(listen, light.address)
                react = self._accept if listen.protocol == "tcp" else self._datagram
                self._selector.register(opened, selectors.EVENT_READ, partial(react, opened, light, listen))

    def run(self, until: TextIO) -> None:
        """Serve until `until` has come to its end."""
        running = True

        def end() -> None:
            nonlocal running
            running = bool(os.read(until.fileno(), 64))

        self._selector.register(until, selectors.EVENT_READ, end)
        while running:
            for ready, _ in self._selector.select(timeout=1.0):
                react: Callable[[], None] = ready.data
                with suppress(OSError):
                    react()
            self._close_idle()

    def _note(self, light: Light, listen: Listen, event: str, peer: str) -> None:
        record = {"at": time.time(), "host": light.name, "port": listen.port, "protocol": listen.protocol}
        self._journal.write(json.dumps({**record, "event": event, "peer": peer}) + "\n")
        self._journal.flush()

    def _accept(self, listener: socket.socket, light: Light, listen: Listen) -> None:
        connection, peer = listener.accept()
        connection.setblocking(False)
        self._note(light, listen, "connected", peer[0])
        self._open[connection] = time.monotonic() + OPEN_SECONDS
        self._selector.register(connection, selectors.EVENT_READ, partial(self._heard, connection, light, listen))
        if listen.when == "connect":
            connection.send(listen.says.encode())

    def _heard(self, connection: socket.socket, light: Light, listen: Listen) -> None:
        try:
            data = connection.recv(REQUEST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._note(light, listen, f"received {len(data)}", connection.getpeername()[0])
            if listen.when == "request":
                connection.send(listen.says.encode())
        if not data or listen.when == "request":
            self._close(connection)

    def _datagram(self, opened: socket.socket, light: Light, listen: Listen) -> None:
        data, peer = opened.recvfrom(REQUEST_BYTES)
        self._note(light, listen, f"received {len(data)}", peer[0])
        if listen.dhcp:
            answer = offer(data, server=light.address, offered=listen.dhcp)
            if answer:
                opened.sendto(answer, ("255.255.255.255", 68))
        elif listen.says:
            opened.sendto(listen.says.encode(), peer)

    def _close_idle(self) -> None:
        now = time.monotonic()
        for connection in [c for c, end in self._open.items() if end < now]:
            self._close(connection)

    def _close(self, connection: socket.socket) -> None:
        self._open.pop(connection, None)
        self._selector.unregister(connection)
        connection.close()


def _tcp(listen: Listen) -> socket.socket:
    opened = socket.create_server(("", listen.port), backlog=64)
    opened.setblocking(False)
    return opened


def _udp(listen: Listen, address: str) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    if listen.dhcp:  # broadcasts leave by the one interface, whatever routes there are
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
    opened.bind(("" if listen.dhcp else address, listen.port))
    opened.setblocking(False)
    return opened


_COOKIE = b"\x63\x82\x53\x63"
_DISCOVER = b"\x35\x01\x01"


def offer(request: bytes, *, server: str, offered: str) -> bytes:
    """The DHCPOFFER (RFC 2131) to a DHCPDISCOVER; empty for anything else."""
    if len(request) < 240 or request[0] != 1 or request[236:240] != _COOKIE or _DISCOVER not in request[240:]:
        return b""
    here = socket.inet_aton(server)
    head = b"\x02\x01\x06\x00" + request[4:8] + b"\x00\x00\x80\x00" + bytes(4) + socket.inet_aton(offered) + here
    options = b"\x35\x01\x02" + b"\x36\x04" + here + b"\x33\x04\x00\x00\x0e\x10" + b"\x01\x04\xff\xff\xff\x00"
    return head + bytes(4) + request[28:44] + bytes(192) + _COOKIE + options + b"\x03\x04" + here + b"\xff"


def main(hosts_file: str, journal_file: str) -> None:
    """Play the hosts of a file until standard input ends. Prints `ready` once every port is open."""
    hosts = LightFile.model_validate_json(Path(hosts_file).read_bytes())
    with Path(journal_file).open("a", encoding="utf-8") as journal:
        played = Hosts(journal)
        for light in hosts.hosts:
            played.add(light)
        print("ready", flush=True)
        played.run(sys.stdin)


if __name__ == "__main__":
    main(*sys.argv[1:3])
