"""iptables: the text of `iptables-save -t filter` to chains and rules (iptables(8), iptables-extensions(8))."""

import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checks.facts.filter_nft import LOCAL_INTERFACES, is_multicast
from checks.facts.filter_rules import Chain, Family, Rule, Verdict
from checks.facts.values import ParseError

_NO_MATCH = (
    "tcp",
    "udp",
    "conntrack",
    "state",
    "multiport",
    "comment",
    "addrtype",
    "limit",
    "hashlimit",
    "recent",
    "set",
)
"""Match modules whose own options are read below; the name alone says nothing."""
_RATES = {
    **dict.fromkeys(("--limit", "--hashlimit-upto", "--hashlimit-above", "--seconds", "--hitcount"), 2),
    **dict.fromkeys(("--update", "--rcheck", "--set", "--remove"), 1),
}
"""Options of rates and how many words they take."""
_SILENT = {
    **dict.fromkeys(("--comment", "--limit-burst", "--hashlimit-mode", "--hashlimit-name", "--hashlimit-burst"), 2),
    **dict.fromkeys(("--name", "--mask", "--hashlimit-srcmask", "--hashlimit-htable-expire", "--reject-with"), 2),
    **dict.fromkeys(("--log-prefix", "--log-level", "--nflog-group", "--nflog-prefix", "--set-xmark"), 2),
    **dict.fromkeys(("--rsource", "--return-nomatch", "--log-uid", "--log-tcp-options", "--log-ip-options"), 1),
    "-c": 3,
}
"""Options that decide nothing."""
_TARGETS: dict[str, Verdict] = {
    "ACCEPT": "accept",
    "DROP": "drop",
    "REJECT": "drop",
    "TARPIT": "drop",
    "RETURN": "return",
}
_NO_TARGET = ("LOG", "NFLOG", "ULOG", "AUDIT", "MARK", "CONNMARK", "TRACE", "TCPMSS", "SET", "CT", "NOTRACK")


def iptables_chains(text: str, family: Family, prefix: str) -> dict[str, Chain]:
    """Chains of the filter table by `prefix name`. Text without a filter table has none. Raises ParseError."""
    try:
        return _chains(text, family, prefix)
    except (ValueError, IndexError) as error:
        raise error if isinstance(error, ParseError) else ParseError("iptables-save 的输出看不懂") from None


def _chains(text: str, family: Family, prefix: str) -> dict[str, Chain]:
    policies: dict[str, str] = {}
    rules: dict[str, list[Rule]] = {}
    table = ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:].strip()
        elif table != "filter":
            continue
        elif line.startswith(":"):
            name, policy, *_ = line[1:].split()
            policies[name] = policy
        elif line.startswith("-A "):
            rules.setdefault(line.split()[1], []).extend(_rules(line, family, prefix))
        elif line.strip() and not line.startswith(("#", "COMMIT")):
            raise ParseError(f"看不懂这一行防火墙规则：{line[:80]}")
    return {
        f"{prefix} {name}": Chain(
            tuple(rules.get(name, ())),
            ("drop" if policy == "DROP" else "accept") if name == "INPUT" else "",
            family,
        )
        for name, policy in policies.items()
    }


def _rules(line: str, family: Family, prefix: str) -> Iterator[Rule]:
    words = shlex.split(line)[2:]
    rule, target, negate = Rule("none", family=family), "", False
    while words:
        if words[0] == "!":
            negate, words = True, words[1:]
        elif words[0] in ("-j", "-g"):
            target = words[1] if len(words) > 1 else ""
            rule = replace(rule, verdict="goto" if words[0] == "-g" else "jump")
            words = words[2:]
        else:
            rule, used = _option(rule, words, negate=negate)
            negate, words = False, words[used:]
    yield _finish(rule, target, prefix)


def _finish(rule: Rule, target: str, prefix: str) -> Rule:
    if target in _TARGETS:
        return replace(rule, verdict=_TARGETS[target])
    if not target or target in _NO_TARGET:
        return replace(rule, verdict="none")
    if target in ("NFQUEUE", "QUEUE"):  # a program decides
        return replace(rule, verdict="accept", sometimes=True)
    return replace(rule, target=f"{prefix} {target}")


def _option(rule: Rule, words: list[str], *, negate: bool) -> tuple[Rule, int]:
    """The rule with one option added, and how many words the option took."""
    word, value = words[0], words[1] if len(words) > 1 else ""
    if word == "-m":
        return (rule if value in _NO_MATCH else replace(rule, sometimes=True)), 2
    if word in _SILENT:
        return rule, _SILENT[word]
    if word in _RATES:
        return replace(rule, rated=True), _RATES[word]
    if word == "--syn":
        return replace(rule, never=rule.never or negate), 1
    if word == "--tcp-flags":
        return replace(rule, never=rule.never or (words[2:3] == ["SYN"]) == negate), 3
    if word == "--match-set":
        known = {"sources": (f"ipset:{value}",), "other_sources": negate}
        return replace(rule, **known) if words[2:3] == ["src"] else replace(rule, sometimes=True), 3  # type: ignore[arg-type]
    if word in _READ:
        return replace(rule, **_READ[word](value, negate)), 2
    takes = bool(value) and not value.startswith("-") and value != "!"
    return replace(rule, sometimes=True), 2 if takes else 1


def _protocol(value: str, negate: bool) -> dict[str, Any]:
    return {"never": True} if (value in ("tcp", "6", "all", "0")) == negate else {}


def _ports(value: str, negate: bool) -> dict[str, Any]:
    ranges = []
    for part in value.split(","):
        first, _, last = part.partition(":")
        ranges.append((int(first or 0), int(last or (65535 if ":" in part else first))))
    return {"ports": tuple(ranges), "other_ports": negate}


def _states(value: str, negate: bool) -> dict[str, Any]:
    return {"never": True} if {"NEW", "UNTRACKED"}.isdisjoint(value.split(",")) != negate else {}


def _interface(value: str, negate: bool) -> dict[str, Any]:
    own = value.startswith(LOCAL_INTERFACES)
    if negate:
        return {} if own else {"sometimes": True}
    return {"never": True} if own else {"local_part": True}


def _destination(value: str, negate: bool) -> dict[str, Any]:
    if is_multicast(value):
        return {} if negate else {"never": True}
    return {"local_part": True}


def _kind(value: str, negate: bool) -> dict[str, Any]:
    return {"never": True} if ("LOCAL" in value or "UNICAST" in value) == negate else {}


_READ: dict[str, Any] = {
    "-p": _protocol,
    "-s": lambda value, negate: {"sources": tuple(value.split(",")), "other_sources": negate},
    "-i": _interface,
    "-d": _destination,
    "--dport": _ports,
    "--dports": _ports,
    "--ctstate": _states,
    "--state": _states,
    "--dst-type": _kind,
    "--src-range": lambda value, negate: {"sources": (value,), "other_sources": negate},
}
