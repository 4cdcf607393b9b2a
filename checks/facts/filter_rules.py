"""Packet filter rules as data, and which sources they let reach a port: what nft and iptables have in common.

A rule is asked with one probe: a new TCP connection from another machine to a port of this one. The answer is an upper
bound: a condition that is not understood may hold or not, so it never turns «anybody» into «nobody».
"""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Verdict = Literal["accept", "drop", "return", "jump", "goto", "none"]
Match = Literal["yes", "no", "maybe"]
Reach = Literal["open", "limited", "closed", "unclear"]
Family = Literal["ip", "ip6"]
STRICTEST_FIRST: tuple[Reach, ...] = ("closed", "limited", "unclear")
MAX_STEPS = 20_000
"""Rules looked at for one probe; a rule set that needs more is not understood."""


class TooLongError(ValueError):
    """The rule set has no end within reason: chains that jump into each other."""


@dataclass(frozen=True)
class Probe:
    """A new TCP connection to this port by IPv4 or IPv6."""

    port: int
    family: Family


@dataclass(frozen=True)
class Rule:
    """One rule. `ports`: ranges it names (None: any); `sources`: where from (None: anywhere)."""

    verdict: Verdict
    target: str = ""
    family: Family | Literal[""] = ""
    ports: tuple[tuple[int, int], ...] | None = None
    other_ports: bool = False
    """The ports are those it does not mean."""
    sources: tuple[str, ...] | None = None
    other_sources: bool = False
    """The sources are those it does not mean."""
    never: bool = False
    """It does not concern a new TCP connection from another machine (loopback, established, UDP, broadcast)."""
    local_part: bool = False
    """It concerns one of this machine's interfaces or addresses only: accepting opens, dropping may not close."""
    sometimes: bool = False
    """It has a condition that is not understood."""
    rated: bool = False
    """Its condition is a rate: accepting counts, dropping does not keep anybody out."""

    def match(self, probe: Probe) -> Match:
        """Whether the rule concerns the probe, its sources left aside."""
        if self.never or (self.family and self.family != probe.family):
            return "no"
        if self.ports is not None and self.other_ports == any(a <= probe.port <= b for a, b in self.ports):
            return "no"
        return "maybe" if self.sometimes else "yes"


@dataclass(frozen=True)
class Chain:
    """A chain. `policy` is set on base chains of the input hook only: what happens at its end."""

    rules: tuple[Rule, ...]
    policy: Literal["accept", "drop", ""] = ""
    family: Family | Literal[""] = ""


@dataclass
class _Walk:
    """Where a probe got to. `left` is None for anybody, else the only sources that still go on; [] when none does."""

    chains: Mapping[str, Chain]
    probe: Probe
    accepted: list[tuple[str, ...] | None] = field(default_factory=list)
    unsure: list[tuple[str, ...] | None] = field(default_factory=list)
    shadowed: bool = False
    """A drop that may or may not happen came before."""
    steps: int = 0


Left = tuple[str, ...] | None
NOBODY: tuple[str, ...] = ()


def reach(chains: Mapping[str, Chain], probe: Probe) -> tuple[Reach, tuple[str, ...]]:
    """Who reaches the probe's port, and when limited: the sources. No chain on the input hook: anybody."""
    found = [
        _base(chains, name, chain, probe)
        for name, chain in chains.items()
        if chain.policy and chain.family in ("", probe.family)
    ]
    # A packet must pass every base chain: the strictest answer counts.
    for wanted in STRICTEST_FIRST:
        hits = [sources for answer, sources in found if answer == wanted]
        if hits:
            return wanted, min(hits, key=len)
    return "open", ()


def _base(chains: Mapping[str, Chain], name: str, chain: Chain, probe: Probe) -> tuple[Reach, tuple[str, ...]]:
    walk = _Walk(chains, probe)
    left = _chain(walk, name, None, certain=True, depth=0)
    if chain.policy == "accept" and left != NOBODY:
        _accept(walk, left, certain=True)
    if None in walk.accepted:
        return "open", ()
    if None in walk.unsure:
        return "unclear", ()
    every = tuple(dict.fromkeys(s for group in (*walk.accepted, *walk.unsure) for s in group or ()))
    return ("limited", every) if every else ("closed", ())


def _accept(walk: _Walk, sources: Left, *, certain: bool) -> None:
    (walk.accepted if certain and not walk.shadowed else walk.unsure).append(sources)


def _chain(walk: _Walk, name: str, left: Left, *, certain: bool, depth: int) -> Left:
    """Walk a chain with the sources that come in; those that come out at its end."""
    if depth > 16:
        raise TooLongError("防火墙规则的链互相跳转，没有尽头")
    out: list[Left] = []
    for rule in walk.chains[name].rules if name in walk.chains else ():
        walk.steps += 1
        if walk.steps > MAX_STEPS:
            raise TooLongError("防火墙规则太多，没有看完")
        matched = rule.match(walk.probe)
        if matched == "no" or left == NOBODY:
            continue
        mine = _narrow(left, rule)
        whole = matched == "yes" and not rule.local_part and (rule.sources is None or mine == left)
        sure = certain and matched == "yes"
        if rule.verdict == "accept":
            _accept(walk, mine, certain=sure)
            left = NOBODY if whole else left
        elif rule.verdict == "drop":
            left = _dropped(walk, left, rule, whole=whole, matched=matched)
        elif rule.verdict == "return":
            out.append(mine)
            left = NOBODY if whole else left
        elif rule.verdict in ("jump", "goto"):
            through = _chain(walk, rule.target, mine, certain=sure, depth=depth + 1)
            if rule.verdict == "goto":
                out.append(through)
                left = NOBODY if whole else left
            elif whole:
                left = through
    return _union([*out, left])


def _narrow(left: Left, rule: Rule) -> Left:
    """The sources that come in and match. Those a rule leaves out by name (`! -s`) count as anybody."""
    if rule.sources is None or rule.other_sources:
        return left
    if left is None:
        return rule.sources
    return tuple(one for one in rule.sources if any(inside(one, wide) for wide in left)) or tuple(
        one for one in left if any(inside(one, wide) for wide in rule.sources)
    )


def _dropped(walk: _Walk, left: Left, rule: Rule, *, whole: bool, matched: Match) -> Left:
    if rule.rated:
        return left
    if matched == "maybe" or rule.local_part:
        if rule.sources is None or rule.other_sources:
            walk.shadowed = True
        return left
    if rule.other_sources and rule.sources is not None:  # everybody but these is dropped
        return rule.sources if left is None else tuple(one for one in left if any(inside(one, w) for w in rule.sources))
    return NOBODY if whole else left


def _union(parts: Iterable[Left]) -> Left:
    found: list[str] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return tuple(dict.fromkeys(found))


def network(text: str) -> Network | None:
    """An address or network, None for a name or a set whose content is not known."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def inside(one: str, wide: str) -> bool:
    """Whether a network lies in another; two words that are no networks: whether they are the same."""
    small, large = network(one), network(wide)
    if small is None or large is None:
        return one == wide
    return small.version == large.version and small.subnet_of(large)  # type: ignore[arg-type]
