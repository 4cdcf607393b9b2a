"""Listening sockets from `ss -H -tuln`: what is offered, and whether to more than this machine."""

import ipaddress
import re

from checks.facts.text import Options, split_lines
from checks.facts.values import Parsed, ParseError, Record

_STATES = {"LISTEN": "tcp", "UNCONN": "udp"}
_PROCESS = re.compile(r'\(\("([^"]{1,64})"')


def listeners(text: str, options: Options) -> Parsed:
    """Records: proto, address, port, key (`tcp/22`), scope (`local` or `exposed`), process (when root saw it)."""
    all_lines = split_lines(text)
    return Parsed(
        lines=all_lines,
        records=tuple(_record(number, line) for number, line in enumerate(all_lines, start=1) if line.strip()),
    )


def _record(number: int, line: str) -> Record:
    cells = line.split()
    if len(cells) < 5 or cells[0] not in ("tcp", "udp") or cells[1] not in _STATES:
        raise ParseError(f"第 {number} 行不是监听的套接字")
    address, _, port = cells[4].rpartition(":")
    if not port.isdigit():
        raise ParseError(f"第 {number} 行没有端口号")
    fields = {
        "proto": cells[0],
        "address": address,
        "port": port,
        "key": f"{cells[0]}/{port}",
        "scope": "local" if _is_local(address) else "exposed",
    }
    process = _PROCESS.search(line)
    if process:
        fields["process"] = process[1]
    return Record(fields, number)


def _is_local(address: str) -> bool:
    bare = address.strip("[]").partition("%")[0]
    try:
        ip = ipaddress.ip_address(bare)
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return ip.is_loopback or bool(mapped and mapped.is_loopback)
