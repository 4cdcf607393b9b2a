"""Evidence carried by hand: printed batches and device configurations, complete or openly not."""

import gzip
from datetime import datetime, timedelta

import pytest
from gathering import AT, TAG_KEY, batch_of, by_name, new_parameters, run_script

from audit.gather.imported import obtained_by, read_batch_output, read_device_config
from audit.gather.tags import tag
from checks.model.fact import FactStatus

BATCH = batch_of({"a": {"run": "printf one"}, "b": {"file": "/etc/hostname"}})
VRP = """#
sysname SW-1
#
aaa
 local-user admin password irreversible-cipher $1c$Qx.y4$kUe!!longcipher$
 local-user admin service-type ssh
#
snmp-agent community read cipher %^%#Zk2)x9secretcommunity%^%#
snmp-agent community write public
#
user-interface vty 0 4
 authentication-mode aaa
#
return
"""


def printed(**values: object) -> bytes:
    """What an officer's redirected output file holds."""
    return run_script(["sh"], BATCH.script(new_parameters(quiet=True, **values))).stdout


@pytest.mark.parametrize("plain", [True, False])
def test_the_output_of_a_printed_batch_is_as_good_as_a_live_one(plain: bool) -> None:
    soon = AT.replace(year=2100)
    for raw in (printed(plain=plain), gzip.compress(printed(plain=plain))):
        collection = read_batch_output(raw, "web-01", BATCH, soon)
        assert (collection.status, collection.method, collection.origin) == ("complete", "import", "imported")
        facts = by_name(collection.facts)
        assert facts["a"].text == "one"
        assert facts["a"].origin == "imported"
        assert facts["a"].at < soon - timedelta(days=365)  # the host's clock, not the day of the import


def test_an_output_from_a_clock_in_the_future_is_dated_by_the_import() -> None:
    long_ago = AT.replace(year=2001)
    assert by_name(read_batch_output(printed(), "web-01", BATCH, long_ago).facts)["a"].at == long_ago


def test_a_cut_output_is_partial_with_a_cause_and_a_next_step() -> None:
    raw = printed(plain=True)
    collection = read_batch_output(raw[: raw.index(b"one") + 1], "web-01", BATCH, AT)
    assert collection.status == "partial"
    assert "web-01" in collection.cause
    assert "重新运行" in collection.cause
    assert by_name(collection.facts)["a"].status is FactStatus.TRUNCATED


def test_another_batchs_output_and_other_files_are_refused() -> None:
    other = batch_of({"a": {"run": "printf two"}})
    assert "另一版" in read_batch_output(printed(), "web-01", other, AT).cause
    for raw in (b"", b"hello", b"\x1f\x8bbroken", b"\x00" * 1000):
        collection = read_batch_output(raw, "web-01", BATCH, AT)
        assert collection.status == "failed"
        assert {fact.status for fact in collection.facts} == {FactStatus.UNREACHABLE}


def test_a_device_configuration_loses_its_secrets_and_nothing_else() -> None:
    collection = read_device_config(VRP.encode("gbk"), "sw-01", "huawei-vrp", AT, TAG_KEY)
    (fact,) = collection.facts
    assert (collection.status, fact.name, fact.status) == ("complete", "config", FactStatus.OK)
    assert "longcipher" not in fact.text
    assert "secretcommunity" not in fact.text
    assert "local-user admin password irreversible-cipher <reduced algorithm=irreversible-cipher tag=" in fact.text
    assert f"write <reduced algorithm=none tag={tag(TAG_KEY, 'public')} known-default=public>" in fact.text
    kept = [line for line in VRP.splitlines() if "cipher" not in line and "community" not in line]
    assert [line for line in fact.text.splitlines() if "<reduced" not in line] == kept
    assert len(fact.text.splitlines()) == len(VRP.splitlines())


