"""Packages, repositories, releases, kernels, mounts, exports, network parameters: as both families print them."""

import pytest

from checks.facts.network_parameters import network_parameters
from checks.facts.registry import DERIVATIONS, parse_fact
from checks.facts.values import ParseError


def rows(name: str, text: str) -> list[dict[str, object]]:
    return [dict(record.fields) for record in parse_fact(name, text, {}).records or ()]


def test_packages_of_both_families_and_only_what_is_installed():
    dpkg = "ii \tbash\t5.2.15-2+b7\tamd64\nrc \told\t1\tamd64\nhi \theld\t2\tall\niU \thalf\t3\tamd64\nun \tgone\t\t\n"
    with pytest.raises(ParseError, match="第 5 行"):
        rows("packages", dpkg)
    assert [row["name"] for row in rows("packages", dpkg.rpartition("un ")[0])] == ["bash", "held", "half"]
    rpm = "ii \tbash\t(none):4.2.46-34.el7\tx86_64\nii \tbind-utils\t32:9.11.4-26\tx86_64\nii \tglibc\t0:2.28-225.el8\tx86_64\n"
    assert [row["version"] for row in rows("packages", rpm)] == ["4.2.46-34.el7", "32:9.11.4-26", "2.28-225.el8"]


@pytest.mark.parametrize("text", ["", "rc \told\t1\tamd64\n", "error: cannot open Packages database\n"])
def test_a_list_without_packages_is_no_list(text):
    with pytest.raises(ParseError):
        rows("packages", text)


APT = """\
==> /etc/apt/sources.list <==
# deb http://old.example/debian buster main
deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://a.example/deb stable main
deb [ trusted=yes ] https://b.example/deb ./
==> /etc/apt/sources.list.d/c.sources <==
# Enabled: no
Types: deb
URIs: https://c.example/deb
Suites: stable
Trusted: yes

Types: deb
URIs: https://d.example/deb
Suites: stable
Enabled: no
Trusted: yes

Types: deb
URIs: https://e.example/deb
Suites: stable
"""


def test_apt_sources_in_both_forms():
    assert {str(row["url"])[8]: row["signed"] for row in rows("repositories", APT)} == {
        "a": "yes",
        "b": "no",
        "c": "no",
        "e": "yes",
    }


@pytest.mark.parametrize(
    ("main", "own", "signed"),
    [("gpgcheck=1", "", "yes"), ("gpgcheck=1", "gpgcheck=0", "no"), ("gpgcheck = 0", "gpgcheck = 1", "yes"), ("", "", "no"), ("gpgcheck=True", "", "yes")],
)  # fmt: skip
def test_yum_takes_what_the_repository_says_then_main_then_nothing(main, own, signed):
    text = f"==> /etc/dnf/dnf.conf <==\n[main]\n{main}\n==> /etc/yum.repos.d/x.repo <==\n[base]\nname=Base\nbaseurl=http://m.example/\n{own}\n"
    assert [row["signed"] for row in rows("repositories", text)] == [signed]


def supported(os_release: str) -> str:
    table = "debian|12|2028-06-30|x\nrhel|8|2029-05-31|x\nopeneuler|22.03 (LTS-SP4)|2026-06-30|x\ncentos|8|2021-12-31|x\ncentos-stream|8|2024-05-31|x\nubuntu|22.04|2027-04-01|x\n"
    parts = (
        ("os-release", parse_fact("keyvalue", os_release, {"separator": "="})),
        ("release-table", parse_fact("table", table, {"columns": ("id", "version", "until", "source"), "separator": "|"})),
    )  # fmt: skip
    return DERIVATIONS["release-support"](parts).entries["until"][0].value


@pytest.mark.parametrize(
    ("os_release", "until"),
    [
        ('ID=debian\nVERSION_ID="12"\nVERSION="12 (bookworm)"\n', "2028-06-30"),
        ('ID="rhel"\nVERSION_ID="8.9"\n', "2029-05-31"),
        ('ID="openEuler"\nVERSION="22.03 (LTS-SP4)"\nVERSION_ID="22.03"\n', "2026-06-30"),
        ('ID="centos"\nNAME="CentOS Linux"\nVERSION_ID="8"\n', "2021-12-31"),
        ('ID="centos"\nNAME="CentOS Stream"\nVERSION_ID="8"\n', "2024-05-31"),
        ('ID=ubuntu\nVERSION="22.04.4 LTS (Jammy Jellyfish)"\nVERSION_ID="22.04"\n', "2027-04-01"),
    ],
)
def test_a_release_is_found_as_exactly_as_the_table_knows_it(os_release, until):
    assert supported(os_release) == until


