"""From where one login path of sshd can be reached: listening addresses, host firewall, TCP Wrappers, AllowUsers."""

import ipaddress
import re
from collections.abc import Iterable

from checks.facts.filter_rules import Family, Network, network
from checks.facts.firewall import rule_set, weakest
from checks.facts.tcp_wrappers import library_used, wrapped
from checks.facts.values import Entry, Parsed, ParseError

METHODS = (
    "passwordauthentication",
    "pubkeyauthentication",
    "kbdinteractiveauthentication",
    "challengeresponseauthentication",
    "gssapiauthentication",
    "hostbasedauthentication",
)
_LISTEN = re.compile(r"\[?([0-9A-Fa-f.:]{2,45})(?:%[^\]:]{1,16})?\]?:(\d{1,5})\Z")
_PREFIX = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,2})\.(?:\*(?:\.\*){0,2})?\Z")
Groups = dict[str, tuple[str, ...]]
"""What limits (in words) → the sources it lets in."""


def ssh_sources(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries: limited (yes, no; by-address: only by the address it listens on), and by each limit `source` entries
    (`limit TAB source`). Where nothing provably limits and something could not be seen: ParseError saying what.

    Sources: sshd (effective), firewall, tcp-wrappers.
    """
    sshd, firewall, wrappers = (parsed for _, parsed in parts)
    listening = _listening(sshd)
    groups: Groups = {}
    unclear: list[str] = []
    if not listening or _no_login(sshd):
        groups["这条路径不能从网络登录"] = ()
    else:
        _by_firewall(firewall, listening, groups, unclear)
        _by_wrappers(wrappers, groups, unclear)
        _by_users(sshd, groups)
    addresses = [address for address, _ in listening]
    own = not any(ipaddress.ip_address(address).is_unspecified for address in addresses)
    if not groups and unclear:
        raise ParseError("；".join(unclear))
    limited = "yes" if groups else "by-address" if own else "no"
    if own and addresses:
        groups["监听地址"] = tuple(addresses)
    rows = [f"{limit}\t{source}" for limit, sources in groups.items() for source in sources or ("",)]
    lines = (f"能从哪里连：{limited}", *rows)
    entries: dict[str, tuple[Entry, ...]] = {"limited": (Entry(limited, 1),)}
    if rows:
        entries["source"] = tuple(Entry(row, number) for number, row in enumerate(rows, start=2))
    return Parsed(lines=lines, entries=entries)


def ssh_sources_in_zones(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entry inside: whether some limit lets in sources of the declared management zones only.

    Sources: ssh-sources, declared-management-zones. A limit whose sources cannot be told (a set, a host name) leaves it
    open: ParseError.
    """
    (_, found), (_, zones) = parts
    wide = [n for r in zones.records or () if (n := network(str(r.fields["cidr"])))]
    groups: dict[str, list[str]] = {}
    for entry in found.entries.get("source", ()):
        limit, _, source = entry.value.partition("\t")
        groups.setdefault(limit, []).extend([source] if source else [])
    blurred = []
    for limit, sources in groups.items():
        inside = [_inside(source, wide) for source in sources]
        if all(inside):
            line = f"{limit}：来源都在管理区里（{'、'.join(sources[:10]) or '无'}）"
            return Parsed(lines=(line,), entries={"inside": (Entry("yes", 1),)})
        if False not in inside:
            blurred += [source for source, answer in zip(sources, inside, strict=True) if answer is None]
    if blurred:
        raise ParseError(f"看不出这些来源是哪些地址：{'、'.join(blurred[:5])}")
    line = "；".join(f"{limit}：{'、'.join(sources[:10])}" for limit, sources in groups.items()) or "没有限制来源"
    return Parsed(lines=(f"超出管理区：{line}",), entries={"inside": (Entry("no", 1),)})


def _values(parsed: Parsed, key: str) -> list[str]:
    return [word for entry in parsed.entries.get(key, ()) for word in entry.value.split()]


def _listening(sshd: Parsed) -> list[tuple[str, int]]:
    """(address, port) other machines may reach. Raises ParseError when sshd does not say where it listens."""
    found = [_LISTEN.match(word) for word in _values(sshd, "listenaddress")]
    places = [(match[1], int(match[2])) for match in found if match and network(match[1])]
    if not places or len(places) < len(found):
        raise ParseError("sshd -T 没有说清楚听在哪里")
    return [place for place in places if not ipaddress.ip_address(place[0]).is_loopback]


def _no_login(sshd: Parsed) -> bool:
    words = [_values(sshd, method) for method in METHODS]
    return any(words) and all(value == ["no"] for value in words if value)


def _by_firewall(parsed: Parsed, listening: list[tuple[str, int]], groups: Groups, unclear: list[str]) -> None:
    try:
        chains, in_use = rule_set(parsed)
        wanted: set[Family] = {"ip6" if ":" in address else "ip" for address, _ in listening}
        families = tuple(family for family in in_use if family in wanted)
        ports = tuple(sorted({port for _, port in listening}))
        answer, sources = weakest(chains, families, ports) if families else ("closed", ())
    except ParseError as error:
        unclear.append(str(error))
        return
    if answer in ("limited", "closed"):
        groups["主机防火墙"] = sources
    elif answer == "unclear":
        unclear.append("主机防火墙的规则里有看不懂的条件，不能断定谁能连")


def _by_wrappers(parsed: Parsed, groups: Groups, unclear: list[str]) -> None:
    said, used = wrapped(parsed, "sshd"), library_used(parsed)
    if used == "no" or said.limited == "no":
        return
    if used == "yes" and said.limited == "yes":
        groups["hosts.allow"] = said.sources
    else:
        unclear.append("hosts.allow、hosts.deny 写了限制，但看不出 sshd 用不用或者限制了谁")


def _by_users(sshd: Parsed, groups: Groups) -> None:
    hosts = [word.rpartition("@")[2] if "@" in word else "*" for word in _values(sshd, "allowusers")]
    if hosts and not {"*", "*.*", "0.0.0.0/0", "::/0"} & set(hosts):
        groups["AllowUsers"] = tuple(dict.fromkeys(hosts))


def _inside(source: str, wide: Iterable[Network]) -> bool | None:
    """Whether a source lies in one of the networks; None when it is not known which addresses it is."""
    small = _networks(source)
    if small is None:
        return None
    return all(any(n.version == w.version and n.subnet_of(w) for w in wide) for n in small)  # type: ignore[arg-type]


def _networks(text: str) -> tuple[Network, ...] | None:
    """Addresses as firewalls, hosts.allow (`10.1.0.`) and AllowUsers (`10.1.0.*`) write them."""
    if found := _PREFIX.match(text):
        octets = found[1].split(".")
        text = ".".join(octets + ["0"] * (4 - len(octets))) + f"/{8 * len(octets)}"
    plain = network(text.replace("[", "").replace("]", ""))
    if plain is not None:
        return (plain,)
    first, _, last = text.partition("-")
    try:
        return tuple(ipaddress.summarize_address_range(ipaddress.ip_address(first), ipaddress.ip_address(last)))
    except (ValueError, TypeError):
        return None
