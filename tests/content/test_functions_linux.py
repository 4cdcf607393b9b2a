"""The shell that runs on servers, against real files: what it reads, and what it never says."""

import secrets
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.gather.batch import Parameters, compile_batch
from audit.gather.frames import decode
from checks.facts.registry import parse_fact
from lab.sshd import find_sshd, free_port
from tests.content.shells import CONTENT, SHELLS, attempt, needs_root, run

AT = datetime(2026, 11, 24, tzinfo=UTC)
COME_AND_GO = ("login-paths", "sshd", "redis-instances", "redis-config")
pytestmark = pytest.mark.parametrize("shell", SHELLS)
PASSWD = """\
root:x:0:0:root:/root:/bin/bash
open::1001:1001::/home/open:/bin/sh
legacy:$1$salt$LegacyHashInPasswd:1002:1002::/home/legacy:/bin/sh
ghost:x:1003:1003::/home/ghost:/bin/sh
last:x:1004:1004::/home/last:"""
SHADOW = """\
root:$y$j9T$salt$RootHashSecret:20000:0:90:7:::
open:*:20000:0:90:7:::
last:!$6$salt$LastHashSecret::0::7:::"""


@needs_root
def test_accounts_come_with_state_and_ageing_and_without_any_hash(shell, tmp_path: Path) -> None:
    """Also: a password field in passwd itself, an account without a shadow line, files without a last newline."""
    (tmp_path / "passwd").write_text(PASSWD)
    (tmp_path / "shadow").write_text(SHADOW)
    covered = {"/etc/passwd": tmp_path / "passwd", "/etc/shadow": tmp_path / "shadow"}
    text = run("linux", "db_accounts", shell, mounted=covered)
    assert "Secret" not in text
    assert "LegacyHash" not in text
    records = {str(r.fields["name"]): r.fields for r in parse_fact("accounts", text, {}).records or ()}
    assert {name: fields["state"] for name, fields in records.items()} == {
        "root": "set", "open": "empty", "legacy": "set", "ghost": "none", "last": "locked",
    }  # fmt: skip
    assert (records["root"]["max"], records["root"]["algorithm"]) == ("90", "yescrypt")
    assert "max" not in records["last"]
    assert "lastchg" not in records["last"]


@needs_root
def test_pam_files_come_whole_but_without_the_passwords_written_in_them(shell, tmp_path: Path) -> None:
    (tmp_path / "sshd").write_text(
        "auth optional pam_mysql.so user=vsftp passwd=Gu-Secret host=10.9.0.7\nauth required pam_unix.so"
    )
    text = run("linux", "db_pam", shell, mounted={"/etc/pam.d": tmp_path})
    assert "Gu-Secret" not in text
    assert text.splitlines() == [
        "==> /etc/pam.d/sshd <==",
        "auth optional pam_mysql.so user=vsftp passwd=<reduced> host=10.9.0.7 ",
        "auth required pam_unix.so",
    ]


@needs_root
def test_exports_open_to_everybody_are_counted_whatever_way_they_are_written(shell, tmp_path: Path) -> None:
    (tmp_path / "exports").write_text(
        "# /srv *(rw)\n/srv/a *(rw)\n/srv/b\n/srv/c (ro)\n/srv/d 10.9.0.0/24(rw)\n/srv/e 0.0.0.0/0(ro)\n"
        "/srv/f 10.9.0.7(rw) *(ro)\n"
    )
    shutil.copytree("/etc/alternatives", tmp_path / "alternatives", symlinks=True)  # awk is reached through it
    text = run("linux", "db_shares", shell, mounted={"/etc": tmp_path})
    assert "open-exports 5" in text.splitlines()


