"""The shell that reads privileges and permissions, against real files: what it reads, and what it never says."""

import os
import subprocess
from pathlib import Path

import pytest

from checks.facts.registry import parse_fact
from tests.content.shells import SHELLS, attempt, needs_root, run

pytestmark = pytest.mark.parametrize("shell", SHELLS)


@needs_root
def test_sudoers_come_as_sudo_reads_them(shell, tmp_path: Path) -> None:
    """Files whose name has a dot or ends in ~ are not read: what stands in them is not in force."""
    folder = tmp_path / "sudoers.d"
    folder.mkdir()
    (tmp_path / "sudoers").write_text("a ALL=ALL\n@includedir /etc/sudoers.d\n#include more\nb ALL=ALL")
    (tmp_path / "more").write_text("c ALL=ALL\n")
    for name in ("10-school", "hardening.conf", "old~"):
        (folder / name).write_text(f"{name} ALL=ALL\n")
    text = run("linux", "db_sudoers", shell, mounted={"/etc": tmp_path})
    assert [line for line in text.splitlines() if line.endswith("=ALL")] == [
        "a ALL=ALL", "10-school ALL=ALL", "c ALL=ALL", "b ALL=ALL",
    ]  # fmt: skip


@needs_root
def test_sudoers_that_are_not_there_or_not_all_there_are_told_apart(shell, tmp_path: Path) -> None:
    for has, code in (("false", 3), ("true", 1)):
        command = f"db_has() {{ {has}; }}\ndb_sudoers"
        assert attempt("linux", command, shell, mounted={"/etc": tmp_path}).returncode == code
    (tmp_path / "sudoers").write_text("@include gone\n")
    assert attempt("linux", "db_sudoers", shell, mounted={"/etc": tmp_path}).returncode == 77
    (tmp_path / "sudoers").write_text("@include sudoers\n")
    assert attempt("linux", "db_sudoers", shell, mounted={"/etc": tmp_path}).returncode == 1


def modes(shell, command: str) -> dict[str, tuple[str, str]]:
    records = parse_fact("file-modes", run("linux", command, shell), {}).records or ()
    return {
        str(r.fields["path"]).rpartition("/")[2]: (str(r.fields["mode"]), str(r.fields.get("acl", "?")))
        for r in records
    }


def test_permissions_are_octal_and_missing_files_are_left_out(shell, tmp_path: Path) -> None:
    for name, mode in (("open", 0o4777), ("closed", 0o000), ("usual", 0o644)):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(mode)
    os.symlink(tmp_path / "usual", tmp_path / "link")
    said = modes(shell, f"db_modes '{tmp_path}/open' '{tmp_path}/closed' '{tmp_path}/link' '{tmp_path}/missing'")
    assert {name: mode for name, (mode, _) in said.items()} == {"open": "4777", "closed": "0", "link": "644"}


@pytest.mark.parametrize("tool", ["getfacl", "ls"])
def test_an_acl_is_seen_with_and_without_getfacl(shell, tmp_path: Path, tool) -> None:
    for name in ("plain", "shared"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o640)
    subprocess.run(["setfacl", "-m", "u:65534:r", tmp_path / "shared"], check=True)
    without = 'db_has() { [ "$1" != getfacl ]; }\n' if tool == "ls" else ""
    said = modes(shell, f"{without}db_modes '{tmp_path}/plain' '{tmp_path}/shared'")
    assert said == {"plain": ("640", "no"), "shared": ("640", "yes")}


@needs_root
def test_homes_and_keys_are_counted_and_no_key_is_told(shell, tmp_path: Path) -> None:
    home = tmp_path / "wang"
    (home / ".ssh").mkdir(parents=True)
    home.chmod(0o755)
    keys = home / ".ssh" / "authorized_keys"
    keys.write_text(
        '# ssh-rsa old\nssh-ed25519 AAAASecret wang@pc\nfrom="10.9.0.0/24" ecdsa-sha2-nistp256 AAAASecret\n\n'
    )
    keys.chmod(0o664)
    (home / ".rhosts").write_text("10.9.0.9\n")
    (tmp_path / "passwd").write_text(f"wang:x:4242:4242::{home}:/bin/bash\nftp:x:14:14::{home}:/usr/sbin/nologin\n")
    os.chown(home, 4242, 4242)
    covered = {"/etc/passwd": tmp_path / "passwd"}
    assert run("linux", "db_homes", shell, mounted=covered) == f"wang\t{home}\t755\tyes\n"
    said = run("linux", "db_login_keys", shell, mounted=covered)
    assert said == f"wang\t{keys}\t664\tyes\t2\n"
    assert f"{home}/.rhosts" in run("linux", "db_trust_files", shell, mounted=covered).splitlines()


@needs_root
def test_programs_that_become_root_are_found_where_people_can_put_them(shell, tmp_path: Path) -> None:
    program = tmp_path / "su"
    program.write_text("")
    program.chmod(0o4755)
    found = run("linux", "db_setuid", shell, mounted={"/srv": tmp_path}).splitlines()
    assert "/srv/su" in found
    assert any(path.startswith(("/usr/bin/", "/bin/")) for path in found)


@needs_root
def test_programs_and_settings_others_can_write_are_found(shell, tmp_path: Path) -> None:
    (tmp_path / "backup.sh").write_text("")
    (tmp_path / "backup.sh").chmod(0o666)
    (tmp_path / "fine.sh").write_text("")
    (tmp_path / "fine.sh").chmod(0o755)
    found = run("linux", "db_writable", shell, mounted={"/usr/local/bin": tmp_path}).splitlines()
    assert "/usr/local/bin/backup.sh" in found
    assert "/usr/local/bin/fine.sh" not in found


@needs_root
@pytest.mark.parametrize(
    ("enforce", "profiles", "said"),
    [
        ("1", None, {"selinux": "enforcing"}),
        ("0", None, {"selinux": "permissive"}),
        (None, "a (enforce)\nb (complain)\nc (enforce)\n", {"apparmor-enforced": "2"}),
    ],
)
def test_mandatory_access_control_as_the_kernel_says_it(shell, tmp_path: Path, enforce, profiles, said) -> None:
    fs, security = tmp_path / "fs" / "selinux", tmp_path / "kernel" / "security" / "apparmor"
    if enforce:
        fs.mkdir(parents=True)
        (fs / "enforce").write_text(enforce)
    if profiles:
        security.mkdir(parents=True)
        (security / "profiles").write_text(profiles)
    entries = parse_fact("keyvalue", run("linux", "db_mac", shell, mounted={"/sys": tmp_path}), {}).entries
    assert {key: entries[key][0].value for key in said} == said
    assert ("selinux" in entries) is bool(enforce)


LAST = """\
#!/bin/sh
cat <<'X'
wang     pts/0        10.9.0.7         Mon Nov 23 08:00   still logged in
wang     pts/1        10.9.0.7         Mon Nov 23 09:00 - 10:00  (01:00)
wang     pts/1        10.9.0.8         Mon Nov 23 09:00 - 10:00  (01:00)
li       tty1         0.0.0.0          Mon Nov 23 09:00 - 10:00  (01:00)
reboot   system boot  0.0.0.0          Mon Nov 23 07:00   still running

wtmp begins Mon Nov  2 07:00:00 2026
X
"""


def test_addresses_are_counted_and_not_taken_along(shell, tmp_path: Path) -> None:
    (tmp_path / "last").write_text(LAST)
    (tmp_path / "last").chmod(0o755)
    text = run("linux", f"PATH='{tmp_path}':$PATH\ndb_login_sources", shell)
    assert text == "wang\t2\tno\n"
