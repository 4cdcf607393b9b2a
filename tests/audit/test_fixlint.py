"""The linter of fix scripts names what would be broken, lost or dangerous, and lets good scripts through."""

import pytest

from audit.content import BASELINES, read_baselines
from audit.fixlint import lint_fixes
from checks.language.load import Loaded
from checks.model.fix import FixScript

CHECK = "linux-password-age"


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return read_baselines(BASELINES).loaded


def said(loaded: Loaded, apply: str, undo: str = "", *, cuts: bool = False) -> str:
    """What the linter says when one check has this script and no other check has any."""

    def fix(check, scripts):  # type: ignore[no-untyped-def]
        return check.model_copy(
            update={"fix": check.fix.model_copy(update={"scripts": scripts, "cuts_management": cuts})}
        )

    platforms = {
        name: platform.model_copy(
            update={
                "checks": tuple(
                    fix(check, {"any": FixScript(apply=apply, undo=undo)} if check.id == CHECK else {})
                    for check in platform.checks
                )
            }
        )
        for name, platform in loaded.content.platforms.items()
    }
    content = loaded.content.model_copy(update={"platforms": platforms})
    return "\n".join(map(str, lint_fixes(Loaded(content, loaded.provenance))))


def test_the_content_itself_is_clean(loaded: Loaded) -> None:
    assert list(map(str, lint_fixes(loaded))) == []


@pytest.mark.parametrize(
    "script",
    [
        'setting /etc/login.defs PASS_MAX_DAYS "$password_max_days"',
        'for name in "$@"; do keep_account "$name"; chage -M "$password_max_days" "$name"; done',
        "put /etc/profile.d/x.sh 0644 <<END\nreadonly TMOUT=$password_max_days\nEND",
        'keep /etc/x.conf\nsed -i "s/a/b/" /etc/x.conf',
        'while read -r unit _; do unit_off "$unit"; done </etc/list',
        "today=$(date +%s)\n[ \"$today\" -gt 0 ] 2>/dev/null || stop 'x'",
    ],
)
def test_good_scripts_pass(loaded: Loaded, script: str) -> None:
    assert said(loaded, script) == ""


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("if true; then say x", "不是正确的 shell"),
        ('for name in $@; do say "$name"; done', "$@ 不在双引号里"),
        ('say "$idle_seconds"', "$idle_seconds 没有赋过值"),
        ("cat <<END\n$idle_seconds\nEND", "$idle_seconds 没有赋过值"),
        ("echo x >/etc/motd", "输出重定向到 /etc/motd"),
        ("sed -i s/a/b/ /etc/motd", "sed 改了 /etc/motd"),
        ("keep /etc/issue\nchmod 0600 /etc/motd", "chmod 改了 /etc/motd"),
        ("cp /etc/motd /etc/issue", "cp 改了 /etc/issue"),
        ("chage -M 90 wang", "keep_account"),
        ("systemctl disable --now cups", "unit_off"),
        ("sysctl -w kernel.x=1", "sysctl_setting"),
        ("apt-get install x", "软件包"),
        ("userdel wang", "撤销不了"),
        ("exit 1", "stop"),
        ('say "$fx_place"', "fx_"),
        ("say `id`", "反引号"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(loaded: Loaded, script: str, message: str) -> None:
    found = said(loaded, script)
    assert message in found
    assert found.startswith("linux/accounts.yaml:")


def test_a_fix_that_can_cut_the_way_in_must_validate_first(loaded: Loaded) -> None:
    script = "setting /etc/ssh/sshd_config PermitRootLogin no\nreload sshd"
    assert "先验证" in said(loaded, script, cuts=True)
    assert said(loaded, "sshd_setting PermitRootLogin no", cuts=True) == ""


def test_undo_is_read_as_well(loaded: Loaded) -> None:
    assert "undo 不是正确的 shell" in said(loaded, "say x", "fi")
