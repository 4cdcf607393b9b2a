"""In CI a test that cannot run fails: a green run has run everything."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSIDE = "import pytest\n\ndef test_it():\n    pytest.skip('no kernel for it')\n"
WHOLE_FILE = "import pytest\n\npytest.skip('no kernel for it', allow_module_level=True)\n"
EXPECTED_FAILURE = "import pytest\n\n@pytest.mark.xfail(strict=True)\ndef test_it():\n    assert False\n"


def outcome(folder: Path, test: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one test file under the project's conftest."""
    shutil.copy(ROOT / "tests/conftest.py", folder / "conftest.py")
    (folder / "test_it.py").write_text(test, "utf-8")
    clean = {name: value for name, value in os.environ.items() if name not in ("CI", "DENGBAO_LAB")}
    argv = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", f"--rootdir={folder}", folder]
    env = {**clean, "PYTHONPATH": str(ROOT), **settings}
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("test", [INSIDE, WHOLE_FILE], ids=["inside a test", "a whole file"])
def test_a_skip_fails_in_ci_and_tells_its_reason(test: str, tmp_path: Path) -> None:
    done = outcome(tmp_path, test, CI="true")
    assert done.returncode != 0
    assert "no kernel for it" in done.stdout


@pytest.mark.parametrize("settings", [{}, {"CI": "true", "DENGBAO_LAB": "skip"}], ids=["at home", "allowed in CI"])
def test_a_skip_stays_a_skip(settings: dict[str, str], tmp_path: Path) -> None:
    done = outcome(tmp_path, INSIDE, **settings)
    assert done.returncode == 0
    assert "1 skipped" in done.stdout


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    assert outcome(tmp_path, EXPECTED_FAILURE, CI="true").returncode == 0
