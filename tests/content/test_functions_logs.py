"""The shell that reads logging, audit and time on servers, against real files: secrets stay, logs are never opened."""

import shutil
from pathlib import Path

import pytest

from checks.facts.registry import parse_fact
from tests.content.shells import SHELLS, attempt, needs_root, run
from tests.facts.facting import parsed, rows

pytestmark = pytest.mark.parametrize("shell", SHELLS)
RSYSLOG = """\
module(load="imuxsock")
$DefaultNetstreamDriver gtls
$ActionSendStreamDriverMode 1
$IncludeConfig /etc/rsyslog.d/*.conf
*.*;auth,authpriv.none\t\t-/var/log/syslog
auth,authpriv.*\t/var/log/auth.log
& @10.1.1.9:514;RSYSLOG_ForwardFormat
*.info;mail.none    @@(o)[2001:db8::1]:6514
local0.*  :ommysql:10.1.1.7,db,user,Gu-Secret-1
*.* action(type="omfwd"
   Target="10.1.1.8" Port="6514" Protocol="tcp"
   # a comment (with a bracket
   StreamDriver="gtls" StreamDriverMode="1" )
if $programname == 'sudo' then /var/log/sudo.log
if $syslogfacility-text == 'auth' then {
   action(type="omfile" file="/data/auth.log")
   action(type="ommysql" server="x" uid="u" pwd="Gu-Secret-2")
}
:msg, contains, "foo(" ~
:msg, contains, "bar" @10.1.1.77
ruleset(name="remote") {
  *.* /var/log/remote.log
}
template(name="t" type="string" string="%msg% ( Gu-Secret-3")
*.emerg\t:omusrmsg:*
cron.* -/var/log/cron.log
"""


@needs_root
def test_rsyslog_is_reduced_to_files_and_targets(shell, tmp_path: Path) -> None:
    (tmp_path / "rsyslog.conf").write_text(RSYSLOG)
    (tmp_path / "rsyslog.d").mkdir()
    (tmp_path / "rsyslog.d" / "90.conf").write_text('*.* action(type="omrelp" target="10.1.1.6" tls="on")')
    text = run("linux", "db_rsyslog", shell, mounted=etc(tmp_path))
    assert "Secret" not in text
    found = rows(parsed("rsyslog", text))
    assert [(r["selector"], r["path"]) for r in found if r["kind"] == "file"] == [
        ("*.*;auth,authpriv.none", "/var/log/syslog"),
        ("auth,authpriv.*", "/var/log/auth.log"),
        ("?", "/var/log/sudo.log"),
        ("?", "/data/auth.log"),
        ("?", "/var/log/remote.log"),
        ("cron.*", "/var/log/cron.log"),
    ]
    assert [(r["selector"], r["target"], r["port"], r["tls"]) for r in found if r["kind"] == "forward"] == [
        ("auth,authpriv.*", "10.1.1.9", "514", "no"),
        ("*.info;mail.none", "2001:db8::1", "6514", "yes"),
        ("*.*", "10.1.1.8", "6514", "yes"),
        ("?", "10.1.1.77", "", "no"),
        ("*.*", "10.1.1.6", "", "yes"),
    ]


@needs_root
def test_a_statement_that_never_ends_is_said(shell, tmp_path: Path) -> None:
    (tmp_path / "rsyslog.conf").write_text('*.* action(type="omfwd"\n target="10.1.1.9"\n')
    assert "unread" in run("linux", "db_rsyslog", shell, mounted=etc(tmp_path)).splitlines()


@needs_root
def test_scripts_of_logrotate_stay_on_the_server(shell, tmp_path: Path) -> None:
    (tmp_path / "logrotate.conf").write_text("weekly\n\trotate 4\n# rotate 9\ninclude /etc/logrotate.d\n")
    (tmp_path / "logrotate.d").mkdir()
    (tmp_path / "logrotate.d" / "mysql").write_text(
        "/var/log/mysql.log {\r\n  daily\n  create 640 mysql adm\n  postrotate\n"
        "    mysqladmin -pGu-Secret-1 flush-logs\n    rotate 99\n  endscript\n  size=5M\n}\n"
    )
    text = run("linux", "db_logrotate", shell, mounted=etc(tmp_path))
    assert "Secret" not in text
    assert text.splitlines() == [
        "==> /etc/logrotate.conf <==", "weekly", "rotate 4", "include /etc/logrotate.d",
        "==> /etc/logrotate.d/mysql <==", "/var/log/mysql.log {", "daily", "size=5M", "}",
    ]  # fmt: skip


