"""Gathering from this machine: the same batch, by a child process instead of a channel."""

import os
import selectors
import signal
import subprocess
import time
from contextlib import suppress
from functools import partial

from audit.gather.batch import Batch
from audit.gather.become import opening
from audit.gather.context import Context
from audit.gather.outcome import collected, failed, log_end, log_start, now, parameters
from audit.gather.session import Conversation, Talk
from audit.gather.target import Target
from audit.gather.trouble import Trouble
from checks.model.fact import Collection


class ProcessWire:
    """A child process as a wire. It leads a process group of its own, so that ending it ends what it started."""

    def __init__(self, command: str) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run the command."""
        process = self._process = subprocess.Popen(
            ["/bin/sh", "-c", self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            cwd="/",
        )
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise OSError("管道没有建立")
        self._input, self._pipes = process.stdin, (process.stdout, process.stderr)
        os.set_blocking(self._input.fileno(), False)
        self._outputs = selectors.DefaultSelector()
        for pipe in self._pipes:
            self._outputs.register(pipe, selectors.EVENT_READ)

    def send(self, data: bytes, timeout: float) -> None:
        until = time.monotonic() + timeout
        rest = memoryview(data)
        with selectors.DefaultSelector() as writable:
            writable.register(self._input, selectors.EVENT_WRITE)
            while rest:
                if not writable.select(max(0.0, until - time.monotonic())):
                    raise TimeoutError
                rest = rest[os.write(self._input.fileno(), rest[:65_536]) :]

    def finish(self) -> None:
        self._input.close()

    def receive(self, timeout: float) -> tuple[bool, bytes] | None:
        until = time.monotonic() + timeout
        while self._outputs.get_map():
            ready = self._outputs.select(max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                data = os.read(key.fd, 65_536)
                if data:
                    return key.fileobj is self._pipes[1], data
                self._outputs.unregister(key.fileobj)
        return None

    def end(self) -> None:
        """End the process group, from any thread (what became another user may not be ours to end)."""
        if self._process is not None and self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Close the pipes, end the process group if it still runs, and reap."""
        process = self._process
        if process is None:
            return
        with suppress(OSError):
            self._input.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
        self.end()
        self._outputs.close()
        for pipe in self._pipes:
            pipe.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(2)


def gather_local(target: Target, batch: Batch, context: Context) -> Collection:
    """The collection of this machine. Failures are values."""
    started, until = now(), context.until(target)
    log_start(target, batch, context)
    talk: Talk | None = None
    try:
        talk, nonce = _converse(target, batch, context, until)
        done = collected(target, batch, talk, nonce, started)
    except Trouble as trouble:
        done = failed(target, batch, trouble, started)
    except OSError as error:
        broken = Trouble(f"本机的采集进程出错（{error.strerror or error}）", "请检查本机的 /bin/sh 和系统资源后重试")
        done = failed(target, batch, broken, started)
    log_end(target, batch, context, done, talk)
    return done


def _converse(target: Target, batch: Batch, context: Context, until: float) -> tuple[Talk, str]:
    if target.become.tty:
        raise Trouble("本机采集不支持 become.tty", "请去掉 tty: true，或在 sudoers 里对审计账号关闭 requiretty")
    begin = opening(target.become, batch.digest)
    wire = ProcessWire(begin.command)
    context.stops.add(target.asset, wire.end)
    try:
        values = parameters(target, context, until, quiet=False)
        script = batch.helper_input(values) if begin.helper else batch.script(values).encode()
        turn = partial(context.credentials.turn, target.become.credential("local"), target.asset, until)
        sent = context.waiting.set
        talk = Conversation(wire, begin, target.become, context.limits, until, turn, wire.start, sent).run(script)
        return talk, values.nonce
    finally:
        wire.close()
