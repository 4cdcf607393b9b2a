"""The locked dependencies are what pyproject.toml asks for, each held by hashes, from no particular address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GROUPS = PROJECT["dependency-groups"]
RUN = PROJECT["project"]["dependencies"]
DEV = [*GROUPS["build"], *(line for line in GROUPS["dev"] if isinstance(line, str))]
WANTED = {"run.lock": RUN, "build.lock": GROUPS["build"], "dev.lock": [*RUN, *DEV]}


def text_of(lock: str) -> str:
    return (ROOT / "requirements" / lock).read_text("utf-8")


def locked(lock: str) -> dict[str, str]:
    """Package → version; a package locked in two versions for two Pythons would need more than this."""
    pairs = re.findall(r"^([A-Za-z0-9._-]+)==([^ \\;]+)", text_of(lock), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize("lock", WANTED)
def test_every_dependency_is_locked_at_a_version_that_is_allowed(lock: str) -> None:
    versions = locked(lock)
    for wanted in map(Requirement, WANTED[lock]):
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), f"run `make lock`: {wanted}"


@pytest.mark.parametrize("lock", WANTED)
def test_every_locked_package_has_a_hash_and_no_address(lock: str) -> None:
    text = text_of(lock)
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"://|file:|@ |-index|-links", text)


def test_tests_run_with_the_versions_users_get() -> None:
    everything = locked("dev.lock")
    for part in ("run.lock", "build.lock"):
        assert {name: everything.get(name) for name in locked(part)} == locked(part)