def test_a_samba_configuration_that_is_not_all_there_leaves_the_number_of_guest_shares_out(
    shell, tmp_path: Path
) -> None:
    conf = tmp_path / "smb.conf"
    conf.write_text("[global]\n[a]\n Guest OK = Yes\n; guest ok = yes\n[b]\n public=yes\n[c]\n guest ok = no\n")
    assert run("linux", f"db_samba_guests '{conf}'", shell) == "guest-shares 2\n"
    conf.write_text("[global]\n include = /etc/samba/more.conf\n")
    assert run("linux", f"db_samba_guests '{conf}'", shell) == ""
    assert run("linux", "db_samba_guests /nonexistent/smb.conf", shell) == "guest-shares 0\n"


@pytest.mark.parametrize(
    ("config", "included", "has_match"),
    [
        ("Port 22\n", "", False),
        ("Port 22\n# Match User a\n", "", False),
        ("Port 22\n  match user a\n", "", True),
        ("Include {folder}/*.inc\n", "Port 22\n", False),
        ("Include {folder}/*.inc\n", "Match Address 10.0.0.0/8\n", True),
        ('include "{folder}/more.inc"', "MATCH all", True),
        ("Include {folder}/self\n", "", True),
    ],
    ids=["none", "comment", "own", "include-none", "include", "no-newline", "include-of-itself"],
)
def test_match_blocks_are_found_in_what_a_configuration_includes(
    shell, tmp_path: Path, config, included, has_match
) -> None:
    main = tmp_path / "self"
    main.write_text(config.format(folder=tmp_path))
    (tmp_path / "more.inc").write_text(included)
    said = run("linux", f"if db_sshd_match '{main}' 5; then echo match; else echo none; fi", shell)
    assert said.strip() == ("match" if has_match else "none")


@pytest.mark.network
@needs_root
def test_sshd_as_it_runs_not_as_it_is_written(shell, tmp_path: Path) -> None:
    """Match blocks make one path an account and source; the arguments it was started with stay in force."""
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    config = tmp_path / "conf"
    config.write_text(
        f"Port {free_port('127.0.0.62')}\nListenAddress 127.0.0.62\nPidFile none\nUsePAM no\nHostKey {key}\n"
        "Match Address 10.9.1.0/24\n ClientAliveInterval 77\n"
    )
    said = run("linux", SSHD_ASKED.format(**_serving(config)), shell, mounted=_privilege_separation(tmp_path))
    started, listed, *effective = said.split("====\n")
    paths = [line.split("\t") for line in listed.splitlines() if str(config) in line]
    assert {(user, addr) for _, _, user, addr in paths} >= {("root", "10.9.0.5"), ("root", "10.9.1.5")}
    assert {pid for _, pid, _, _ in paths} == {started.strip()}
    for text, seconds in zip(effective, ("300", "77"), strict=True):
        entries = parse_fact("keyvalue", text, {"fold": True}).entries
        assert entries["clientaliveinterval"][0].value == seconds
        assert entries["openssh"][0].value[0].isdigit()


SSHD_ASKED = """
LD_LIBRARY_PATH='{libraries}'; export LD_LIBRARY_PATH
'{binary}' -D -f '{config}' -oClientAliveInterval=300 2>/dev/null &
pid=$!
sleep 0.5
echo "$pid"; echo ====
db_sshd_paths
for addr in 10.9.0.5 10.9.1.5; do echo ====; db_sshd_effective "$pid" root "$addr"; done
kill "$pid"
"""
"""A server started with an argument of its own, its login paths, and its settings for two sources."""


def _serving(config: Path) -> dict[str, object]:
    program = find_sshd()
    return {"binary": program.binary, "libraries": program.libraries or "", "config": config}


def _privilege_separation(folder: Path) -> dict[str, Path]:
    """What sshd wants of a system when it runs as root, shown to this test alone: its account and its folder."""
    accounts = Path("/etc/passwd").read_text().rstrip("\n")
    (folder / "passwd").write_text(f"{accounts}\nsshd:x:64022:65534::/run/sshd:/usr/sbin/nologin\n")
    (folder / "run" / "sshd").mkdir(parents=True)
    (folder / "run" / "sshd").chmod(0o755)
    return {"/etc/passwd": folder / "passwd", "/run": folder / "run"}


