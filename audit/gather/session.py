"""One conversation with one shell: become ready, send the batch, collect what comes back. Knows no transport."""

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field

from audit.gather.become import Opening, no_answer, no_secret, refusal, wrong_secret
from audit.gather.target import Become, Limits
from audit.gather.trouble import Trouble
from audit.gather.wire import Wire

_LOOK_BACK = 131_072
"""Bytes before readiness that are kept to look for marks: a noisy login shell may say so much and no more."""


@dataclass(frozen=True)
class Talk:
    """What a conversation brought. `cut` says in Chinese why it is not whole, empty when it ended by itself."""

    stdout: bytes
    stderr: bytes
    cut: str
    sent: int
    noise: int
    """Bytes the login shell printed before the batch was ready."""


@dataclass
class _Heard:
    """What was received so far."""

    out: bytearray = field(default_factory=bytearray)
    err: bytearray = field(default_factory=bytearray)
    ended: bool = False
    overflow: bool = False


class _NotAskedError(Exception):
    """Root without a secret: nothing was proved of it."""


@dataclass
class Conversation:
    """Runs over one wire; use once."""

    wire: Wire
    opening: Opening
    become: Become
    limits: Limits
    until: float
    """Monotonic time at which the asset's deadline ends."""
    turn: Callable[[], AbstractContextManager[None]]
    """Entered before sudo or su runs and left when the become secret is proved (see audit.gather.credentials)."""
    begin: Callable[[], None] = lambda: None
    """Runs the opening's command, where making the wire has not done so."""
    sent: Callable[[], None] = lambda: None
    """Called when the batch is on its way and there is nothing to do but wait."""
    _heard: _Heard = field(default_factory=_Heard)

    def run(self, script: bytes) -> Talk:
        """Become ready, send `script`, return what came. Raises Trouble when it never became ready."""
        noise = self._ready()
        return self._collect(script, noise)

    def _ready(self) -> int:
        """Wait for the ready mark, answering one prompt with one secret. Returns the bytes of noise before it."""
        if self.become.password is None:
            self._start()
        else:
            # PAM counts a prompt that is hung up on as a failure: a secret that rests must not even be asked for.
            with suppress(_NotAskedError), self.turn():
                self._start()
        found = self._heard.out.index(self.opening.ready)
        line_end = self._heard.out.index(b"\n", found)
        del self._heard.out[: line_end + 1]
        return found

    def _start(self) -> None:
        """Run the command and become ready. Raises _NotAskedError when that took no secret."""
        self.begin()
        if self._await(self._patience(), secret_sent=False) == "prompt":
            secret = self._secret()
            self._forget()
            self.wire.send(secret, max(0.1, self._patience() - time.monotonic()))
            del secret
            if self._await(self._patience(), secret_sent=True) == "prompt":
                self.wire.close()
                raise wrong_secret(self.become)
        elif self.become.password is not None:
            raise _NotAskedError

    def _patience(self) -> float:
        """Until when sudo or su may take to answer what comes next."""
        return min(self.until, time.monotonic() + self.limits.prompt)

    def _secret(self) -> bytes:
        if self.become.password is None:
            raise no_secret(self.become)
        value = self.become.password.resolve()
        if "\n" in value or "\r" in value or not value:
            raise Trouble(f"凭据 {self.become.password.reference} 的内容为空或含有换行", "请检查它的来源")
        return value.encode() + b"\n"

    def _forget(self) -> None:
        """Drop the prompt that was answered, so that only a new one counts."""
        stream = self._heard.out if self.opening.tty else self._heard.err
        stream[:] = self.opening.start + b"\n"

    def _await(self, patience: float, *, secret_sent: bool) -> str:
        """`ready` or `prompt`, whichever comes. Raises Trouble when neither does."""
        since = time.monotonic()
        while True:
            if self._is_ready():
                return "ready"
            if self._is_asked():
                return "prompt"
            if self._heard.ended or self._other_helper():
                said = bytes(self._heard.err[-8192:] + b"\n" + self._heard.out[-8192:])
                raise refusal(self.become, said, secret_sent=secret_sent)
            if len(self._heard.out) + len(self._heard.err) > _LOOK_BACK:
                raise Trouble(
                    "登录后的 shell 输出太多，批处理还没有开始", "请让审计账号的登录脚本（.bashrc、.profile）不再输出"
                )
            try:
                self._hear(patience)
            except TimeoutError:
                raise no_answer(self.become, time.monotonic() - since) from None

    def _is_ready(self) -> bool:
        at = self._heard.out.find(self.opening.ready)
        return at >= 0 and self._heard.out.find(b"\n", at) >= 0

    def _other_helper(self) -> bool:
        """Whether an installed batch of another version answered: it would wait for parameters for ever."""
        return self.opening.helper and re.search(rb"\ndengbao-helper [0-9a-f]{64}\n", self._heard.out) is not None

    def _is_asked(self) -> bool:
        stream = self._heard.out if self.opening.tty else self._heard.err
        at = stream.find(self.opening.start)
        if self.opening.prompt is None or at < 0:
            return False
        return self.opening.prompt.search(stream, at + len(self.opening.start)) is not None

    def _collect(self, script: bytes, noise: int) -> Talk:
        """Send the script and receive until the end, the deadline or a limit; what came is kept in every case."""
        cut = ""
        try:
            self.wire.send(script, max(0.1, self.until - time.monotonic()))
            if not self.opening.tty:
                self.wire.finish()
            self.sent()
            while not self._heard.ended and not self._heard.overflow:
                self._hear(self.until)
        except TimeoutError:
            cut = "超过了这台资产的时限"
        except (OSError, EOFError):
            cut = "连接中断"
        if self._heard.overflow:
            cut = f"输出超过上限 {self.limits.stdout} 字节"
        self.wire.close()
        return Talk(bytes(self._heard.out), bytes(self._heard.err), cut, len(script), noise)

    def _hear(self, until: float) -> None:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        piece = self.wire.receive(left)
        if piece is None:
            self._heard.ended = True
            return
        is_error, data = piece
        if is_error:
            self._heard.err += data[: max(0, self.limits.stderr - len(self._heard.err))]
        else:
            self._heard.out += data
            self._heard.overflow = len(self._heard.out) > self.limits.stdout
