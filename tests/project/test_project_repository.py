"""Rules for every file of the repository: it names no machine, no registry, no secret, and reads everywhere alike."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IGNORED = {line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()} | {".git"}
FIXED_NAMES = ("audit", "baselines", "checks", "lab", "reports", "tests", "docs", "Makefile", ".ci/run")
"""Names other people and programs rely on."""

# Written so that no pattern matches its own line.
FORBIDDEN = {
    "a path of one machine": r"[/]work[/](main|shared)|[/]tmp[/]w[/]|[/](root|home[/]\w+)[/]\.(pyenv|cache|local)\b",
    "the address of a package registry": r"(pypi|npmjs|debian|rubygems|golang)[.](org|com)\b|pythonhosted[.]|crates[.]io",
    "a private key": r"-{5}BEGIN [A-Z ]*PRIVATE KEY-{5}\s+[A-Za-z0-9+/]{40}",
    "a password hash": r"[$](1|5|6|y|gy|2b)[$][^\s'\"]*[$][A-Za-z0-9./]{22,}",
    "an access token": r"\b(gh[pousr]_\w{30,}|AKIA[A-Z0-9]{16}|glpat-\w{20,})\b",
    "a login with its password": r"\w+://[^\s/:@{}<>$]+:[^\s/:@{}<>$]+@\w",
}


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in IGNORED or path.suffix == ".pyc":
            continue
        if path.is_dir() and not path.is_symlink():
            yield from project_files(path)
        else:
            yield path


FILES = list(project_files())
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in FILES}


def offences(pattern: str, text: str) -> list[str]:
    return [match.group() for match in re.finditer(pattern, text)]


@pytest.mark.parametrize("name", FIXED_NAMES)
def test_every_fixed_name_exists(name: str) -> None:
    assert (ROOT / name).exists()


def test_every_file_is_utf_8_text_with_a_final_newline() -> None:
    wrong = [name for name, raw in TEXTS.items() if raw and not raw.endswith(b"\n")]
    wrong += [name for name, raw in TEXTS.items() if b"\r\n" in raw or raw.startswith(b"\xef\xbb\xbf")]
    for name, raw in TEXTS.items():
        raw.decode("utf-8"), name
    assert wrong == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found = {name: offences(FORBIDDEN[what], raw.decode("utf-8", "replace")) for name, raw in TEXTS.items()}
    assert {name: hits for name, hits in found.items() if hits} == {}


@pytest.mark.parametrize(
    ("what", "parts"),
    [
        ("a path of one machine", ("see ", "/work", "/shared/x.md")),
        ("a path of one machine", ("", "/root", "/.pyenv/bin/python")),
        ("the address of a package registry", ("https://", "files.python", "hosted.org/x")),
        ("the address of a package registry", ("deb http://deb.", "debian", ".org/debian bookworm main")),
        ("a private key", ("-----BEGIN OPENSSH ", "PRIVATE KEY-----\n", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ")),
        ("a password hash", ("audit:$6$", "saltsalt$", "abcdefghijklmnopqrstuvwxyz0123456789./")),
        ("an access token", ("token: ghp", "_", "abcdefghijklmnopqrstuvwxyz0123456789")),
        ("a login with its password", ("postgresql://", "audit:", "hunter2@db-01/x")),
    ],
)
def test_each_rule_finds_what_it_is_for(what: str, parts: tuple[str, ...]) -> None:
    assert offences(FORBIDDEN[what], "".join(parts))


def test_root_s_home_on_a_target_is_not_a_path_of_this_machine() -> None:
    assert offences(FORBIDDEN["a path of one machine"], "root:x:0:0:root:/root:/bin/bash") == []
