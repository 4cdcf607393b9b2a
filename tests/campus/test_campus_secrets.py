"""Secrets are read where they are kept, and neither errors nor printing ever show them."""

import copy
import json
import logging
import os
import pickle
import pty
import sys
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from audit.campus.model.logins import Login
from audit.campus.model.reference import SecretReference
from audit.campus.secrets import MAX_BYTES, SecretError, Secrets, SecretValue, resolve

SECRET = "correct horse: #battery"


def reference(text: str) -> SecretReference:
    found = Login.model_validate({"password": text}).password
    assert found is not None
    assert str(found) == text
    return found


def failure(text: str) -> str:
    with pytest.raises(SecretError) as caught:
        resolve(reference(text))
    assert str(caught.value).startswith(text)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    return str(caught.value)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "口令"
    path.write_text(SECRET + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_no_way_of_printing_shows_the_value(caplog: pytest.LogCaptureFixture) -> None:
    value = SecretValue(SECRET)
    logging.warning("%s %r", value, value)
    for shown in (repr(value), str(value), f"{value}", f"{value:>40}", f"{value!r}", repr([value]), caplog.text):
        assert SECRET not in shown
    for write in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as caught:
            write(value)
        assert SECRET not in str(caught.value)
    assert value.reveal() == SECRET


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENGBAO_TEST", SECRET)
    assert resolve(reference("env:DENGBAO_TEST")).reveal() == SECRET
    monkeypatch.setenv("DENGBAO_TEST", "")
    assert "export DENGBAO_TEST" in failure("env:DENGBAO_TEST")


def test_from_a_file_without_its_last_line_end(kept: Path) -> None:
    assert resolve(reference(f"file:{kept}")).reveal() == SECRET


def test_a_file_in_the_home_folder(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(kept.parent))
    assert resolve(reference(f"file:~/{kept.name}")).reveal() == SECRET


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o777])
def test_a_file_others_can_use_is_refused(kept: Path, mode: int) -> None:
    kept.chmod(mode)
    assert "chmod 600" in failure(f"file:{kept}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_refused(kept: Path) -> None:
    os.chown(kept, 12345, 12345)
    assert "属于别的用户" in failure(f"file:{kept}")


def test_files_that_hold_no_secret(tmp_path: Path) -> None:
    assert "打不开" in failure(f"file:{tmp_path}/none")
    assert "不是普通文件" in failure(f"file:{tmp_path}")
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert "不是普通文件" in failure(f"file:{tmp_path}/pipe")
    for name, content, cause in (
        ("a", b"\n", "空的"),
        ("b", b"\xff\xfe", "UTF-8"),
        ("c", b"x" * (MAX_BYTES + 1), "超过"),
    ):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o600)
        assert cause in failure(f"file:{tmp_path}/{name}")


class Drawer(KeyringBackend):
    """A real keyring backend that keeps its entries in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked(SECRET)
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


@pytest.fixture
def drawer() -> Any:
    before, own = keyring.get_keyring(), Drawer()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


def test_from_the_keyring(drawer: Drawer) -> None:
    keyring.set_password("dengbao", "ops/web", SECRET)
    assert resolve(reference("keyring:dengbao/ops/web")).reveal() == SECRET
    assert "keyring set dengbao nobody" in failure("keyring:dengbao/nobody")


def test_a_locked_keyring_is_named_without_what_it_said(drawer: Drawer) -> None:
    drawer.locked = True
    assert "KeyringLocked" in failure("keyring:dengbao/ops")


def test_the_keyring_is_imported_only_when_needed() -> None:
    import subprocess

    code = "import sys, audit.campus.secrets; sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_a_prompt_needs_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull, encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert "没有终端" in failure("prompt")


def test_a_prompt_asks_once_for_each_purpose_and_does_not_echo() -> None:
    """A real terminal: two resolutions of one purpose and one of another take exactly two answers."""
    code = (
        "from audit.campus.model.reference import SecretReference\n"
        "from audit.campus.secrets import Secrets\n"
        "s, r = Secrets(), SecretReference(kind='prompt')\n"
        "got = [s.resolve(r, p).reveal() for p in ('ops 的口令', 'ops 的口令', 'web 的口令')]\n"
        "print('got', [len(each) for each in got])\n"
    )
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", code])  # noqa: S606
    screen = b""
    for question, answer in (("ops 的口令", b"first-secret\n"), ("web 的口令", b"2nd-secret\n")):
        while question.encode() not in screen:
            screen += os.read(terminal, 1024)
        os.write(terminal, answer)
    try:
        while chunk := os.read(terminal, 1024):
            screen += chunk
    except OSError:  # Linux says EIO when the other end of a terminal is closed
        pass
    os.waitpid(pid, 0)
    os.close(terminal)
    assert b"got [12, 12, 10]" in screen
    assert b"secret" not in screen


def test_a_provider_asks_only_when_called(monkeypatch: pytest.MonkeyPatch) -> None:
    provide = Secrets().provider(reference("env:DENGBAO_TEST"))
    monkeypatch.setenv("DENGBAO_TEST", SECRET)
    assert provide() == SECRET