SECRET_LINES = [
    "super password level 3 cipher S3CRET",
    "super password role network-admin hash S3CRET",
    "set authentication password simple S3CRET",
    " password hash S3CRET",
    "enable secret 5 S3CRET",
    "enable secret level 15 0 S3CRET",
    "enable password S3CRET words",
    "username bob privilege 15 password 7 S3CRET",
    "username bob secret 9 S3CRET",
    "snmp-server community S3CRET ro 10",
    "snmp-server host 10.1.1.1 version 2c S3CRET",
    "snmp-agent target-host trap address udp-domain 10.1.1.1 params securityname cipher S3CRET v2c",
    "snmp-agent usm-user v3 u authentication-mode sha cipher S3CRET privacy-mode aes128 cipher S3CRET",
    "snmp-server user u g v3 auth sha S3CRET priv aes 128 S3CRET",
    "radius-server shared-key cipher S3CRET",
    "radius-server key 7 S3CRET",
    " key authentication simple S3CRET",
    " primary authentication 10.1.1.1 key cipher S3CRET",
    " key S3CRET",
    "tacacs-server host 10.1.1.1 key S3CRET",
    "ntp-service authentication-keyid 1 authentication-mode md5 cipher S3CRET",
    "ntp authentication-key 1 md5 S3CRET",
    " ospf authentication-mode md5 1 cipher S3CRET",
    " ip ospf message-digest-key 1 md5 7 S3CRET",
    " key-string 7 S3CRET",
    "crypto isakmp key S3CRET address 10.0.0.1",
    "pre-shared-key cipher S3CRET",
    " security wpa2 psk pass-phrase S3CRET aes",
    " ppp chap password cipher S3CRET",
    "peer 10.1.1.1 password cipher S3CRET",
    "neighbor 10.0.0.2 password 7 S3CRET",
    "vrrp 1 authentication S3CRET",
    "something unheard of %^%#S3CRETS3CRET%^%#",
    "enable password secret",
]


@pytest.mark.parametrize("line", SECRET_LINES)
def test_no_vendors_secret_survives(line: str) -> None:
    text = read_device_config(f"{line}\nend\n".encode(), "sw-01", "cisco-ios", AT, TAG_KEY).facts[0].text
    assert "S3CRET" not in text
    assert "<reduced algorithm=" in text
    assert text.split()[0] == line.split()[0]


@pytest.mark.parametrize(
    "line",
    [
        " authentication-mode aaa",
        " authentication-mode password",
        "ssh server cipher aes256_ctr aes128_ctr",
        "password-control length 10",
        "service password-encryption",
        "undo password",
        "aaa authentication login default group tacacs+ local",
        "ntp-service authentication enable",
        "key chain ospf-keys",
        "snmp-agent community complexity-check disable",
        "snmp-server host 10.1.1.1 version 3 auth user1",
    ],
)
def test_settings_that_only_look_like_secrets_are_kept(line: str) -> None:
    assert line in read_device_config(f"{line}\nend\n".encode(), "sw-01", "cisco-ios", AT, TAG_KEY).facts[0].text


def test_private_keys_in_blocks_are_dropped() -> None:
    text = "crypto ca x\n-----BEGIN RSA PRIVATE KEY-----\nS3CRET\n-----END RSA PRIVATE KEY-----\nend\n"
    assert "S3CRET" not in read_device_config(text.encode(), "sw-01", "cisco-ios", AT).facts[0].text


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "failed"),
        ("  \n \n", "failed"),
        ("Error: Unrecognized command found at '^' position.\n", "failed"),
        ("% Invalid input detected at '^' marker.\n", "failed"),
        (VRP.replace("return\n", ""), "truncated"),
        (VRP[: len(VRP) // 2], "truncated"),
        (VRP.replace("aaa\n", "aaa\n  ---- More ----\n"), "truncated"),
        (VRP + "<SW-1>\n", "ok"),
        (VRP + "<SW-1>quit\n", "ok"),
        (VRP.replace("\n", "\r\n"), "ok"),
        ("\ufeff" + VRP, "ok"),
    ],
)
def test_a_configuration_that_is_not_whole_is_never_ok(text: str, status: str) -> None:
    collection = read_device_config(text.encode(), "sw-01", "huawei-vrp", AT)
    assert collection.facts[0].status.value == status
    assert (collection.cause == "") == (status == "ok")


@pytest.mark.parametrize(
    ("modified", "expected"),
    [("2024-05-01T08:00:00+00:00", "2024-05-01"), ("2099-01-01T00:00:00+00:00", None), (None, "1970-01-01")],
    ids=["written-long-ago", "clock-in-the-future", "no-date"],
)
def test_a_file_is_as_old_as_its_own_date_and_never_newer_than_its_import(modified: str | None, expected: str | None):
    seconds = datetime.fromisoformat(modified).timestamp() if modified else -5.0
    obtained = obtained_by(seconds, AT)
    assert f"{obtained:%Y-%m-%d}" == (expected or f"{AT:%Y-%m-%d}")
    assert read_device_config(VRP.encode(), "sw-01", "huawei-vrp", obtained).facts[0].at == obtained


def test_a_date_no_calendar_has_does_not_stop_an_import() -> None:
    assert obtained_by(1e15, AT) == AT.replace(microsecond=0)
