"""Where logs go, who gets them and how long they live."""

import pytest

from checks.facts.log_targets import among
from checks.facts.logrotate import FOREVER, keeping, stanzas
from checks.facts.rsyslog import selects
from checks.facts.values import ParseError
from tests.facts.facting import derived, parsed, rows

NOW = 1_767_225_600
DAY = 86_400


def stat(path: str, days: int, size: int = 900, kind: str = "regular file") -> str:
    return f"640|root|adm|{NOW - days * DAY}|{size}|{kind}|{path}\n"


@pytest.mark.parametrize(
    ("selector", "taken"),
    [
        ("*.*", True),
        ("auth,authpriv.*", True),
        ("authpriv.info", True),
        ("*.info;mail.none;authpriv.none;cron.none", False),
        ("*.*;auth,authpriv.none", False),
        ("authpriv.none;*.*", True),
        ("*.emerg", False),
        ("authpriv.warning", False),
        ("auth.*", False),
        ("?", False),
    ],
)
def test_a_selector_takes_logins_when_its_last_word_about_them_does(selector, taken):
    assert selects(selector, "authpriv") is taken


CONF = "==> /etc/logrotate.conf <==\nweekly\nrotate 4\ninclude /etc/logrotate.d\n"


@pytest.mark.parametrize(
    ("stanza", "days", "sure"),
    [
        ("/var/log/a {\n}", 28, True),
        ("/var/log/a {\nrotate 26\n}", 182, True),
        ("/var/log/a {\nmonthly\nrotate 6\n}", 180, True),
        ("/var/log/a\n/var/log/b\n{\ndaily\nrotate 7\n}", 7, True),
        ("/var/log/a {\nhourly\nrotate 48\n}", 2, True),
        ("/var/log/a {\nrotate 52\nmaxage 30\n}", 30, True),
        ("/var/log/a {\nsize 100M\nrotate 9\n}", FOREVER, False),
        ("/var/log/a {\nsize 100M\nweekly\nrotate 26\n}", 182, True),
        ("/var/log/a {\nrotate 26\nmaxsize 1G\n}", 182, False),
        ("/var/log/a {\nrotate 0\nsize 1M\n}", 0, True),
        ("/var/log/a {\nrotate -1\n}", FOREVER, True),
        ('"/var/log/a" /var/log/c {\nrotate=26\n}', 182, True),
        ("/var/log/*a {\nrotate 26\n}", 182, True),
    ],
)  # fmt: skip
def test_how_long_logrotate_keeps_a_log(stanza, days, sure):
    text = f"{CONF}==> /etc/logrotate.d/x <==\n{stanza}\n==> /etc/logrotate.d/y <==\n/var/log/a {{\nrotate 99\n}}\n"
    kept = keeping(stanzas(parsed("logrotate", text)), "/var/log/a")
    assert kept is not None
    assert (kept.days, kept.sure) == (days, sure)


def test_what_logrotate_does_not_read_does_not_count():
    text = f"{CONF}==> /etc/logrotate.d/x.rpmsave <==\n/var/log/a {{\n}}\n"
    assert keeping(stanzas(parsed("logrotate", text)), "/var/log/a") is None
    assert (
        keeping(stanzas(parsed("logrotate", text.replace(".rpmsave", "").replace("include", "#include"))), "/var/log/a")
        is None
    )
    assert keeping(stanzas(parsed("logrotate", CONF + "/var/log/*/a {\n}\n")), "/var/log/a") is None


def test_an_include_that_was_not_read_and_a_count_not_understood_are_no_evidence():
    for text in ("include /opt/logrotate.d\n", "/var/log/a {\nrotate many\n}\n"):
        with pytest.raises(ParseError):
            parsed("logrotate", f"==> /etc/logrotate.conf <==\n{text}")


def life(**given: str) -> dict[str, object]:
    facts = {key.replace("_", "-"): text for key, text in given.items()}
    (row,) = rows(derived("log-retention", {"logrotate": "", "journald": "", "auditd-conf": "", **facts}))
    return row


def test_auditd_rotating_by_size_is_judged_by_the_oldest_file_once_all_places_are_taken():
    audit = "/var/log/audit/audit.log"
    files = f"now {NOW}\n" + stat(audit, 0) + stat(audit + ".1", 3) + stat(audit + ".2", 9) + stat("/var/log/syslog", 0)
    text = {"log-files": files, "auditd-conf": "max_log_file_action = ROTATE\nnum_logs = 3\n", "logrotate": CONF}
    assert rows(derived("log-retention", text))[-1] == {"log": audit, "most": "99999", "oldest": "9", "days": "9"}
    text["auditd-conf"] = "max_log_file_action = ROTATE\nnum_logs = 9\n"
    assert "说不准" in str(rows(derived("log-retention", text))[-1]["days"])
    text["auditd-conf"] = "max_log_file_action = keep_logs\n"
    assert rows(derived("log-retention", text))[-1]["days"] == "99999"


def test_the_name_of_an_archived_journal_tells_when_it_begins():
    begun = f"{(NOW - 200 * DAY) * 1_000_000:016x}"
    name = f"/var/log/journal/m/system@{'0' * 32}-{'0' * 16}-{begun}.journal"
    files = f"now {NOW}\n{stat('/var/log/journal', 0, kind='directory')}{stat(name, 100)}"
    found = life(log_files=files)
    assert (found["log"], found["most"], found["oldest"]) == ("journal", "99999", "200")
    limited = "==> /etc/systemd/journald.conf <==\n[Journal]\nMaxRetentionSec=1month 2week\n"
    assert life(log_files=files, journald=limited)["most"] == "44"


