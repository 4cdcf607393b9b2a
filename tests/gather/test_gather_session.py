"""The conversation with real processes that ask as sudo and su do: one secret, sent alone, once."""

import re
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from gathering import TAG_KEY, batch_of, new_parameters

from audit.gather.become import Opening, opening
from audit.gather.credentials import Credentials
from audit.gather.local import ProcessWire
from audit.gather.session import Conversation, Talk
from audit.gather.target import Become, Limits, Secret
from audit.gather.trouble import Rejected, Trouble

BATCH = batch_of({"a": {"run": "printf evidence"}})
SUDO = Become("sudo", password=Secret("env:SUDO", lambda: "the secret"))
ASKS = """
printf '%s\\n' "$*" >>"$LOG.argv"
tries=0
while [ "$tries" -lt 3 ]; do
  printf '[ask me] ' >&2
  IFS= read -r answer || exit 1
  printf '%s\\n' "$answer" >>"$LOG"
  tries=$((tries + 1))
  if [ "$answer" = "the secret" ]; then printf '\\nready-mark\\n'; exec /bin/sh -c 'eval "$(cat)"'; fi
  echo 'Sorry, try again.' >&2
done
"""


def asking(script: str, log: Path) -> Opening:
    """An opening whose command is a program that asks."""
    command = f"printf 'start-mark\\n' >&2; LOG={shlex.quote(str(log))}; {script}"
    return Opening(command, b"start-mark", b"ready-mark", re.compile(rb"\[ask me\]"))


@contextmanager
def conversation(begin: Opening, become: Become, credentials: Credentials | None = None) -> Iterator[Conversation]:
    """A conversation with a local process."""
    wire = ProcessWire(begin.command)
    until = time.monotonic() + 10
    known = credentials or Credentials()
    turn = lambda: known.turn(become.credential("audit"), "web-01", until)  # noqa: E731
    try:
        yield Conversation(wire, begin, become, Limits(prompt=2.0), until, turn, wire.start)
    finally:
        wire.close()


def talk(begin: Opening, become: Become, credentials: Credentials | None = None) -> Talk:
    """Run the batch."""
    with conversation(begin, become, credentials) as it:
        return it.run(BATCH.script(new_parameters(plain=True, tag_key=TAG_KEY)).encode())


def test_the_right_secret_is_sent_alone_and_then_the_script(tmp_path: Path) -> None:
    log = tmp_path / "answers"
    assert b"evidence" in talk(asking(ASKS, log), SUDO).stdout
    assert log.read_text() == "the secret\n"


def test_a_wrong_secret_is_one_attempt_and_no_script_line_follows(tmp_path: Path) -> None:
    log = tmp_path / "answers"
    wrong = replace(SUDO, password=Secret("env:SUDO", lambda: "wrong"))
    with pytest.raises(Rejected, match="env:SUDO"):
        talk(asking(ASKS, log), wrong)
    assert log.read_text() == "wrong\n"


def test_after_a_wrong_secret_the_program_is_not_even_asked_on_the_next_host(tmp_path: Path) -> None:
    log, known = tmp_path / "answers", Credentials()
    wrong = replace(SUDO, password=Secret("env:SUDO", lambda: "wrong"))
    with pytest.raises(Rejected):
        talk(asking(ASKS, log), wrong, known)
    asked = (tmp_path / "answers.argv").read_text()
    with pytest.raises(Trouble, match="不再使用"):
        talk(asking(ASKS, log), wrong, known)
    assert log.read_text() == "wrong\n"
    assert (tmp_path / "answers.argv").read_text() == asked


def test_no_secret_is_sent_to_who_does_not_ask(tmp_path: Path) -> None:
    resolved: list[bool] = []
    become = replace(SUDO, password=Secret("env:SUDO", lambda: str(resolved.append(True))))
    script = "printf '\\nready-mark\\n'; exec /bin/sh -c 'eval \"$(cat)\"'"
    assert b"evidence" in talk(asking(script, tmp_path / "x"), become).stdout
    assert not resolved


def test_a_prompt_said_by_a_noisy_login_shell_gets_no_secret(tmp_path: Path) -> None:
    resolved: list[bool] = []
    become = replace(SUDO, password=Secret("env:SUDO", lambda: str(resolved.append(True))))
    noisy = asking("sleep 5", tmp_path / "x")
    noisy = replace(noisy, command="printf '[ask me] ' >&2; " + noisy.command)
    with pytest.raises(Trouble, match="没有应答"):
        talk(noisy, become)
    assert not resolved


@pytest.mark.parametrize(
    ("says", "cause", "step"),
    [
        ("sudo: sorry, you must have a tty to run sudo", "requiretty", "tty: true"),
        ("audit is not in the sudoers file.", "没有所需的 sudo 权限", "plan --sudoers"),
        ("sh: 1: exec: sudo: not found", "没有 sudo 命令", "su"),
        ("This account is currently not available.", "不允许登录 shell", "/bin/sh"),
        ("whatever", "没有准备好", "手工登录"),
    ],
)
def test_refusals_are_understood(tmp_path: Path, says: str, cause: str, step: str) -> None:
    with pytest.raises(Trouble) as caught:
        talk(asking(f"echo {shlex.quote(says)} >&2; exit 1", tmp_path / "x"), SUDO)
    assert cause in caught.value.fault
    assert step in caught.value.advice


@pytest.mark.parametrize("value", ["two\nlines", "", "carriage\rreturn"])
def test_a_secret_that_would_be_more_than_one_line_is_not_sent(tmp_path: Path, value: str) -> None:
    log = tmp_path / "answers"
    with pytest.raises(Trouble, match="env:SUDO"):
        talk(asking(ASKS, log), replace(SUDO, password=Secret("env:SUDO", lambda: value)))
    assert not log.exists() or log.read_text() == ""


def test_an_installed_batch_of_another_version_is_named_at_once(tmp_path: Path) -> None:
    become = Become("sudo", helper="/usr/local/sbin/dengbao-batch")
    other = batch_of({"b": {"run": "true"}})
    (tmp_path / "helper").write_text(other.helper())
    begin = Opening(f"printf 'start-mark\\n' >&2; sh {tmp_path}/helper", b"start-mark",
                    f"dengbao-helper {BATCH.digest}".encode(), None, helper=True)  # fmt: skip
    with pytest.raises(Trouble, match="版本不同"), conversation(begin, become) as it:
        it.run(BATCH.helper_input(new_parameters()))


def test_an_installed_batch_of_this_version_is_used(tmp_path: Path) -> None:
    become = Become("sudo", helper="/usr/local/sbin/dengbao-batch")
    (tmp_path / "helper").write_text(BATCH.helper())
    begin = Opening(f"printf 'start-mark\\n' >&2; sh {tmp_path}/helper", b"start-mark",
                    f"dengbao-helper {BATCH.digest}".encode(), None, helper=True)  # fmt: skip
    with conversation(begin, become) as it:
        assert b"evidence" in it.run(BATCH.helper_input(new_parameters(plain=True))).stdout


@pytest.mark.parametrize("become", [Become(), SUDO, Become("su", password=SUDO.password), replace(SUDO, tty=True)])
def test_no_opening_holds_the_marks_it_waits_for(become: Become) -> None:
    begin = opening(become, BATCH.digest)
    assert begin.ready.decode() not in begin.command
    assert not begin.start or begin.start.decode() not in begin.command
    assert "the secret" not in begin.command
