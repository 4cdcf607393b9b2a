"""Who reaches a port by the host's firewall, as a new connection meets the rules from first to last."""

import json
from pathlib import Path

import pytest

from checks.facts.filter_iptables import iptables_chains
from checks.facts.filter_rules import MAX_STEPS, Chain, Probe, Rule, TooLongError, reach
from checks.facts.firewall import host_firewall, rule_set, weakest
from checks.facts.registry import parse_fact
from checks.facts.values import ParseError


def section(name: str, text: str) -> str:
    return f"==> /{name} <==\n{text}\n"


def iptables(*rules: str, policy: str = "ACCEPT", chains: str = "") -> str:
    body = "".join(f"-A {rule}\n" for rule in rules)
    return (
        section("ipv6", "off")
        + section("nft", "none")
        + section("iptables", f"*filter\n:INPUT {policy} [0:0]\n{chains}{body}COMMIT")
    )


def nft(
    *rules: list[dict[str, object]], policy: str = "accept", more: tuple[dict[str, object], ...] = (), ipv6: str = "off"
) -> str:
    base = {"family": "inet", "table": "t"}
    rows: list[dict[str, object]] = [
        {"chain": {**base, "name": "in", "type": "filter", "hook": "input", "prio": 0, "policy": policy}},
        *more,
        *({"rule": {**base, "chain": "in", "expr": rule}} for rule in rules),
    ]
    return section("ipv6", ipv6) + section("nft", json.dumps({"nftables": rows}))


def match(left: dict[str, object], right: object, op: str = "==") -> dict[str, object]:
    return {"match": {"op": op, "left": left, "right": right}}


def payload(protocol: str, field: str) -> dict[str, object]:
    return {"payload": {"protocol": protocol, "field": field}}


SSH = match(payload("tcp", "dport"), 22)
FROM = match(payload("ip", "saddr"), {"prefix": {"addr": "10.1.0.0", "len": 24}})
STATE = match({"ct": {"key": "state"}}, ["established", "related"], "in")
LOOPBACK = match({"meta": {"key": "iifname"}}, "lo")
ACCEPT: dict[str, object] = {"accept": None}
DROP: dict[str, object] = {"drop": None}


def asked(text: str, port: int = 22) -> tuple[str, tuple[str, ...]]:
    chains, families = rule_set(parse_fact("text", text, {}))
    return weakest(chains, families, (port,))


@pytest.mark.parametrize(
    ("rules", "policy", "ssh", "other"),
    [
        ((), "ACCEPT", "open", "open"),
        ((), "DROP", "closed", "closed"),
        (("INPUT -p tcp -m tcp --dport 22 -j ACCEPT",), "DROP", "open", "closed"),
        (("INPUT -p udp --dport 22 -j ACCEPT",), "DROP", "closed", "closed"),
        (("INPUT -s 10.1.0.0/24 -p tcp --dport 22 -j ACCEPT",), "DROP", "limited", "closed"),
        (("INPUT ! -s 10.1.0.0/24 -p tcp --dport 22 -j DROP",), "ACCEPT", "limited", "open"),
        (("INPUT -s 10.1.0.9 -j DROP",), "ACCEPT", "open", "open"),
        (("INPUT -i lo -j ACCEPT", "INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT", "INPUT -j REJECT"), "ACCEPT", "closed", "closed"),
        (("INPUT -m conntrack --ctstate NEW -j ACCEPT",), "DROP", "open", "open"),
        (("INPUT -p tcp -m multiport --dports 22,80:90 -j ACCEPT",), "DROP", "open", "closed"),
        (("INPUT -p tcp -m tcp ! --dport 22 -j DROP",), "ACCEPT", "open", "closed"),
        (("INPUT -j LOG --log-prefix \"x y\"", "INPUT -j DROP"), "ACCEPT", "closed", "closed"),
        (("INPUT -p tcp --dport 22 -m recent --update --seconds 60 --hitcount 4 --name S --rsource -j DROP",), "ACCEPT", "open", "open"),
        (("INPUT -p tcp --dport 22 -m limit --limit 5/min -j ACCEPT",), "DROP", "open", "closed"),
        (("INPUT -m set --match-set office src -p tcp --dport 22 -j ACCEPT",), "DROP", "limited", "closed"),
        (("INPUT -m geoip --source-country CN -j ACCEPT",), "DROP", "unclear", "unclear"),
        (("INPUT -m time --timestart 08:00 -j DROP",), "ACCEPT", "unclear", "unclear"),
        (("INPUT -i eth1 -p tcp --dport 22 -j ACCEPT",), "DROP", "open", "closed"),
        (("INPUT -i eth0 -p tcp --dport 22 -j DROP",), "ACCEPT", "unclear", "open"),
        (("INPUT -i docker0 -j ACCEPT",), "DROP", "closed", "closed"),
        (("INPUT -d 224.0.0.251 -j ACCEPT",), "DROP", "closed", "closed"),
        (("INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m state --state NEW -j DROP",), "ACCEPT", "open", "open"),
        (("INPUT -p icmp -j ACCEPT",), "DROP", "closed", "closed"),
        (("INPUT -j NFQUEUE --queue-num 1",), "DROP", "unclear", "unclear"),
    ],
    ids=str,
)  # fmt: skip
def test_what_iptables_rules_come_to(rules, policy, ssh, other):
    text = iptables(*rules, policy=policy)
    assert (asked(text)[0], asked(text, 47113)[0]) == (ssh, other)


