"""What users install: the wheel in an empty environment, with the locked dependencies, away from the checkout."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.timeout(600)


def run(*argv: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target, ROOT, cwd=target)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = target.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the programs of an environment that holds the wheel and what `run.lock` says, nothing else."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=True)
    pip = [environment / "bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    locked = run(*pip, "--require-hashes", "-r", ROOT / "requirements/run.lock", cwd=environment)
    assert locked.returncode == 0, locked.stderr
    own = run(*pip, "--no-deps", "--no-index", wheel, cwd=environment)
    assert own.returncode == 0, own.stderr
    return environment / "bin"


def test_the_wheel_holds_the_four_rooms_and_the_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "audit",
        "baselines",
        "checks",
        "reports",
    }
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_every_file_of_the_content_is_inside(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    content = {path.relative_to(ROOT).as_posix() for path in (ROOT / "baselines").rglob("*.yaml")}
    assert content
    assert content <= inside


def test_the_lock_satisfies_what_the_wheel_asks_for(programs: Path, tmp_path: Path) -> None:
    checked = run(programs / "python", "-m", "pip", "--disable-pip-version-check", "check", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout


def test_the_program_starts_anywhere(programs: Path, tmp_path: Path) -> None:
    helped = run(programs / "dengbao", "--help", cwd=tmp_path)
    assert helped.returncode == 0, helped.stderr
    assert "audit" in helped.stdout


def test_the_content_loads_from_where_it_was_installed(programs: Path, tmp_path: Path) -> None:
    linted = run(programs / "dengbao", "baseline", "lint", cwd=tmp_path)
    assert linted.returncode == 0, linted.stdout + linted.stderr