REDIS = """\
port 7001
requirepass "foobared"
REQUIREPASS 'Huancun-Secret-1'
include {folder}/more.inc
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("user default on nopass ~* +@all", "default-user empty"),
        ("user default on >Acl-Secret ~* +@all", "default-user set"),
        ("user default on >foobared ~*", "default-user default"),
        ("user default on #9f86d081884c7d659a2feaa0c55ad015", "default-user set"),
        ("user default off nopass", "default-user off"),
        ("user bob on nopass ~*", "open-user yes"),
        ("user bob off nopass ~*", ""),
    ],
)
def test_redis_configuration_is_reduced_to_states(shell, tmp_path: Path, line, said) -> None:
    (tmp_path / "redis.conf").write_text(REDIS.format(folder=tmp_path))
    (tmp_path / "more.inc").write_text(line)
    text = run("redis", f"db_redis_config '{tmp_path}/redis.conf'", shell)
    assert "Secret" not in text
    assert "foobared" not in text
    entries = parse_fact("keyvalue", text, {"repeat": "last"}).entries
    assert entries["requirepass-state"][0].value == "set"
    assert [f"{key} {entries[key][0].value}" for key in ("default-user", "open-user") if key in entries] == [said][
        : bool(said)
    ]


def test_a_redis_configuration_that_is_not_all_there_is_an_error(shell, tmp_path: Path) -> None:
    for body in ("include more.conf\n", f"include {tmp_path}/missing.conf\n", f"include {tmp_path}/redis.conf\n"):
        (tmp_path / "redis.conf").write_text("requirepass long-enough-word\n" + body)
        assert attempt("redis", f"db_redis_config '{tmp_path}/redis.conf'", shell).returncode != 0
    assert attempt("redis", "db_redis_config -", shell).returncode != 0


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("redis-server 127.0.0.1:7005", "7005 -"),
        ("redis-server *:7005 [cluster]", "7005 -"),
        ("/usr/bin/redis-server {folder}/redis.conf", "7001 {folder}/redis.conf"),
        ("/usr/bin/redis-server {folder}/redis.conf --port 7009", "7009 {folder}/redis.conf"),
        ("redis-server", "0 -"),
    ],
)
def test_a_redis_is_found_by_its_title_or_its_arguments(shell, tmp_path: Path, title, place) -> None:
    (tmp_path / "redis.conf").write_text("port 7001\n")
    said = run("redis", f"db_redis_place '{title.format(folder=tmp_path)} '; echo \"$port $file\"", shell)
    assert said.strip() == place.format(folder=tmp_path)


LOCKED = """\
mount --bind / / && mount -o remount,bind,ro / && mount -t tmpfs none /tmp || exit 99
"$@" || exit
test -z "$(ls -A /tmp)" || { echo 'something was left in /tmp' >&2; exit 98; }
"""


@needs_root
def test_13_the_whole_batch_says_the_same_where_nothing_can_be_written(shell) -> None:
    """Facts of other tests' servers come and go; those of the machine itself must not need a writable file system."""
    batch = compile_batch({name: CONTENT.platforms[name].facts for name in ("linux", "redis")})

    def statuses(*before: str) -> dict[str, str]:
        parameters = Parameters(nonce=secrets.token_hex(16), tag_key="5c" * 32, addresses="10.9.0.5")
        words = [*before, *shell, "-s"]
        done = subprocess.run(
            words, input=batch.script(parameters).encode(), capture_output=True, timeout=90, check=False
        )
        assert done.returncode == 0, done.stderr
        assert b"Read-only file system" not in done.stderr
        decoded = decode(done.stdout, done.stderr, batch, "this-server", AT, nonce=parameters.nonce)
        return {f.name: f.status.value for f in decoded.facts if not f.instance and f.name not in COME_AND_GO}

    private = ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", LOCKED, "sh"]
    assert statuses(*private) == statuses()
