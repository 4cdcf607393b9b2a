"""Listening sockets, last logins and shell timeouts as targets of different age print them."""

import pytest

from checks.facts.registry import DERIVATIONS, parse_fact
from checks.facts.values import ParseError

SS = """\
Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=7,fd=3),("systemd",pid=1,fd=9))
tcp   LISTEN 0      511             [::]:80            [::]:*    users:(("nginx",pid=8,fd=6))
tcp   LISTEN 0      128        127.0.0.1:631        0.0.0.0:*
udp   UNCONN 0      0      127.0.0.53%lo:53         0.0.0.0:*
tcp   LISTEN 0      128               :::111             :::*
tcp   LISTEN 0      50    [::ffff:127.0.0.1]:8005        *:*
"""
PROC = """\
==> /proc/net/tcp <==
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 0100007F:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   2: 0500000A:0016 0900000A:C350 01 00000000:00000000 00:00000000 00000000     0        0 1 1
==> /proc/net/udp6 <==
  sl  local_address                         remote_address                        st tx_queue rx_queue
  46: 00000000000000000000000001000000:007B 00000000000000000000000000000000:0000 07 00000000:00000000
"""


def rows(name: str, text: str) -> list[dict[str, object]]:
    return [dict(record.fields) for record in parse_fact(name, text, {}).records or ()]


def test_ss_with_and_without_its_heading_says_what_is_offered_to_whom():
    found = [(row["key"], row["address"], row["scope"], row.get("process")) for row in rows("listeners", SS)]
    assert found == [
        ("tcp/22", "0.0.0.0", "exposed", ("sshd", "systemd")),
        ("tcp/80", "::", "exposed", ("nginx",)),
        ("tcp/631", "127.0.0.1", "local", None),
        ("udp/53", "127.0.0.53%lo", "local", None),
        ("tcp/111", "::", "exposed", None),
        ("tcp/8005", "::ffff:127.0.0.1", "local", None),
    ]
    assert len(rows("listeners", SS.split("\n", 1)[1])) == 6


def test_without_ss_the_kernel_s_own_tables_say_the_same():
    found = [(row["key"], row["address"], row["scope"]) for row in rows("listeners", PROC)]
    assert found == [("tcp/22", "0.0.0.0", "exposed"), ("tcp/631", "127.0.0.1", "local"), ("udp/123", "::1", "local")]


@pytest.mark.parametrize(
    "text", ["Cannot open netlink socket\n", "tcp ESTAB 0 0 10.0.0.5:22 10.0.0.9:5\n", "tcp LISTEN 0 0 x y\n"]
)
def test_what_is_no_listening_socket_is_not_read_as_one(text):
    with pytest.raises(ParseError):
        parse_fact("listeners", text, {})


LOGINS = "now 1767225600\nown audit\nwang\tMon Dec 22 08:00:00 +0800 2025\naudit\tThu Jan  1 08:00:00 +0800 2026\nli\tnever\n"


def test_last_logins_are_days_by_the_target_s_own_clock():
    assert {row["name"]: row["days"] for row in rows("last-logins", LOGINS)} == {"wang": "10", "audit": "0", "li": "-1"}


@pytest.mark.parametrize("text", ["", "now x\nown a\n", LOGINS + "bob\tam Montag\n", LOGINS + "Broken pipe\n"])
def test_last_logins_that_are_cut_or_in_another_language_are_not_understood(text):
    with pytest.raises(ParseError):
        parse_fact("last-logins", text, {})


def test_only_accounts_that_can_log_in_are_judged_by_use():
    accounts = (
        "P\tdaemon\t1\t1\t/\t/usr/sbin/nologin\nP\twang\t1000\t1000\t/home/wang\t/bin/bash\n"
        "S\twang\tset\tyescrypt\t20000\t0\t90\t7\t\t\t-\nP\tnew\t1001\t1001\t/home/new\t/bin/bash\n"
    )
    derived = DERIVATIONS["account-activity"](
        (("accounts", parse_fact("accounts", accounts, {})), ("last-logins", parse_fact("last-logins", LOGINS, {})))
    )
    found = [dict(record.fields) for record in derived.records or ()]
    assert found == [
        {"name": "wang", "state": "set", "own": "no", "days": "10"},
        {"name": "new", "state": "none"},
    ]


@pytest.mark.parametrize(
    ("line", "seconds", "readonly"),
    [
        ("TMOUT=600", ["600"], False),
        ("export TMOUT=600; readonly TMOUT", ["600"], True),
        ("readonly TMOUT=900 # 15 分钟", ["900"], True),
        ("declare -xr TMOUT=300", ["300"], True),
        ("typeset -x TMOUT=300", ["300"], False),
        ("#TMOUT=600", [], False),
        ("  # readonly TMOUT=600", [], False),
        ("TMOUT=", ["0"], False),
        ("unset TMOUT", ["0"], False),
        ('TMOUT="600"', ["600"], False),
        ("[ -n \"$PS1\" ] && TMOUT=600", ["600"], False),
        ("TMOUT=${TMOUT:-600}", ["${TMOUT:-600}"], False),
        ("NOTMOUT=5", [], False),
    ],
)  # fmt: skip
def test_what_a_line_of_a_profile_does_to_tmout(line, seconds, readonly):
    parsed = parse_fact("shell-timeout", f"==> /etc/profile <==\n{line}\n", {})
    assert [entry.value for entry in parsed.entries.get("seconds", ())] == seconds
    assert ("readonly" in parsed.entries) == readonly
