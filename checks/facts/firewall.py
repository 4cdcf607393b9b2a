"""Whether the host's own firewall keeps out what it was not told to let in."""

from checks.facts.filter_iptables import iptables_chains
from checks.facts.filter_nft import nft_chains
from checks.facts.filter_rules import Chain, Family, Probe, Reach, TooLongError, reach
from checks.facts.text import files
from checks.facts.values import Entry, Parsed, ParseError

OTHER_PORTS = (47113, 8913)
"""Ports no service is known by: what happens to them happens to every port no rule names."""
_ORDER: tuple[Reach, ...] = ("open", "unclear", "limited", "closed")
_IPTABLES: dict[str, Family] = {"/iptables": "ip", "/ip6tables": "ip6"}
_UNREADABLE = {
    "missing": "内核里有防火墙规则的模块，但没有读规则的命令（nft 或 iptables-save），看不到规则",
    "unknown": "不知道内核有没有 nf_tables，为免装入模块没有查",
}


def host_firewall(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries: default (open, unclear, limited, closed: what happens to a port no rule names), ssh (port 22 alike).

    Both families count where IPv6 is in use; the laxer one is told.
    """
    ((_, parsed),) = parts
    chains, families = rule_set(parsed)
    asked = {"default": OTHER_PORTS, "ssh": (22,)}
    found = {key: weakest(chains, families, ports)[0] for key, ports in asked.items()}
    lines = (f"没有点名的端口：{found['default']}；22 端口：{found['ssh']}；看了 {len(chains)} 条链",)
    return Parsed(lines=lines, entries={key: (Entry(value, 1),) for key, value in found.items()})


def weakest(
    chains: dict[str, Chain], families: tuple[Family, ...], ports: tuple[int, ...]
) -> tuple[Reach, tuple[str, ...]]:
    """The laxest answer over families and ports, and its sources when it is `limited`. Raises ParseError."""
    try:
        every = [reach(chains, Probe(port, family)) for port in ports for family in families]
    except TooLongError as error:
        raise ParseError(str(error)) from None
    answer = min((one for one, _ in every), key=_ORDER.index)
    sources = tuple(dict.fromkeys(s for one, listed in every if one == answer for s in listed))
    return answer, sources


def rule_set(parsed: Parsed) -> tuple[dict[str, Chain], tuple[Family, ...]]:
    """Every chain of the host's firewall, and the families in use. Raises ParseError when some of it was not seen."""
    sections: dict[str, list[str]] = {}
    for path, _, line in files(parsed.lines):
        sections.setdefault(path, []).append(line)
    texts = {path: "\n".join(body).strip() for path, body in sections.items()}
    if "/ipv6" not in texts or "/nft" not in texts:
        raise ParseError("防火墙的输出不全")
    for text in texts.values():
        if text in _UNREADABLE:
            raise ParseError(_UNREADABLE[text])
    chains: dict[str, Chain] = {}
    better = set()
    for path, family in _IPTABLES.items():
        for name in (path, f"{path}-nft"):
            own = iptables_chains(texts.get(name, ""), family, name)
            chains |= own
            if own and name.endswith("-nft"):
                better.add((family, "filter"))
    if texts["/nft"] != "none":
        chains |= nft_chains(texts["/nft"], frozenset(better))
    return chains, ("ip", "ip6") if texts["/ipv6"] == "on" else ("ip",)
