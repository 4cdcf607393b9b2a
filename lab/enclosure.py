"""Private namespaces that end with one process: what is started inside cannot reach out and cannot stay behind.

The first process of the enclosure reaps orphans and lives only while its input is open, so everything inside ends
when the enclosure is closed and also when the program that opened it is killed.
"""

import os
import select
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

START_SECONDS = 10.0
_PREFIX = "dengbao-lab-"
# /run and the state folder become private: neither `ip netns` nor systemd-nspawn writes to the machine's own.
# The pid is read while the machine's /proc is still mounted: it is the pid the machine knows us by.
_FIRST_PROCESS = """
set -eu
read -r pid _ < /proc/self/stat
mount -t proc proc /proc
mount -t tmpfs -o mode=0755,size=16m tmpfs /run
mount -t tmpfs -o mode=0755,size=2g tmpfs "$1"
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir "/sys/fs/cgroup/$2"
ip link set lo up
echo "$pid"
while read -r _; do :; done
"""
_REMOVE_CGROUPS = """
mount -t cgroup2 cgroup2 /sys/fs/cgroup
[ ! -d "/sys/fs/cgroup/$1" ] || find "/sys/fs/cgroup/$1" -depth -type d -exec rmdir {} +
"""
_PRIVATE_MOUNTS = ("unshare", "--mount", "--propagation", "private")


class LabError(RuntimeError):
    """The lab did not do what it was asked; the message names what, why and the next step."""


class Enclosure:
    """Mount, process, network, IPC and host-name namespaces of one lab. Needs root.

    >>> with Enclosure() as enclosure:                              # doctest: +SKIP
    ...     enclosure.run(["ip", "-brief", "link"]).stdout
    'lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> \\n'
    """

    def __init__(self) -> None:
        self.folder = Path()
        """Outside: an ordinary folder for logs. Inside: a tmpfs under the same path."""
        self.pid = 0
        """The first process, as the machine numbers it; 0 while closed."""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def cgroup(self) -> str:
        """Name of the enclosure's control group at the root of the hierarchy."""
        return self.folder.name

    def __enter__(self) -> Self:
        _sweep(Path(tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        argv = [*_PRIVATE_MOUNTS, "--pid", "--fork", "--kill-child", "--net", "--uts", "--ipc"]
        argv += ["bash", "-c", _FIRST_PROCESS, "lab", str(self.folder), self.cgroup]
        said, says = os.pipe()
        try:
            self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=says, stderr=says, env=environment())
            self.pid = _first_pid(said)
        except BaseException:
            self.close()
            raise
        finally:
            os.close(said)
            os.close(says)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End everything inside and remove what stands outside. Raises LabError when something stays."""
        process, self._process = self._process, None
        if process is None:
            return
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
        else:
            process.kill()  # and with it its child: --kill-child
        self.pid = 0
        try:
            process.communicate(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise LabError(
                f"实验环境 {self.cgroup} 没有在 {START_SECONDS:.0f} 秒内结束；请检查并结束 unshare 进程 {process.pid}"
            ) from None
        _remove(self.folder)

    def entered(self, argv: list[str]) -> list[str]:
        """The command line that runs `argv` inside: private mounts, processes, network."""
        return ["nsenter", f"--target={self._alive()}", "--mount", "--uts", "--ipc", "--net", "--pid", "--", *argv]

    def run(self, argv: list[str], *, text: str = "", timeout: float = 30) -> subprocess.CompletedProcess[str]:
        """Run inside; `text` is its input, `timeout` in seconds. Raises LabError when it fails or takes too long."""
        done = bounded(self.entered(argv), text=text, timeout=timeout, env=environment())
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()[-1000:]
            raise LabError(f"实验环境里的命令以 {done.returncode} 结束：{' '.join(argv)[:200]}：{said}")
        return done

    def networked(self, argv: list[str]) -> list[str]:
        """The command line that runs `argv` with the machine's own files, but in the enclosure's network."""
        return ["nsenter", f"--target={self._alive()}", "--net", "--", *argv]

    def _alive(self) -> int:
        if self._process is None or self._process.poll() is not None:
            raise LabError("实验环境没有打开或已经结束；请在 with Lab(...) 里使用它")
        return self.pid


def _remove(folder: Path) -> None:
    """Remove what an ended enclosure has outside: its log folder and its empty control groups."""
    bounded([*_PRIVATE_MOUNTS, "sh", "-c", _REMOVE_CGROUPS, "sh", folder.name], timeout=START_SECONDS)
    shutil.rmtree(folder, ignore_errors=True)


def _sweep(temporary: Path) -> None:
    """Remove what programs that were killed could not: the folder's name tells whose it was."""
    for folder in temporary.glob(f"{_PREFIX}[0-9]*-*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if folder.stat().st_uid == os.geteuid() and not Path("/proc", owner).exists():
            _remove(folder)


def _first_pid(said: int) -> int:
    """The pid the first process reports when everything stands. Raises LabError with what it says instead."""
    ready, _, _ = select.select([said], [], [], START_SECONDS)
    words = os.read(said, 2000).decode(errors="replace").strip() if ready else f"{START_SECONDS:.0f} 秒内没有回答"
    if not words.isdigit():
        raise LabError(f"实验环境没有启动：{words}；请先看 lab.nspawn.why_not() 给出的原因")
    return int(words)


def environment() -> dict[str, str]:
    """A small fixed environment: nothing of the user's goes into the lab."""
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


def bounded(
    argv: list[str], *, timeout: float, text: str = "", env: dict[str, str] | None = None, cwd: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command and end it with all its children after `timeout` seconds. Raises LabError then."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        argv,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env=env,
        cwd=cwd,
        start_new_session=True,
        text=True,
        errors="replace",
    )
    try:
        out, err = process.communicate(text, timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise LabError(f"命令超过 {timeout:.0f} 秒仍未结束，已终止：{' '.join(argv)[:200]}") from None
    finally:
        process.kill()
        process.wait()
    return subprocess.CompletedProcess(argv, process.returncode, out, err)