def test_an_empty_file_is_no_proof_of_age():
    row = life(log_files=f"now {NOW}\n" + stat("/var/log/auth.log", 900, size=0))
    assert row["oldest"] == "0"


def test_drop_ins_stand_over_the_main_file_and_etc_over_usr():
    text = (
        "==> /etc/systemd/journald.conf <==\n[Journal]\nStorage=volatile\n"
        "==> /usr/lib/systemd/journald.conf.d/50.conf <==\n[Journal]\nStorage=none\n"
        "==> /etc/systemd/journald.conf.d/50.conf <==\n[Other]\nStorage=none\n[Journal]\n#Storage=none\nStorage=persistent\n"
        "==> /usr/lib/systemd/journald.conf <==\n[Journal]\nSystemMaxUse=1G\n"
    )
    entries = parsed("journald", text).entries
    assert {key: entry[0].value for key, entry in entries.items()} == {"Storage": "persistent"}
    assert (
        parsed("journald", text + "==> /run/systemd/journald.conf.d/99.conf <==\n[Journal]\nStorage=\n").entries == {}
    )


@pytest.mark.parametrize(
    ("host", "declared", "said"),
    [
        ("10.1.1.9", ["10.1.1.9"], "yes"),
        ("10.1.1.9", ["10.1.1.8"], "no"),
        ("2001:db8::1", ["2001:DB8:0::1"], "yes"),
        ("log.example.edu", ["LOG.example.edu"], "yes"),
        ("log.example.edu", ["10.1.1.9"], ""),
        ("10.1.1.9", ["log.example.edu"], ""),
        ("10.1.1.9", [], "no"),
    ],
)
def test_a_name_and_an_address_cannot_be_compared(host, declared, said):
    assert among(host, declared) == said


def test_a_statement_without_end_leaves_rsyslog_unknown():
    with pytest.raises(ParseError):
        parsed("rsyslog", "==> /etc/rsyslog.conf <==\nunread\n")


TIME = {"processes": "/proc/1/comm:systemd\n/proc/9/comm:chronyd\n", "container": "no\n"}


def test_chrony_follows_its_folders_and_nothing_it_does_not_name():
    text = (
        "==> /etc/chrony/chrony.conf <==\nconfdir /etc/chrony/conf.d\n"
        "==> /etc/chrony/conf.d/school.conf <==\nserver 10.1.1.51 iburst\n"
        "==> /etc/chrony/sources.d/dhcp.sources <==\nserver 10.7.7.7\n==> /etc/ntp.conf <==\nserver 10.8.8.8\n"
    )
    assert [row["host"] for row in rows(derived("time-sources", TIME | {"time-config": text}))] == ["10.1.1.51"]
    with pytest.raises(ParseError, match="没有读到"):
        derived("time-sources", TIME | {"time-config": text.replace("/etc/chrony/conf.d\n", "/opt/more\n", 1)})


def test_timesyncd_uses_its_built_in_servers_only_when_it_has_no_others():
    given = {**TIME, "processes": "/proc/1/comm:systemd\n/proc/9/comm:systemd-timesyn\n"}
    text = "timesync LinkNTPServers=10.1.1.51\ntimesync FallbackNTPServers=10.9.9.9\n"
    assert [row["host"] for row in rows(derived("time-sources", given | {"time-config": text}))] == ["10.1.1.51"]
    with pytest.raises(ParseError):
        derived("time-sources", given | {"time-config": "timesync FallbackNTPServers=\n"})


@pytest.mark.parametrize("header", ["ClamAV-VDB:31 Feb 2025 07-35", "ClamAV-VDB:31 Foo 2025 07-35", "", "\\x00"])
def test_a_pattern_file_whose_date_cannot_be_read_has_no_age(header):
    places = f"now {NOW}\nlibrary ClamAV /var/lib/clamav/daily.cvd {header}\n"
    (row,) = rows(
        derived("antivirus", {"antivirus-places": places, "processes": "/proc/1/comm:init\n/proc/9/comm:clamd\n"})
    )
    assert "days" not in row


def test_a_log_is_as_loose_as_the_loosest_of_its_files():
    names = ("auth.log", "auth.log.1", "auth.log.12.gz", "auth.log-20251127", "auth.log-20251127.xz", "auth.log.old")
    listed = "".join(stat(f"/var/log/{name}", 0) for name in names)
    loose = "606|wang|adm|1767225600|9|regular file|/var/log/messages-20251120.gz\n"
    found = rows(derived("log-protection", {"log-files": f"now {NOW}\n{listed}{stat('/var/log/messages', 0)}{loose}"}))
    assert [(row["path"], row["mode"], row["owner"]) for row in found] == [
        ("/var/log/auth.log", "640", ("root",)),
        ("/var/log/auth.log.old", "640", ("root",)),
        ("/var/log/messages", "646", ("root", "wang")),
    ]


def test_the_many_files_of_the_journal_are_one_log():
    names = ("system.journal", "user-1000.journal", f"system@{'0' * 32}-{'0' * 16}-{'0' * 16}.journal")
    listed = "".join(stat(f"/var/log/journal/abc/{name}", 0) for name in names)
    found = rows(derived("log-protection", {"log-files": f"now {NOW}\n{listed}"}))
    assert [row["path"] for row in found] == ["/var/log/journal/*"]
