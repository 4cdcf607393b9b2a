"""From where sshd can be reached: the limits that really hold, and whether they lie in the management zones."""

import pytest

from checks.facts.registry import DERIVATIONS, parse_fact
from checks.facts.values import Parsed, ParseError

OPEN = "==> /ipv6 <==\noff\n==> /nft <==\nnone\n"
LIMITED = (
    OPEN
    + "==> /iptables <==\n*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.1.0.0/25 -p tcp --dport {} -j ACCEPT\nCOMMIT\n"
)
WRAPPERS = "==> /libwrap <==\n{}\n==> /etc/hosts.allow <==\n{}\n==> /etc/hosts.deny <==\n{}\n"
NO_WRAPPERS = "==> /libwrap <==\nno\n"


def sources(sshd: str, firewall: str = OPEN, wrappers: str = NO_WRAPPERS) -> Parsed:
    return DERIVATIONS["ssh-sources"]((
        ("sshd", parse_fact("keyvalue", sshd, {"fold": True})),
        ("firewall", parse_fact("text", firewall, {})),
        ("tcp-wrappers", parse_fact("text", wrappers, {})),
    ))  # fmt: skip


def inside(found: Parsed, *cidrs: str) -> str:
    zones = parse_fact("table", "".join(f"manage\t{cidr}\n" for cidr in cidrs), {"columns": ("zone", "cidr")})
    return (
        DERIVATIONS["ssh-sources-in-zones"]((("ssh-sources", found), ("declared-management-zones", zones)))
        .entries["inside"][0]
        .value
    )


def limited(found: Parsed) -> str:
    return found.entries["limited"][0].value


def test_the_firewall_is_asked_for_the_port_sshd_really_listens_on():
    assert limited(sources("listenaddress 0.0.0.0:22\n", LIMITED.format(22))) == "yes"
    assert limited(sources("listenaddress 0.0.0.0:2222\n", LIMITED.format(2222))) == "yes"
    both = sources("listenaddress 0.0.0.0:22\nlistenaddress 0.0.0.0:2222\n", LIMITED.format(22))
    assert (limited(both), inside(both, "10.1.0.0/24")) == ("yes", "yes")  # the other port is closed altogether


@pytest.mark.parametrize(
    ("allow", "deny", "used", "said"),
    [
        ("sshd: 10.1.0.", "ALL: ALL", "yes", "yes"),
        ("sshd: 10.1.0.", "sshd: ALL", "yes", "yes"),
        ("sshd: 10.1.0.", "", "yes", "no"),
        ("ALL: ALL", "ALL: ALL", "yes", "no"),
        ("sshd: 10.1.0.\nsshd: ALL: deny", "", "yes", "yes"),
        ("# sshd: ALL", "ALL: ALL", "yes", "yes"),
        ("vsftpd: ALL", "ALL: ALL", "yes", "yes"),
        ("sshd: 10.1.0.", "ALL: ALL", "no", "no"),
    ],
)
def test_hosts_allow_counts_when_sshd_reads_it(allow, deny, used, said):
    assert limited(sources("listenaddress 0.0.0.0:22\n", wrappers=WRAPPERS.format(used, allow, deny))) == said


@pytest.mark.parametrize(
    ("allow", "deny", "used"),
    [("sshd: 10.1.0.", "ALL: ALL", "unknown"), ("sshd: ALL EXCEPT 10.2.0.", "ALL: ALL", "yes"), ("sshd: /etc/list", "ALL: ALL", "yes")],
)  # fmt: skip
def test_a_limit_that_cannot_be_told_is_not_understood(allow, deny, used):
    with pytest.raises(ParseError, match=r"hosts\.allow"):
        sources("listenaddress 0.0.0.0:22\n", wrappers=WRAPPERS.format(used, allow, deny))


def test_a_firewall_that_was_not_seen_leaves_it_open_unless_something_else_limits():
    unseen = "==> /ipv6 <==\noff\n==> /nft <==\nmissing\n"
    with pytest.raises(ParseError, match="没有读规则的命令"):
        sources("listenaddress 0.0.0.0:22\n", unseen)
    assert limited(sources("listenaddress 0.0.0.0:22\nallowusers wang@10.1.0.7\n", unseen)) == "yes"


@pytest.mark.parametrize(
    ("sshd", "said"),
    [
        ("allowusers wang@10.1.0.*\nallowusers li@10.1.0.7\n", "yes"),
        ("allowusers wang@10.1.0.* li@10.1.0.7\n", "yes"),
        ("allowusers wang@10.1.0.*\nallowusers li\n", "no"),
        ("allowusers wang@*\n", "no"),
        ("passwordauthentication no\npubkeyauthentication no\nkbdinteractiveauthentication no\n", "yes"),
        ("passwordauthentication no\npubkeyauthentication yes\n", "no"),
    ],
)
def test_allow_users_limits_only_when_every_user_has_an_address(sshd, said):
    assert limited(sources("listenaddress 0.0.0.0:22\n" + sshd)) == said


def test_an_address_to_listen_on_is_a_limit_only_in_a_management_zone():
    found = sources("listenaddress 10.1.0.5:22\n")
    assert (limited(found), inside(found, "10.1.0.0/24"), inside(found, "10.9.0.0/24")) == ("by-address", "yes", "no")
    assert limited(sources("listenaddress 127.0.0.1:22\n")) == "yes"
    assert limited(sources("listenaddress 10.1.0.5:22\nlistenaddress [::]:22\n")) == "no"


def test_without_listening_addresses_nothing_is_known():
    for text in ("", "port 22\n", "listenaddress somewhere:22\n"):
        with pytest.raises(ParseError):
            sources(text)


@pytest.mark.parametrize(
    ("source", "zone", "said"),
    [
        ("10.1.0.*", "10.1.0.0/24", "yes"),
        ("10.1.*", "10.1.0.0/24", "no"),
        ("10.1.0.0/255.255.255.0", "10.1.0.0/24", "yes"),
        ("10.1.0.5-10.1.0.9", "10.1.0.0/24", "yes"),
        ("2001:db8::7", "2001:db8::/64", "yes"),
        ("10.1.0.7", "2001:db8::/64", "no"),
    ],
)
def test_sources_however_written_are_compared_with_the_zones(source, zone, said):
    assert inside(sources(f"listenaddress 0.0.0.0:22\nallowusers wang@{source}\n"), zone) == said


def test_a_host_name_or_a_set_could_be_anywhere():
    with pytest.raises(ParseError, match=r"\*\.school\.example"):
        inside(sources("listenaddress 0.0.0.0:22\nallowusers wang@*.school.example\n"), "10.1.0.0/24")


def test_one_limit_in_the_zones_is_enough():
    found = sources("listenaddress 0.0.0.0:22\nallowusers wang@10.0.0.0/8\n", LIMITED.format(22))
    assert inside(found, "10.1.0.0/24") == "yes"
