"""Listening sockets, from `ss -tulnp` or, where ss is missing, from /proc/net: what is offered, and to whom."""

import ipaddress
import re
from collections.abc import Iterator

from checks.facts.text import Options, files, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record

_STATES = ("LISTEN", "UNCONN")
_PROCESS = re.compile(r'\("([^"]{1,64})",')
_HEX = re.compile(r"([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})\Z")
_KERNEL_STATES = {"tcp": "0A", "udp": "07"}
"""include/net/tcp_states.h: listening; unconnected."""


def listeners(text: str, options: Options) -> Parsed:
    """Records: proto, address, port, key (`tcp/22`), scope (`local` or `exposed`), process (names, when root saw them)."""
    all_lines = split_lines(text)
    body = _of_proc(all_lines) if all_lines and all_lines[0].startswith("==> /proc/net/") else _of_ss(all_lines)
    return Parsed(lines=all_lines, records=tuple(body))


def _of_ss(all_lines: tuple[str, ...]) -> Iterator[Record]:
    for number, line in enumerate(all_lines, start=1):
        cells = line.split(None, 6)
        if not cells or cells[0] == "Netid":
            continue
        if len(cells) < 6 or cells[0] not in _KERNEL_STATES or cells[1] not in _STATES:
            raise ParseError(f"第 {number} 行不是监听的套接字")
        address, _, port = cells[4].rpartition(":")
        if not (port.isascii() and port.isdigit()):
            raise ParseError(f"第 {number} 行没有端口号")
        processes = tuple(dict.fromkeys(_PROCESS.findall(cells[6]))) if len(cells) > 6 else ()
        yield _record(number, cells[0], address.strip("[]"), port, processes)


def _of_proc(all_lines: tuple[str, ...]) -> Iterator[Record]:
    for path, number, line in files(all_lines):
        proto = path.rpartition("/")[2].removesuffix("6")
        cells = line.split(None, 4)
        if not cells or cells[0] == "sl":
            continue
        place = _HEX.match(cells[1]) if len(cells) > 3 and proto in _KERNEL_STATES else None
        if place is None:
            raise ParseError(f"第 {number} 行不是 /proc/net 的一行")
        if cells[3] == _KERNEL_STATES[proto]:
            yield _record(number, proto, _address(place[1]), str(int(place[2], 16)), ())


def _record(number: int, proto: str, address: str, port: str, processes: tuple[str, ...]) -> Record:
    fields: dict[str, FieldValue] = {
        "proto": proto,
        "address": address,
        "port": port,
        "key": f"{proto}/{port}",
        "scope": "local" if _is_local(address) else "exposed",
    }
    if processes:
        fields["process"] = processes
    return Record(fields, number)


def _address(text: str) -> str:
    """The kernel writes addresses as 32-bit words in the machine's order (little-endian wherever this runs)."""
    words = [bytes.fromhex(text[at : at + 8])[::-1] for at in range(0, len(text), 8)]
    return str(ipaddress.ip_address(b"".join(words)))


def _is_local(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return ip.is_loopback or bool(mapped and mapped.is_loopback)
