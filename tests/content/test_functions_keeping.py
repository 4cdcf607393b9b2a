"""The shell that looks at boot loader, jobs, backups, integrity and what is left behind: no secret leaves, little is read."""

import os
from pathlib import Path

import pytest

from tests.content.shells import SHELLS, attempt, needs_root, run
from tests.content.test_functions_logs import etc
from tests.facts.facting import parsed, rows

pytestmark = pytest.mark.parametrize("shell", SHELLS)
CRONTAB = """\
# 1 2 * * * root /opt/old_backup.sh
MAILTO=root
1 2 * * * root MYSQL_PWD=Gu-Secret-1 mysqldump -uroot -pGu-Secret-2 school | gzip > /backup/school.sql.gz
2 3 * * * root /opt/scripts/data_bak.sh --password=Gu-Secret-3 && RSYNC_PASSWORD=Gu-Secret-4 rsync -a /srv 10.1.1.9::x
3 4 * * * root /usr/bin/aide --check
4 5 * * * root curl -u a:Gu-Secret-5 https://10.1.1.9/ok
"""


@needs_root
def test_jobs_come_as_names_of_known_programs_only(shell, tmp_path: Path) -> None:
    (tmp_path / "crontab").write_text(CRONTAB)
    daily = tmp_path / "cron.daily"
    daily.mkdir()
    for name, mode in (("dailyaidecheck", 0o755), ("switched-off", 0o644)):
        (daily / name).write_text("")
        (daily / name).chmod(mode)
    text = run("linux", "db_jobs", shell, mounted=etc(tmp_path))
    assert "Secret" not in text
    found = [(row["source"], row["job"]) for row in rows(parsed("scheduled-jobs", text)) if row["kind"] == "cron"]
    assert [pair for pair in found if str(pair[0]).startswith("/etc/")] == [
        ("/etc/crontab", "mysqldump"),
        ("/etc/crontab", "/opt/scripts/data_bak.sh"),
        ("/etc/crontab", "rsync"),
        ("/etc/crontab", "/usr/bin/aide"),
        ("/etc/cron.daily", "dailyaidecheck"),
    ]


@needs_root
@pytest.mark.parametrize(
    ("grub", "user", "said"),
    [
        ("set superusers=\"root\"\npassword_pbkdf2 root grub.pbkdf2.sha512.10000.AA.BB\n", "", "yes pbkdf2"),
        ("set superusers=\"root\"\npassword root Gu-Secret\n", "", "yes plain"),
        ("set superusers=\"root\"\npassword_pbkdf2 root ${GRUB2_PASSWORD}\n", "GRUB2_PASSWORD=grub.pbkdf2.sha512.AA\n", "yes pbkdf2"),
        ("set superusers=\"root\"\npassword_pbkdf2 root ${GRUB2_PASSWORD}\n", "", "yes none"),
        ("menuentry 'Linux' {\n}\n", "", "no none"),
        ("# set superusers=\"root\"\n", "", "no none"),
    ],
    ids=["debian", "plain", "rhel", "rhel-not-set", "without", "comment"],
)  # fmt: skip
def test_the_boot_loaders_password_is_reduced_to_its_kind(shell, tmp_path: Path, grub, user, said) -> None:
    (tmp_path / "grub2").mkdir()
    (tmp_path / "grub2" / "grub.cfg").write_text(grub)
    if user:
        (tmp_path / "grub2" / "user.cfg").write_text(user)
    text = run("linux", "db_grub", shell, mounted={"/boot": tmp_path})
    entries = parsed("grub", text).entries
    assert f"{entries['superusers'][0].value} {entries['password'][0].value}" == said
    assert "Secret" not in text
    assert "pbkdf2." not in text


