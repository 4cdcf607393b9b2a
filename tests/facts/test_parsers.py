"""Parsers on hostile text: a ParseError or a result, nothing else, in linear time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.content import read_baselines
from checks.facts.pam import stack
from checks.facts.registry import DERIVATIONS, PARSERS, parse_fact
from checks.facts.values import ParseError

OPTIONS = {"table": {"columns": ("a", "b")}, "keyvalue": {"separator": "=", "repeat": "last"}}
LINES = {
    "accounts": "P\troot\t0\t0\t/root\t/bin/sh\n",
    "pam": "==> /etc/pam.d/x <==\nauth [success=1 default=ignore] pam_unix.so nullok\n",
    "listeners": "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n",
    "stanzas": "#\ninterface X\n shutdown\nreturn\n",
    "table": "x\ty\n",
    "apt-upgradable": "Listing...\nx/stable 2 all [upgradable from: 1]\n",
    "keyvalue": "key = value\n",
    "last-logins": "now 1700000000\nown root\nroot\tTue Nov 14 01:00:00 +0000 2023\n",
    "packages": "ii \tbash\t5.2\tamd64\n",
    "repositories": "==> /etc/apt/sources.list <==\ndeb [trusted=yes] http://a.example/ b c\n",
    "kernels": "running 6.1.0-9-amd64\ninstalled 6.1.0-10-amd64\n",
    "mounts": "tmpfs / tmpfs rw 0 0\n",
    "exports": "/srv -ro 10.9.0.7(rw)\n",
    "network-parameters": "ipv4\tall\trp_filter\t1\nipv4\teth0\trp_filter\t0\n",
    "outlets": "interface\teth0\tphysical\tup\n",
    "redundancy": "raid\tmd0\t2\t2\n",
    "groups": "sudo\t27\tnone\twang,li\n",
    "shell-timeout": "==> /etc/profile <==\nreadonly TMOUT=600; export TMOUT\n",
    "processes": "ns /proc/self/ns/pid 4\n/proc/1/comm:systemd\n/proc/9/comm:rsyslogd\n/proc/10/comm:chronyd\n",
    "file-stat": "now 1700000000\n640|root|adm|1600000000|9|regular file|/var/log/auth.log\n",
    "boot-arguments": "root=/dev/sda1 audit=1\n",
    "audit-status": "enabled 1\npid 612\n",
    "audit-rules": "-a always,exit -F arch=b64 -S execve,all -F auid>=1000 -C uid!=euid -k x\n-w /etc -p wa\n-D\n-W /etc\n",
    "rsyslog": "==> /etc/rsyslog.conf <==\nrule *.*;auth.none forward type=legacy protocol=tcp target=10.1.1.9 port=514\n",
    "systemd-conf": "==> /etc/systemd/journald.conf <==\n[Journal]\nMaxRetentionSec=1month\n",
    "logrotate": "==> /etc/logrotate.conf <==\nweekly\nrotate 4\n/var/log/auth.log {\nmaxage 9\n}\ninclude /etc/logrotate.d\n",
    "antivirus-places": "now 1700000000\nplace /sf/edr/agent\nlibrary ClamAV /x ClamAV-VDB:20 Nov 2025 07-35\n",
    "integrity-places": "now 1700000000\ntool aide\ndatabase 1600000000 9 /var/lib/aide/aide.db\n",
    "backup-folders": "folder yes 7 /backup\n",
    "history-size": "==> /etc/profile <==\nexport HISTSIZE=1000\n",
    "time-config": "own 10.1.1.5\ntimesync LinkNTPServers=a b\n==> /etc/chrony.conf <==\nserver 10.1.1.51 iburst\n",
}


@pytest.mark.parametrize("name", sorted(PARSERS))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_text_raises_anything_but_a_parse_error(name, data):
    pieces = st.one_of(
        st.text(max_size=60), st.sampled_from(list(LINES.values())), st.just("==> /a <==\n"), st.just("\\\n")
    )
    text = "".join(data.draw(st.lists(pieces, max_size=12)))
    try:
        parsed = parse_fact(name, text, OPTIONS.get(name, {}))
    except ParseError:
        return
    for record in parsed.records or ():
        assert 1 <= record.line <= len(parsed.lines)
    for entries in parsed.entries.values():
        assert all(1 <= e.line <= len(parsed.lines) for e in entries)


BEGINNINGS = {
    "pam": "==> /etc/pam.d/sshd <==\n",
    "text": "==> /etc/security/pwquality.conf <==\n",
    "accounts": LINES["accounts"],
    "last-logins": "now 1700000000\nown root\n",
    "groups": LINES["groups"],
    "processes": LINES["processes"],
    "file-stat": "now 1700000000\n",
    "audit-status": LINES["audit-status"],
    "rsyslog": "==> /etc/rsyslog.conf <==\n",
    "systemd-conf": "==> /etc/systemd/journald.conf <==\n[Journal]\n",
    "logrotate": "==> /etc/logrotate.conf <==\n",
    "antivirus-places": "now 1700000000\n",
    "integrity-places": "now 1700000000\ntool aide\n",
}
CONTENT = read_baselines().content
DERIVED = {
    spec.derive: (platform.name, name)
    for platform in CONTENT.platforms.values()
    for name, spec in platform.facts.facts.items()
    if spec.derive
}


def obtained(platform, name, data, lines):
    """A fact as parsed from any text, or derived from such."""
    spec = CONTENT.fact_spec(platform, name)
    if spec.derive:
        return DERIVATIONS[spec.derive](tuple((s, obtained(platform, s, data, lines)) for s in spec.sources))
    text = BEGINNINGS.get(spec.parse.parser, "") + "\n".join(data.draw(st.lists(lines, max_size=6)))
    return parse_fact(spec.parse.parser, text, spec.parse.options)


def test_every_derivation_is_used():
    assert set(DERIVED) == set(DERIVATIONS)


@pytest.mark.parametrize("name", sorted(DERIVATIONS))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_source_makes_a_derivation_raise_anything_but_a_parse_error(name, data):
    lines = st.one_of(st.text(max_size=60), st.sampled_from([line.rstrip("\n") for line in LINES.values()]))
    try:
        derived = obtained(*DERIVED[name], data, lines)
    except ParseError:
        return
    for entries in derived.entries.values():
        assert all(1 <= e.line <= len(derived.lines) for e in entries)
    assert all(1 <= record.line <= len(derived.lines) for record in derived.records or ())


@pytest.mark.parametrize(
    "text",
    ["==> /etc/pam.d/sshd <==\n@include sshd\n", "==> /etc/pam.d/sshd <==\n" + "auth include sshd\n" * 50],
    ids=["one", "fifty"],
)
def test_pam_files_that_include_each_other_are_not_understood(text):
    """Fifty includes of itself are fifty to the sixteenth steps for whoever follows them all."""
    with pytest.raises(ParseError, match="没有尽头"):
        stack(parse_fact("pam", text, {}), "sshd", "auth")


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_very_long_lines_and_very_many_lines_end(name):
    """Bounded by the suite's own time limit: a quadratic parser would not come back from these."""
    for text in ("x" * 1_000_000, LINES.get(name, "some text = here\n") * 50_000, "=" * 500_000, "[" * 500_000):
        try:
            parse_fact(name, text, OPTIONS.get(name, {}))
        except ParseError:
            continue
