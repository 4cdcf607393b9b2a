"""The prelude of fix scripts, on private copies of /etc and /var: every change it makes it takes back exactly."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.model.fix import FixScript
from lab.kernel import why_not
from reports.fixes.script import ScriptOrder, fit, script_text

pytestmark = pytest.mark.root

SHELLS = {"dash": ["dash"], "bash": ["bash", "--posix"], "busybox": ["busybox", "sh"]}
PRIVATE = """
set -eu
mount -t tmpfs tmpfs /mnt
mkdir /mnt/u /mnt/w /mnt/v
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/u,workdir=/mnt/w /etc
mount --bind /mnt/v /var/backups
chmod 0755 /mnt/v
printf 'PASS_MAX_DAYS\\t99999\\n# PASS_MAX_DAYS 1\\nPASS_MIN_DAYS 0' > /etc/campus.conf
chown daemon:adm /etc/campus.conf; chmod 0640 /etc/campus.conf
"""
LISTED = "find /etc -xdev \\( -name 'passwd*' -o -name 'shadow*' -o -name '*group*' -o -name 'subuid*' -o -name 'subgid*' \\) -prune -o -printf '%p %y %m %u %g %l\\n' | sort; cat /etc/campus.conf"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(params=SHELLS)
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """Run shell lines in which `fix` is a script with this `apply`, where /etc and /var/backups are private copies."""
    if os.geteuid() != 0 or shutil.which("unshare") is None or (why_not() and os.environ.get("CI") != "true"):
        pytest.skip("只有 root 能为自己另开一份 /etc")
    shell = SHELLS[request.param]
    if shutil.which(shell[0]) is None:
        pytest.skip(f"没有 {shell[0]}")

    def in_private(
        lines: str, *, stdin: str | None = None, **scripts: ScriptOrder | str
    ) -> subprocess.CompletedProcess[str]:
        functions = ""
        for name, given in scripts.items():
            order = (
                given
                if isinstance(given, ScriptOrder)
                else ScriptOrder(f"check-{name}", "web-01", FixScript(apply=given))
            )
            (tmp_path / f"{name}.sh").write_text(script_text(order), "utf-8")
            functions += f'{name}() {{ {" ".join(shell)} {tmp_path}/{name}.sh "$@"; }}\n'
        text = PRIVATE + functions + f"listed() {{ {LISTED}; }}\n" + lines
        argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", text]
        return subprocess.run(argv, input=stdin or "", capture_output=True, text=True, timeout=60, check=False)

    return in_private


SETTING = "setting /etc/campus.conf PASS_MAX_DAYS 90 '\t'"


def test_a_setting_has_exactly_one_active_line_and_goes_back_to_the_very_bytes(run: Run) -> None:
    done = run(
        'before=$(listed); fix apply; cat /etc/campus.conf; echo; fix undo; [ "$before" = "$(listed)" ]', fix=SETTING
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS_MAX_DAYS\t90\n#PASS_MAX_DAYS\t99999\n# PASS_MAX_DAYS 1\nPASS_MIN_DAYS 0" in done.stdout


def test_applied_twice_is_applied_once_and_still_goes_back(run: Run) -> None:
    lines = 'before=$(listed); fix apply; once=$(cat /etc/campus.conf); fix apply; [ "$once" = "$(cat /etc/campus.conf)" ]; fix undo; [ "$before" = "$(listed)" ]'
    done = run(lines, fix=SETTING)
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_made_removed_and_changed_in_mode_go_back(run: Run) -> None:
    apply = """
    put /etc/new/deep/made.conf 0600 <<'END'
    text
    END
    remove /etc/hostname
    permissions /etc/campus.conf 0600 root:root
    permissions /etc/opt 0700
    ini_setting /etc/made.ini Journal Storage persistent
    setting /etc/made.ini even_deny_root ''
    """.replace("\n    ", "\n")
    lines = """
    before=$(listed); fix apply
    stat -c '%n %a %u' /etc/new/deep/made.conf /etc/campus.conf /etc/opt; cat /etc/new/deep/made.conf /etc/made.ini; [ ! -e /etc/hostname ]
    fix undo; [ "$before" = "$(listed)" ]"""
    done = run(lines, fix=apply)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        "/etc/new/deep/made.conf 600 0\n/etc/campus.conf 600 0\n/etc/opt 700 0\ntext\n[Journal]\nStorage=persistent\neven_deny_root\n"
        in done.stdout
    )


def test_a_fix_that_fails_half_way_leaves_nothing_behind(run: Run) -> None:
    done = run('before=$(listed); ! fix apply; [ "$before" = "$(listed)" ]', fix=SETTING + "\nfalse\nsay never")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "正在放回原样" in done.stderr
    assert "never" not in done.stdout


def test_undo_in_the_wrong_order_is_refused_and_in_the_right_order_works(run: Run) -> None:
    lines = 'before=$(listed); one apply; two apply; ! one undo; two undo; one undo; [ "$before" = "$(listed)" ]'
    done = run(lines, one=SETTING, two="setting /etc/campus.conf PASS_MIN_DAYS 1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "/etc/campus.conf" in done.stderr
    assert "undo force" in done.stderr


def test_undo_force_goes_back_to_the_first_state(run: Run) -> None:
    done = run(
        'before=$(listed); fix apply; echo x >> /etc/campus.conf; ! fix undo; fix undo force; [ "$before" = "$(listed)" ]',
        fix=SETTING,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "prepare",
    [
        "rm /etc/campus.conf; ln -s /etc/shadow /etc/campus.conf",
        "mkdir -m 0777 /etc/open; mv /etc/campus.conf /etc/open/; set -- /etc/open/campus.conf",
        "mkdir /etc/his; chown daemon /etc/his; mv /etc/campus.conf /etc/his/; set -- /etc/his/campus.conf",
        "mkdir -m 0777 /etc/open; ln -s /etc/open /etc/link; mv /etc/campus.conf /etc/open/; set -- /etc/link/campus.conf",
        "rm /etc/campus.conf; mkfifo /etc/campus.conf",
    ],
    ids=["a link", "a folder all may write", "somebody else's folder", "a link to such a folder", "a pipe"],
)
def test_a_planted_path_is_refused_and_nothing_changes(run: Run, prepare: str) -> None:
    lines = f'set -- /etc/campus.conf; {prepare}; before=$(cat /etc/shadow | cksum; listed </dev/null | grep -v campus.conf); ! FILE=$1 fix apply; [ "$before" = "$(cat /etc/shadow | cksum; listed | grep -v campus.conf)" ]'
    lines = lines.replace("cat /etc/campus.conf", ":")
    done = run(f"listed() {{ {LISTED.partition(';')[0]}; }}\n" + lines, fix='setting "$FILE" PASS_MAX_DAYS 90')
    assert done.returncode == 0, done.stdout + done.stderr
    assert "停下" in done.stderr


@pytest.mark.parametrize(
    "path", ["/etc/../etc/campus.conf", "campus.conf", "/etc//campus.conf", "/etc/shadow", "/etc/passwd"]
)
def test_paths_that_are_not_plain_are_refused(run: Run, path: str) -> None:
    done = run("! fix apply", fix=f"keep {path}")
    assert (done.returncode, "停下" in done.stderr) == (0, True), done.stdout + done.stderr


def test_without_a_terminal_nothing_is_done_before_apply_is_said(run: Run) -> None:
    order = ScriptOrder("check-x", "web-01", FixScript(apply=SETTING), told=("为什么：口令太久不换",))
    done = run(
        'before=$(listed); fix; code=$?; [ "$code" = 2 ]; [ "$before" = "$(listed)" ]'.replace(
            "fix; code", "fix || code"
        ).replace("|| code=$?", "|| code=$?"),
        fix=order,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "为什么：口令太久不换" in done.stdout


def test_on_another_host_nothing_is_done(run: Run) -> None:
    order = ScriptOrder("check-x", "web-01", FixScript(apply=SETTING), host_key="SHA256:" + "A" * 43)
    done = run(
        'before=$(listed); ! fix apply; ! fix undo; [ "$before" = "$(listed)" ]; [ ! -e /var/backups/dengbao ]',
        fix=order,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "web-01" in done.stderr


def test_subjects_and_thresholds_reach_the_script_as_they_are(run: Run) -> None:
    script = FixScript(apply='for name in "$@"; do printf "<%s>" "$name"; done; printf "%s\\n" "$password_max_days"')
    order = ScriptOrder(
        "check-x", "web-01", script, subjects=("wang", "tcp/23 *"), thresholds={"password_max_days": 90}
    )
    assert "<wang><tcp/23 *>90" in run("fix apply", fix=order).stdout


def test_an_account_goes_back_but_not_what_somebody_changed_since(run: Run) -> None:
    prepare = "echo 'lin:x:4242:4242::/home/lin:/bin/sh' >> /etc/passwd; echo 'lin:!$6$x$y:20000:0:99999:7:::' >> /etc/shadow; echo 'lin:x:4242:' >> /etc/group; echo 'lin:!::' >> /etc/gshadow\n"
    lines = (
        prepare
        + """
    line() { grep ^lin: /etc/passwd /etc/shadow; }
    before=$(line); fix apply; line; fix undo; [ "$before" = "$(line)" ]
    fix apply; chage -W 9 lin; fix undo; line"""
    )
    done = run(lines, fix="keep_account lin; chage -M 90 -W 14 -E 1 lin; usermod -s /usr/sbin/nologin lin")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "/etc/shadow:lin:!$6$x$y:20000:0:90:14::1:\n" in done.stdout
    assert "nologin" in done.stdout
    assert done.stdout.rstrip().endswith(
        "/etc/passwd:lin:x:4242:4242::/home/lin:/bin/sh\n/etc/shadow:lin:!$6$x$y:20000:0:99999:9:::"
    )
    assert "在整改之后又改过" in done.stdout


@pytest.mark.parametrize("name", ["nobody-here", "-x", "a;b", "../x"])
def test_accounts_that_are_not_there_are_refused(run: Run, name: str) -> None:
    order = ScriptOrder("check-x", "web-01", FixScript(apply='keep_account "$name"'), thresholds={"name": name})
    done = run("! fix apply", fix=order)
    assert (done.returncode, "停下" in done.stderr) == (0, True), done.stderr


def test_pam_files_with_a_module_that_is_not_there_are_refused(run: Run) -> None:
    good = "put /etc/pam.d/campus <<'END'\n-auth optional pam_nowhere.so\nauth [success=1 default=ignore] pam_unix.so\n@include common-auth\nEND\npam_check /etc/pam.d/campus"
    assert run("fix apply", fix=good).returncode == 0
    done = run("! fix apply; [ ! -e /etc/pam.d/campus ]", fix=good.replace("pam_unix", "pam_unjx"))
    assert (done.returncode, "pam_unjx.so" in done.stderr) == (0, True), done.stderr


@pytest.mark.parametrize(
    "subject", ["wang", "tcp/23 *", "/etc/ssh/sshd_config,user=wang,addr=10.1.0.1", "tcp6/[::1]:22"]
)
def test_usual_subjects_are_fit(subject: str) -> None:
    assert fit(subject)


@pytest.mark.parametrize(
    "subject",
    ["", "-rf", "a'b", "a$b", "a`b", "a\nb", "wang #2", "王", "a\\b", "a;b", "x" * 257, "a\x1bb", 'a"b', "~", "a\n"],
)
def test_subjects_that_could_become_shell_text_are_not_fit(subject: str) -> None:
    assert not fit(subject)
    with pytest.raises(ValueError, match="subject"):
        script_text(ScriptOrder("c", "a", FixScript(apply=":"), subjects=(subject,)))


def test_what_the_officer_reads_cannot_become_commands(run: Run, tmp_path: Path) -> None:
    evil = f"x'; touch {tmp_path}/owned; '\ntouch {tmp_path}/owned\n$(touch {tmp_path}/owned)"
    done = run("fix apply", fix=ScriptOrder("check-x", f"a/{evil}", FixScript(apply="say done"), told=(evil,)))
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "owned").exists()


def test_two_children_of_one_host_keep_their_originals_apart() -> None:
    def place(asset: str) -> str:
        return ScriptOrder("redis-password", asset, FixScript(apply=":")).place

    assert place("cache-01/redis:6379") != place("cache-01/redis:6380")
    assert place("web-01") == "redis-password"