@needs_root
def test_the_newest_file_of_a_backup_folder_is_found_by_its_directory_entry(shell, tmp_path: Path) -> None:
    old, new = tmp_path / "backup" / "a" / "b", tmp_path / "backup"
    old.mkdir(parents=True)
    (old / "last.gz").write_text("x")
    (new / "empty.gz").write_text("")
    ten_days = 10 * 86_400
    os.utime(old / "last.gz", (0, (tmp_path.stat().st_mtime) - ten_days))
    text = run("linux", "db_backup_folders", shell, mounted={"/srv": tmp_path})
    (row,) = [row for row in rows(parsed("backup-folders", text)) if row["folder"] == "/srv/backup"]
    assert row["days"] == "31"
    (old / "last.gz").write_text("y")
    text = run("linux", "db_backup_folders", shell, mounted={"/srv": tmp_path})
    assert any(r["folder"] == "/srv/backup" and r["days"] == "1" for r in rows(parsed("backup-folders", text)))


@needs_root
@pytest.mark.parametrize(
    ("own", "vendor", "said"),
    [
        ("", "D /tmp 1777 root root -\n", "D -"),
        ("q /tmp 1777 root root 10d\nq /var/tmp 1777 root root 30d\n", "D /tmp 1777 root root -\n", "q 10d"),
        ("#D /tmp 1777 root root -\n", "D /tmp 1777 root root -\n", "kept -"),
    ],
    ids=["vendor", "own-first", "own-hides-vendor"],
)
def test_how_tmp_is_cleared_is_what_the_highest_file_says(shell, tmp_path: Path, own, vendor, said) -> None:
    for folder, body in (("etc/tmpfiles.d", own), ("vendor", vendor)):
        (tmp_path / folder).mkdir(parents=True)
        if body:
            (tmp_path / folder / "tmp.conf").write_text(body)
    covered = {**etc(tmp_path / "etc"), "/usr/lib/tmpfiles.d": tmp_path / "vendor", "/run": _empty(tmp_path)}
    first = run("linux", "db_tmp_cleaning", shell, mounted=covered).splitlines()[0]
    assert first in (f"tmp {said}", "tmp memory")


def _empty(folder: Path) -> Path:
    (folder / "run").mkdir()
    return folder / "run"


@needs_root
def test_history_lines_come_alone(shell, tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("HISTSIZE=1000\nexport DB_PASSWORD=Gu-Secret\n# HISTSIZE=1\n")
    (tmp_path / "bashrc").write_text("export HISTFILESIZE=50 HISTSIZE=7\n")
    text = run("linux", "db_history", shell, mounted=etc(tmp_path))
    assert "Secret" not in text
    entries = parsed("history-size", text).entries
    assert [entry.value for entry in entries["histsize"]] == ["1000", "7"]
    assert [entry.value for entry in entries["histfilesize"]] == ["50"]


@needs_root
def test_a_database_of_aide_is_dated(shell, tmp_path: Path) -> None:
    (tmp_path / "aide").mkdir()
    (tmp_path / "aide" / "aide.db.gz").write_text("x" * 9)
    text = run("linux", "db_integrity", shell, mounted={"/var/lib": tmp_path})
    (row,) = [row for row in rows(parsed("integrity-places", text)) if row["kind"] == "database"]
    assert (row["name"], row["size"], row["days"]) == ("/var/lib/aide/aide.db.gz", "9", "0")


def test_what_belongs_to_the_host_is_not_told_inside_a_container(shell) -> None:
    """Outside of one the same commands answer."""
    inside = run("linux", "db_container", shell).strip() == "yes"
    for command in ("db_boot_trust", "db_swaps", "db_memory_clearing"):
        done = attempt("linux", command, shell)
        assert (done.returncode == 78) is inside, done.stderr
        assert ("宿主机" in done.stderr) is inside
    bare = "db_container() { echo no; }; db_boot_trust"
    said = parsed("boot-trust", run("linux", bare, shell)).entries
    assert said["firmware"][0].value in ("uefi", "bios")
    assert said["trust-chip"][0].value
