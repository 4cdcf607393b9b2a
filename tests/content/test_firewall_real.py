"""What is said of firewall rules against what a neighbour can really do: real nft and iptables, real connections."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from checks.facts.filter_rules import network
from checks.facts.firewall import rule_set, weakest
from checks.facts.registry import parse_fact
from checks.facts.ssh_sources import _inside
from tests.content.firewalled import PORTS, SERVER
from tests.content.shells import CONTENT, HELPERS, needs_root

pytestmark = [pytest.mark.network, needs_root]
NFT_DROP = """nft -f - <<'X'
table inet filter {
  set office { type ipv4_addr; flags interval; elements = { 10.1.0.0/24 } }
  chain input { type filter hook input priority filter; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    iifname "lo" accept
    icmp type echo-request accept
    %s
  }
}
X
"""
UFW = """
iptables -P INPUT DROP
iptables -N ufw-before-input
iptables -N ufw-user-input
iptables -N ufw-not-local
iptables -A INPUT -j ufw-before-input
iptables -A ufw-before-input -i lo -j ACCEPT
iptables -A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
iptables -A ufw-before-input -m conntrack --ctstate INVALID -j DROP
iptables -A ufw-before-input -p icmp --icmp-type echo-request -j ACCEPT
iptables -A ufw-before-input -j ufw-not-local
iptables -A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
iptables -A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN
iptables -A ufw-not-local -m limit --limit 3/min -j LOG
iptables -A ufw-not-local -j DROP
iptables -A ufw-before-input -j ufw-user-input
iptables -A ufw-user-input -p tcp --dport 80 -j ACCEPT
iptables -A ufw-user-input -p tcp -s 10.1.0.0/24 --dport 22 -j ACCEPT
"""
FIREWALLD = """nft -f - <<'X'
table inet firewalld {
  chain filter_INPUT { type filter hook input priority filter + 10; policy accept;
    ct state { established, related } accept
    ct status dnat accept
    iifname "lo" accept
    ct state invalid drop
    jump filter_INPUT_ZONES
    reject with icmpx admin-prohibited
  }
  chain filter_INPUT_ZONES {
    ip saddr 10.1.0.0/24 goto filter_IN_internal
    iifname "eth0" goto filter_IN_public
    goto filter_IN_public
  }
  chain filter_IN_internal { jump filter_IN_internal_allow; meta l4proto { icmp, ipv6-icmp } accept; }
  chain filter_IN_internal_allow { tcp dport 22 accept; }
  chain filter_IN_public { jump filter_IN_public_allow; meta l4proto { icmp, ipv6-icmp } accept; }
  chain filter_IN_public_allow { tcp dport 80 accept; }
}
X
"""
CASES = {
    "nothing": ":",
    "nft-office": NFT_DROP % "ip saddr @office tcp dport 22 accept\n tcp dport { 80, 443 } accept",
    "nft-not-office": NFT_DROP % "ip saddr != 10.1.0.0/24 tcp dport 22 drop\n tcp dport 1-100 accept",
    "nft-vmap": NFT_DROP % "tcp dport vmap { 22 : accept, 80 : drop }",
    "nft-empty": NFT_DROP % "",
    "ufw": UFW,
    "iptables-multiport": "iptables -A INPUT -p tcp -m multiport ! --dports 22,80 -j REJECT",
    "iptables-limited": "iptables -A INPUT -s 10.1.0.0/24 -j ACCEPT; iptables -A INPUT -i lo -j ACCEPT; iptables -A INPUT -j DROP",
    "legacy": UFW.replace("iptables ", "iptables-legacy "),
    "firewalld": FIREWALLD,
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_is_what_a_neighbour_meets(name):
    done = subprocess.run(
        ["unshare", "--net", sys.executable, "-m", "tests.content.firewalled"],
        input=json.dumps({"setup": CASES[name], "gather": HELPERS + CONTENT.platforms["linux"].facts.functions + "\ndb_firewall\n"}),
        capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    chains, _ = rule_set(parse_fact("text", answer["fact"], {}))
    for port in PORTS:
        said, sources = weakest(chains, ("ip",), (port,))
        met = {address for address in SERVER if answer["reached"][f"{address} {port}"]}
        if said == "limited":
            wide = [n for s in sources if (n := network(s))]
            assert met == {address for address in SERVER if _inside(address, wide)}, (port, sources)
        else:  # open: to whoever no rule names
            assert said == ("open" if "10.2.0.7" in met else "closed"), (port, met)
            assert said == "open" or not met, (port, met)
