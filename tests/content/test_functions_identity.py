"""The shell that reads accounts, groups and password rules: what it finds, and what it never says."""

from pathlib import Path

import pytest

from checks.facts.registry import parse_fact
from tests.content.shells import SHELLS, attempt, needs_root, run

pytestmark = pytest.mark.parametrize("shell", SHELLS)


@needs_root
def test_group_passwords_are_told_without_the_hash(shell, tmp_path: Path) -> None:
    (tmp_path / "group").write_text("root:x:0:\nstaff:x:50:wang,li\nold:$6$salt$OldSecret:51:\nlast:x:52:")
    (tmp_path / "gshadow").write_text("root:*::\nstaff:$6$salt$StaffSecret::wang\nold:!::\nlast:!::")
    covered = {"/etc/group": tmp_path / "group", "/etc/gshadow": tmp_path / "gshadow"}
    text = run("linux", "db_groups", shell, mounted=covered)
    assert "Secret" not in text
    records = {str(r.fields["name"]): r.fields for r in parse_fact("groups", text, {}).records or ()}
    assert {name: r["password"] for name, r in records.items()} == {
        "root": "none", "staff": "set", "old": "set", "last": "none",
    }  # fmt: skip
    assert records["staff"]["members"] == ("wang", "li")


@needs_root
def test_pam_pwhistory_itself_says_whether_it_reads_its_file(shell, tmp_path: Path) -> None:
    security = tmp_path / "security"
    security.mkdir()
    covered = {"/etc/security": security}
    (security / "opasswd").write_text("")
    (security / "pwhistory.conf").write_text("remember = 5\n")
    text = run("linux", "db_pwhistory", shell, mounted=covered)
    entries = parse_fact("keyvalue", text, {"repeat": "first"}).entries
    assert entries["reads-conf"][0].value in ("yes", "no", "?")
    assert entries["opasswd"][0].value == "yes"
    assert text.endswith("==> /etc/security/pwhistory.conf <==\nremember = 5\n")
    (security / "opasswd").unlink()
    (security / "pwhistory.conf").unlink()
    assert run("linux", "db_pwhistory", shell, mounted=covered).splitlines()[1:] == ["opasswd no"]


def test_files_of_the_first_boot_have_a_day(shell) -> None:
    done = attempt("linux", "db_first_boot", shell)
    if done.returncode == 0:
        rows = parse_fact("table", done.stdout, {"columns": ("file", "day")}).records or ()
        assert all(str(row.fields["day"]).isdigit() for row in rows)
    else:
        assert done.returncode == 78


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ExecStart=-/sbin/agetty --autologin root --noclear %I $TERM", True),
        ("ExecStart=-/sbin/agetty\t-a\troot %I", True),
        ("ExecStart=-/sbin/agetty -a root %I", True),
        ("#ExecStart=-/sbin/agetty --autologin root", False),
        ("ExecStart=-/sbin/agetty -o '-p -- \\\\u' --noclear - $TERM", False),
    ],
)
def test_a_console_that_logs_in_by_itself_is_found(shell, tmp_path: Path, line, found) -> None:
    unit = tmp_path / "autologin.conf"
    unit.write_text(f"[Service]\n{line}\n")
    pattern = "'^[^#;]*(--autologin|getty.*[[:space:]]-a[[:space:]])'"
    text = run("linux", f"db_autologin_lines '{unit}' {pattern}", shell)
    assert len(parse_fact("table", text, {"columns": ("file", "line")}).records or ()) == int(found)


@needs_root
def test_display_managers_that_log_in_by_themselves_are_found(shell, tmp_path: Path) -> None:
    (tmp_path / "gdm3").mkdir()
    (tmp_path / "gdm3" / "daemon.conf").write_text(
        "[daemon]\n# AutomaticLoginEnable = true\nAutomaticLoginEnable=true\n"
    )
    (tmp_path / "lightdm").mkdir()
    (tmp_path / "lightdm" / "lightdm.conf").write_text("[Seat:*]\n#autologin-user=wang\nautologin-user=\n")
    (tmp_path / "sddm.conf").write_text("[Autologin]\nUser=wang\n")
    text = run("linux", "db_autologin", shell, mounted={"/etc": tmp_path})
    assert text.splitlines() == [
        "/etc/gdm3/daemon.conf\tAutomaticLoginEnable=true",
        "/etc/sddm.conf\tUser=wang",
    ]
