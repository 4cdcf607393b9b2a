"""What the kernel does on each interface, `all` and the interface's own switch taken together as the kernel does.

Sources: Linux include/linux/inetdevice.h (IN_DEV_ANDCONF, IN_DEV_ORCONF, IN_DEV_MAXCONF), net/ipv6/ndisc.c and
ip-sysctl.rst. IPv6 switches of `all` are only copied when written, so there the interface's own value counts.
"""

import re
from collections.abc import Mapping

from checks.facts.text import Options, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record

_ROW = re.compile(r"(ipv4|ipv6)\t([^\t]{1,16})\t([a-z0-9_]{1,40})\t(-?\d{1,9})\Z")
Switches = Mapping[str, int]


def network_parameters(text: str, options: Options) -> Parsed:
    """Records: interface, family, and yes/no: redirects, source-route, send-redirects, advertisements; rp-filter 0-2.

    A field is left out where a switch it depends on was not read. Interfaces on which IPv6 is off are left out.
    """
    all_lines = split_lines(text)
    seen: dict[tuple[str, str], dict[str, int]] = {}
    first: dict[tuple[str, str], int] = {}
    for number, line in enumerate(all_lines, start=1):
        row = _ROW.match(line)
        if row is None:
            raise ParseError(f"第 {number} 行不是网络参数")
        place = (row[1], row[2])
        seen.setdefault(place, {})[row[3]] = int(row[4])
        first.setdefault(place, number)
    if ("ipv4", "all") not in seen:
        raise ParseError("没有 IPv4 的 all 参数")
    records = []
    for (family, name), own in seen.items():
        if name in ("all", "default") or own.get("disable_ipv6") == 1:
            continue
        both = seen.get((family, "all"), {})
        fields: dict[str, FieldValue] = {"family": family, "interface": name}
        fields |= _ipv4(both, own) if family == "ipv4" else _ipv6(own)
        records.append(Record(fields, first[(family, name)]))
    return Parsed(lines=all_lines, records=tuple(records))


def _ipv4(both: Switches, own: Switches) -> dict[str, str]:
    found: dict[str, str] = {}

    def pair(key: str) -> tuple[int, int] | None:
        return (both[key], own[key]) if key in both and key in own else None

    redirects = pair("accept_redirects")
    if redirects and "forwarding" in own:
        found["redirects"] = _word(all(redirects) if own["forwarding"] else any(redirects))
    if route := pair("accept_source_route"):
        found["source-route"] = _word(all(route))
    if sent := pair("send_redirects"):
        found["send-redirects"] = _word(any(sent))
    if filtered := pair("rp_filter"):
        found["rp-filter"] = str(max(filtered))
    return found


def _ipv6(own: Switches) -> dict[str, str]:
    found: dict[str, str] = {}
    forwarding = own.get("forwarding")
    if forwarding is None:
        return found
    if "accept_redirects" in own:
        found["redirects"] = _word(not forwarding and own["accept_redirects"] != 0)
    if "accept_ra" in own:
        found["advertisements"] = _word(own["accept_ra"] == 2 if forwarding else own["accept_ra"] != 0)
    return found


def _word(yes: bool) -> str:
    return "yes" if yes else "no"