@pytest.mark.parametrize(
    ("rules", "policy", "ssh", "other"),
    [
        ((), "drop", "closed", "closed"),
        (([STATE, ACCEPT], [LOOPBACK, ACCEPT], [SSH, ACCEPT]), "drop", "open", "closed"),
        (([FROM, SSH, {"counter": None}, ACCEPT],), "drop", "limited", "closed"),
        (([match(payload("tcp", "dport"), {"set": [22, {"range": [80, 90]}]}), ACCEPT],), "drop", "open", "closed"),
        (([match({"meta": {"key": "l4proto"}}, "udp"), ACCEPT],), "drop", "closed", "closed"),
        (([match(payload("ip", "saddr"), "10.1.0.9", "!="), DROP],), "accept", "limited", "limited"),
        (([SSH, {"limit": {"rate": 3}}, ACCEPT],), "drop", "open", "closed"),
        (([{"vmap": {"key": {"ct": {"key": "state"}}, "data": {"set": [["established", ACCEPT], ["invalid", DROP]]}}}],), "drop", "closed", "closed"),
        (([{"vmap": {"key": payload("tcp", "dport"), "data": {"set": [[22, ACCEPT], [80, DROP]]}}}], [DROP]), "accept", "open", "closed"),
        (([{"xt": {"type": "match", "name": "string"}}, ACCEPT],), "drop", "unclear", "unclear"),
        (([match({"fib": {"result": "oif", "flags": ["saddr"]}}, False), DROP],), "accept", "open", "open"),
    ],
    ids=str,
)  # fmt: skip
def test_what_nft_rules_come_to(rules, policy, ssh, other):
    text = nft(*rules, policy=policy)
    assert (asked(text)[0], asked(text, 47113)[0]) == (ssh, other)


def test_a_named_set_tells_its_sources_and_its_ports():
    base = {"family": "inet", "table": "t"}
    sets = (
        {
            "set": {
                **base,
                "name": "office",
                "type": "ipv4_addr",
                "elem": ["10.1.0.7", {"prefix": {"addr": "10.1.1.0", "len": 24}}],
            }
        },
        {"set": {**base, "name": "ports", "type": "inet_service", "elem": [22]}},
    )
    rule = [match(payload("ip", "saddr"), "@office"), match(payload("tcp", "dport"), "@ports"), ACCEPT]
    text = section("ipv6", "off") + nft(rule, policy="drop", more=sets).removeprefix(section("ipv6", "off"))
    assert asked(text) == ("limited", ("10.1.0.7", "10.1.1.0/24"))