@needs_root
def test_log_files_are_seen_and_not_opened(shell, tmp_path: Path) -> None:
    """A log that nobody may read is told as well; files that rsyslog writes elsewhere belong to them."""
    for name in ("auth.log", "auth.log.1", "wtmp", "other.log"):
        (tmp_path / name).write_text("x")
    (tmp_path / "auth.log").chmod(0)
    own = tmp_path / "etc"
    own.mkdir()
    (own / "rsyslog.conf").write_text("authpriv.* /srv/secure.log\n*.* /var/log/auth.log\n*.* ?dynamic\n")
    (own / "srv").mkdir()
    (own / "srv" / "secure.log").write_text("y" * 7)
    before = (tmp_path / "auth.log.1").stat().st_atime_ns
    text = run("linux", "db_log_files", shell, mounted={"/var/log": tmp_path, "/srv": own / "srv", **etc(own)})
    found = {row["path"]: row for row in rows(parsed("log-files", text))}
    assert list(found) == ["/var/log", "/var/log/auth.log", "/var/log/auth.log.1", "/var/log/wtmp", "/srv/secure.log"]
    assert (found["/var/log"]["kind"], found["/srv/secure.log"]["size"]) == ("directory", "7")
    assert found["/var/log/auth.log"]["mode"] == "0"
    assert (tmp_path / "auth.log.1").stat().st_atime_ns == before


@needs_root
def test_other_ways_out_count_only_when_they_are_switched_on(shell, tmp_path: Path) -> None:
    plugin = tmp_path / "audit" / "plugins.d" / "au-remote.conf"
    plugin.parent.mkdir(parents=True)
    plugin.write_text("active = no\n")
    (tmp_path / "audit" / "audisp-remote.conf").write_text("remote_server = 10.1.1.9\nport = 60\ntransport = tcp\n")
    covered = {"/etc": _etc(tmp_path)}
    assert run("linux", "db_log_relays", shell, mounted=covered) == ""
    plugin.write_text("active = yes\n")
    assert run("linux", "db_log_relays", shell, mounted=covered) == "audisp-remote\t10.1.1.9\tno\n"
    (tmp_path / "audit" / "audisp-remote.conf").write_text("remote_server = 10.1.1.9\nenable_krb5 = yes\n")
    assert run("linux", "db_log_relays", shell, mounted=covered) == "audisp-remote\t10.1.1.9\tyes\n"


@needs_root
def test_time_sources_come_without_what_else_stands_in_those_files(shell, tmp_path: Path) -> None:
    (tmp_path / "ntp.conf").write_text(
        "crypto pw Gu-Secret-1\nserver 10.1.1.51 key 4\n#server 10.7.7.7\n Pool ntp.example.org\n"
    )
    (tmp_path / "crontab").write_text(
        "# 0 * * * * root ntpdate 10.7.7.7\n"
        "5 * * * * root PW=Gu-Secret-2 /usr/sbin/ntpdate -u -s 10.1.1.52 time.example.org >/dev/null 2>&1; backup\n"
        "6 * * * * root sntp -s 10.1.1.53 && hwclock -w\n"
    )
    text = run("linux", "db_time_config", shell, mounted={"/etc": _etc(tmp_path)})
    assert "Secret" not in text
    config = parsed("time-config", text)
    assert [entry.value for entry in config.entries["cron"]] == ["10.1.1.52", "time.example.org", "10.1.1.53"]
    assert [(r["word"], r["value"]) for r in rows(config)] == [("server", "10.1.1.51"), ("pool", "ntp.example.org")]


def test_the_machines_own_processes_are_listed(shell) -> None:
    found = parse_fact("processes", run("linux", "db_processes", shell), {})
    assert {"1"} <= {str(record.fields["pid"]) for record in found.records or ()}
    assert len(found.records or ()) > 3


def test_whether_it_is_a_container_is_one_word(shell) -> None:
    assert run("linux", "db_container", shell).strip() in ("yes", "no")


def test_missing_files_have_no_state(shell, tmp_path: Path) -> None:
    there = tmp_path / "a b|c"
    there.write_text("")
    text = run("linux", f"db_stat /nonexistent '{there}' '{tmp_path}'", shell)
    assert [row["path"] for row in rows(parse_fact("file-stat", text, {}))] == [str(there), str(tmp_path)]  # fmt: skip
    assert rows(parse_fact("file-stat", run("linux", "db_stat /nonexistent", shell), {})) == []


def test_the_date_of_virus_patterns_is_read_from_the_beginning_of_the_file(shell, tmp_path: Path) -> None:
    (tmp_path / "daily.cld").write_bytes(b"ClamAV-VDB:20 Nov 2025 07-35 -0500:27823:2076000:90:X:" + b"\x00\xff" * 300)
    done = attempt("linux", "db_antivirus", shell, mounted={"/var/lib": _lib(tmp_path)})
    (library,) = [r for r in rows(parsed("antivirus-places", done.stdout)) if r["kind"] == "library"]
    assert int(str(library["days"])) > 0


def etc(folder: Path) -> dict[str, Path]:
    """Covers for files and folders of /etc that the machine may not have: all of /etc then."""
    return {"/etc": _etc(folder)}


def _etc(folder: Path) -> Path:
    """The test's folder as /etc, with what commands are reached through."""
    if not (folder / "alternatives").exists():
        shutil.copytree("/etc/alternatives", folder / "alternatives", symlinks=True)  # awk is reached through it
    return folder


def _lib(folder: Path) -> Path:
    (folder / "lib" / "clamav").mkdir(parents=True)
    (folder / "lib" / "clamav" / "daily.cld").write_bytes((folder / "daily.cld").read_bytes())
    return folder / "lib"
