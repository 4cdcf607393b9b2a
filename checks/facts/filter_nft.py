"""nftables: `nft -j list ruleset` to chains and rules (libnftables-json(5))."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from checks.facts.filter_rules import Chain, Family, Rule, Verdict, network
from checks.facts.values import ParseError

LOCAL_INTERFACES = ("lo", "docker", "br-", "virbr", "cni", "veth", "podman", "lxc", "lxd", "flannel", "cali", "kube")
"""Packets that come in by these are from this machine or from its own containers, not from the network."""
_NEUTRAL = ("counter", "log", "comment", "mangle", "quota", "notrack", "set", "meta", "ct helper", "last")
_FAMILIES: Mapping[str, Family | Literal[""]] = {"ip": "ip", "ip6": "ip6", "ipv4": "ip", "ipv6": "ip6"}
_OTHER: Mapping[str, Family] = {"ip": "ip6", "ip6": "ip"}
_VERDICTS: Mapping[str, Verdict] = {
    "accept": "accept",
    "return": "return",
    "jump": "jump",
    "goto": "goto",
    "drop": "drop",
    "reject": "drop",
}
_Rows = list[Mapping[str, Any]]


def nft_chains(text: str, without: frozenset[tuple[str, str]] = frozenset()) -> dict[str, Chain]:
    """Chains by `family table chain`. `without`: (family, table) that iptables-save tells better."""
    try:
        rows: _Rows = json.loads(text)["nftables"]
        return _chains(rows, without)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise ParseError("nft 的输出看不懂") from None


def _chains(rows: _Rows, without: frozenset[tuple[str, str]]) -> dict[str, Chain]:
    sets: dict[str, tuple[Any, ...]] = {}
    heads: dict[str, Chain] = {}
    rules: dict[str, list[Rule]] = {}
    for row in rows:
        if one := row.get("set") or row.get("map"):
            sets[_key(one, "name")] = tuple(one.get("elem", ()))
        elif (one := row.get("chain")) and (one["family"], one["table"]) not in without:
            heads[_key(one, "table", "name")] = _head(one)
    for row in rows:
        one = row.get("rule")
        if one and one["family"] in ("ip", "ip6", "inet") and (one["family"], one["table"]) not in without:
            reader = _Reader(one["family"], one["table"], sets)
            rules.setdefault(_key(one, "table", "chain"), []).extend(reader.rule(one.get("expr", [])))
    return {name: replace(head, rules=tuple(rules.get(name, ()))) for name, head in heads.items()}


def _key(one: Mapping[str, Any], *parts: str) -> str:
    return " ".join([str(one["family"]), *(str(one[part]) for part in parts)])


def _head(one: Mapping[str, Any]) -> Chain:
    family = _FAMILIES.get(one["family"], "")
    if one.get("hook") != "input" or one["family"] not in ("ip", "ip6", "inet"):
        return Chain((), "", family)
    return Chain((), "drop" if one.get("policy") == "drop" else "accept", family)


class _Reader:
    """Reads the expressions of one rule; `vmap` makes several rules of it."""

    def __init__(self, family: str, table: str, sets: Mapping[str, tuple[Any, ...]]) -> None:
        self.prefix = f"{family} {table}"
        self.family = family
        self.sets = sets

    def rule(self, expressions: Iterable[Mapping[str, Any]]) -> Iterator[Rule]:
        rule = Rule("none")
        for expression in expressions:
            (key, value), *_ = expression.items()
            if key == "vmap":
                for element, verdict in self._elements(value["data"], pairs=True):
                    yield self._verdict(self._match(rule, value["key"], "==", element), *next(iter(verdict.items())))
            elif key == "match":
                rule = self._match(rule, value["left"], value["op"], value["right"])
            elif key == "limit" or key == "ct count":
                rule = replace(rule, rated=True)
            elif key == "xt":
                rule = replace(rule, sometimes=True)
                if value and value.get("type") == "target":
                    yield self._verdict(rule, str(value.get("name", "")).lower(), None)
            elif key == "queue":  # a program decides
                yield self._verdict(replace(rule, sometimes=True), "accept", None)
            elif key in _VERDICTS:
                yield self._verdict(rule, key, value)
            elif key not in _NEUTRAL:
                rule = replace(rule, sometimes=True)

    def _verdict(self, rule: Rule, word: str, value: Any) -> Rule:
        target = f"{self.prefix} {value['target']}" if word in ("jump", "goto") else ""
        return replace(rule, verdict=_VERDICTS.get(word, "none"), target=target)

    def _elements(self, value: Any, *, pairs: bool = False) -> list[Any]:
        """What a right-hand side lists: a value, an anonymous set, a named set (`@name`)."""
        if isinstance(value, str) and value.startswith("@"):
            known = self.sets.get(f"{self.family} {value[1:]}")
            value = {"set": [value] if known is None else list(known)}
        found = value["set"] if isinstance(value, dict) and "set" in value else value
        found = found if isinstance(found, list) else [found]
        if pairs:
            return [(_plain(a), b) for a, b in found]
        return [_plain(element) for element in found]

    def _match(self, rule: Rule, left: Any, op: str, right: Any) -> Rule:
        name, other, values = _name(left), op == "!=", self._elements(right)
        if name in ("iifname", "iif"):
            return _interface(rule, [str(v) for v in values], other=other)
        if name == "ct state":
            return replace(rule, never=rule.never or ({"new", "untracked"}.isdisjoint(map(str, values)) != other))
        if name in ("dport tcp", "dport th"):
            ports = tuple(_range(v) for v in values)
            return (
                replace(rule, ports=ports, other_ports=other) if rule.ports is None else replace(rule, sometimes=True)
            )
        if name in ("daddr ip", "daddr ip6"):
            return _destination(rule, [_address(v) for v in values], other=other)
        if name == "fib " and values == ["local"] and not other:
            return rule
        if name.endswith(" udp") or name.startswith(("fib ", "rt ", "type icmp", "code icmp", "ct status")):
            return replace(rule, never=True)
        if name in ("l4proto", "protocol ip", "nexthdr ip6"):
            return replace(rule, never=rule.never or (("tcp" in values or 6 in values) == other))
        if name == "nfproto":
            family = _FAMILIES.get(str(values[0]), "")
            return replace(rule, family=_OTHER.get(family, "") if other else family)
        if name in ("saddr ip", "saddr ip6"):
            sources = tuple(_address(v) for v in values)
            return replace(rule, family=_FAMILIES[name[6:]], sources=sources, other_sources=other)
        if name == "flags tcp":
            return replace(rule, never=rule.never or (("syn" in values and len(values) == 1) == other))
        return replace(rule, sometimes=True)


def _plain(element: Any) -> Any:
    return element["elem"]["val"] if isinstance(element, dict) and "elem" in element else element


def _name(left: Any) -> str:
    """`iifname`, `ct state`, `dport tcp`, `saddr ip`: the kind of thing a match looks at."""
    if "&" in left:
        return _name(left["&"][0])
    if "meta" in left:
        return str(left["meta"]["key"])
    if "ct" in left:
        return f"ct {left['ct']['key']}"
    if "payload" in left:
        return f"{left['payload'].get('field', '?')} {left['payload'].get('protocol', '?')}"
    return f"{next(iter(left))} "


def _interface(rule: Rule, names: list[str], *, other: bool) -> Rule:
    own = [name.startswith(LOCAL_INTERFACES) for name in names]
    if other:
        return rule if all(own) else replace(rule, sometimes=True)
    if all(own):
        return replace(rule, never=True)
    return replace(rule, local_part=True)


def _destination(rule: Rule, addresses: list[str], *, other: bool) -> Rule:
    """What a rule on destinations means for a connection to this machine: broadcast and multicast are none."""
    if all(is_multicast(address) for address in addresses):
        return rule if other else replace(rule, never=True)
    return replace(rule, local_part=True)


def is_multicast(address: str) -> bool:
    """Whether an address or network is multicast or broadcast: no connection goes there."""
    found = network(address)
    return found is not None and (found.is_multicast or str(found) == "255.255.255.255/32")


def _range(value: Any) -> tuple[int, int]:
    if isinstance(value, dict) and "range" in value:
        return int(value["range"][0]), int(value["range"][1])
    return SERVICES.get(str(value)) or (int(value), int(value))


SERVICES = {"ssh": (22, 22), "http": (80, 80), "https": (443, 443)}
"""Names nft may print for ports when asked for names; by default it prints numbers."""


def _address(value: Any) -> str:
    if isinstance(value, dict) and "prefix" in value:
        return f"{value['prefix']['addr']}/{value['prefix']['len']}"
    if isinstance(value, dict) and "range" in value:
        return "-".join(map(str, value["range"]))
    return str(value)