def test_jumps_come_back_and_gotos_do_not():
    chains = ":GO - [0:0]\n:JUMP - [0:0]\n"
    ended = iptables("INPUT -p tcp --dport 22 -g GO", "INPUT -j ACCEPT", policy="DROP", chains=chains)
    assert (asked(ended)[0], asked(ended, 80)[0]) == ("closed", "open")
    back = iptables(
        "INPUT -j JUMP", "INPUT -j ACCEPT", "JUMP -p tcp --dport 22 -j RETURN", "JUMP -j DROP", chains=chains
    )
    assert (asked(back)[0], asked(back, 80)[0]) == ("open", "closed")
    narrowed = iptables("INPUT -s 10.0.0.0/8 -j JUMP", "JUMP -s 10.1.0.0/24 -j ACCEPT", policy="DROP", chains=chains)
    assert asked(narrowed) == ("limited", ("10.1.0.0/24",))


def test_ipv6_without_rules_is_open_where_ipv6_is_in_use():
    text = iptables(policy="DROP")
    assert asked(text)[0] == "closed"
    assert asked(text.replace("==> /ipv6 <==\noff", "==> /ipv6 <==\non"))[0] == "open"
    assert asked(nft(policy="drop", ipv6="on"))[0] == "closed"


def test_every_chain_on_the_input_hook_must_let_it_through():
    second = {
        "chain": {
            "family": "inet",
            "table": "u",
            "name": "in",
            "type": "filter",
            "hook": "input",
            "prio": 10,
            "policy": "drop",
        }
    }
    assert asked(nft([ACCEPT], more=(second,)))[0] == "closed"


def test_rules_written_by_iptables_are_read_as_iptables_tells_them():
    """The kernel's own list says `xt` where iptables-save says what the match is."""
    rows = [
        {"chain": {"family": "ip", "table": "filter", "name": "INPUT", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}},
        {"rule": {"family": "ip", "table": "filter", "chain": "INPUT", "expr": [{"xt": {"type": "match", "name": "multiport"}}, ACCEPT]}},
    ]  # fmt: skip
    text = section("ipv6", "off") + section("nft", json.dumps({"nftables": rows}))
    assert asked(text)[0] == "unclear"
    told = section(
        "iptables-nft", "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m multiport --dports 80 -j ACCEPT\nCOMMIT"
    )
    assert (asked(text + told)[0], asked(text + told, 80)[0]) == ("closed", "open")


@pytest.mark.parametrize(
    "text",
    [
        "",
        section("ipv6", "off"),
        section("ipv6", "off") + section("nft", "missing"),
        section("ipv6", "off") + section("nft", "unknown"),
        section("ipv6", "off") + section("nft", "{"),
        section("ipv6", "off") + section("nft", '{"nftables": [{"chain": {"family": "inet"}}]}'),
        section("ipv6", "off") + section("nft", '{"nftables": ' + "[" * 5000),
        section("ipv6", "off") + section("nft", "none") + section("iptables", "*filter\nPermission problem"),
        section("ipv6", "off") + section("nft", "none") + section("iptables", "*filter\n:INPUT DROP [0:0]\n-A INPUT --dport x -j ACCEPT"),
        section("ipv6", "off") + section("nft", "none") + section("iptables", "missing"),
    ],
)  # fmt: skip
def test_rules_that_were_not_seen_whole_are_not_understood(text):
    with pytest.raises(ParseError):
        host_firewall((("firewall", parse_fact("text", text, {})),))


def test_chains_that_jump_into_each_other_end():
    chains = {"a": Chain((Rule("jump", target="a"),) * 40, "accept")}
    with pytest.raises(TooLongError):
        reach(chains, Probe(22, "ip"))
    wide = {"a": Chain((Rule("none"),) * (MAX_STEPS + 1), "accept")}
    with pytest.raises(TooLongError):
        reach(wide, Probe(22, "ip"))


def test_other_tables_of_iptables_are_no_filter():
    assert iptables_chains("*nat\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n", "ip", "x") == {}


def test_firewalld_as_it_starts_lets_ssh_in_and_nothing_unnamed():
    """Recorded on a Debian 12 with firewalld 1.3 and its default zone."""
    rules = (Path(__file__).parent / "rulesets" / "firewalld.json").read_text("utf-8")
    text = section("ipv6", "on") + section("nft", rules)
    assert {port: asked(text, port)[0] for port in (22, 80, 9090, 47113)} == {
        22: "open",
        80: "closed",
        9090: "closed",
        47113: "closed",
    }