@pytest.mark.parametrize(
    "os_release", ["", "ID=kylin\nVERSION_ID=V10\n", 'ID=openEuler\nVERSION_ID="22.03"\n', "ID=debian\n"]
)
def test_a_release_the_table_does_not_know_is_not_guessed(os_release):
    with pytest.raises(ParseError, match="维护期限表里没有"):
        supported(os_release)


@pytest.mark.parametrize(
    ("text", "newest", "current"),
    [
        ("running 6.1.0-9-amd64\ninstalled 6.1.0-9-amd64\ninstalled 6.1.0-21-amd64\n", "6.1.0-21-amd64", "no"),
        ("running 6.1.0-21-amd64\ninstalled 6.1.0-21-amd64\ninstalled 6.1.0-25-cloud-amd64\n", "6.1.0-21-amd64", "yes"),
        ("running 4.18.0-513.el8_9.x86_64\ninstalled 4.18.0-553.el8_10.x86_64\n", "4.18.0-553.el8_10.x86_64", "no"),
        ("running 4.19.90-52.22.v2207.ky10.x86_64\ninstalled 4.19.90-52.22.v2207.ky10.x86_64\n", "4.19.90-52.22.v2207.ky10.x86_64", "yes"),
    ],
)  # fmt: skip
def test_the_newest_kernel_of_the_same_series(text, newest, current):
    entries = parse_fact("kernels", text, {}).entries
    assert (entries["newest"][0].value, entries["current"][0].value) == (newest, current)


def test_a_mount_over_another_hides_it():
    text = "overlay / overlay rw 0 0\ntmpfs /tmp tmpfs rw,nosuid 0 0\ntmpfs /tmp tmpfs rw,noexec,nodev 0 0\n"
    assert {row["place"]: row["options"] for row in rows("mounts", text)}["/tmp"] == ("rw", "noexec", "nodev")


def test_exports_with_defaults_quotes_comments_and_continued_lines():
    text = (
        "==> /etc/exports <==\n# /x *(rw)\n/a 10.9.0.7(rw,no_root_squash) 10.9.0.8\n/b -ro,insecure 10.9.0.0/24(rw) # y\n"
        '"/c d" \\\n *(ro)\n==> /etc/exports.d/z.exports <==\n/e\n'
    )
    found = [(row["path"], row["client"], row["options"]) for row in rows("exports", text)]
    assert found == [
        ("/a", "10.9.0.7", ("rw", "no_root_squash")),
        ("/a", "10.9.0.8", ()),
        ("/b", "10.9.0.0/24", ("ro", "insecure", "rw")),
        ("/c d", "*", ("ro",)),
        ("/e", "*", ()),
    ]


def parameters(**switches: tuple[int, int]) -> dict[str, object]:
    """The record of eth0; each switch as (all, eth0)."""
    text = "".join(f"ipv4\tall\t{k}\t{a}\nipv4\teth0\t{k}\t{b}\n" for k, (a, b) in switches.items())
    return dict((network_parameters(text, {}).records or ())[0].fields)


@pytest.mark.parametrize(
    ("forwarding", "both", "accepts"),
    [(0, (1, 0), "yes"), (0, (0, 1), "yes"), (0, (0, 0), "no"), (1, (1, 0), "no"), (1, (1, 1), "yes")],
)
def test_redirects_are_or_on_a_host_and_and_on_a_router(forwarding, both, accepts):
    assert parameters(forwarding=(forwarding, forwarding), accept_redirects=both)["redirects"] == accepts


def test_source_routes_are_and_reverse_path_is_the_larger():
    found = parameters(accept_source_route=(0, 1), rp_filter=(2, 1), send_redirects=(0, 1))
    assert (found["source-route"], found["rp-filter"], found["send-redirects"]) == ("no", "2", "yes")


def test_one_gateway_interface_however_many_routes_lead_over_it():
    text = "interface\teth0\tphysical\tup\ndefault\teth0\tipv4\t-\ndefault\teth0\tipv6\t-\n"
    assert [e.value for e in parse_fact("outlets", text, {}).entries["gateway-interface"]] == ["eth0"]
    with pytest.raises(ParseError):
        parse_fact("outlets", "default\teth0\tipv4\t-\n", {})


def test_members_missing_from_an_array_or_a_bond():
    assert [row["missing"] for row in rows("redundancy", "raid\tmd0\t2\t1\nbond\tbond0\t2\t2\n")] == ["1", "0"]
    with pytest.raises(ParseError):
        rows("redundancy", "raid\tmd0\t2\tx\n")
