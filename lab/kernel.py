"""What the lab asks of the machine: probed before anything is built, so that a missing feature has a plain reason."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

TOOLS = {
    "bash": "bash",
    "chroot": "coreutils",
    "ip": "iproute2",
    "mmdebstrap": "mmdebstrap",
    "nsenter": "util-linux",
    "systemd-nspawn": "systemd-container",
    "unshare": "util-linux",
}
"""Command → the Debian package that brings it."""

_FEATURES = {
    "私有的挂载、进程和网络空间": "true",
    "私有的 /proc": "mount -t proc proc /proc",
    "cgroup2": "mount -t cgroup2 cgroup2 /sys/fs/cgroup && mkdir /sys/fs/cgroup/$0 && rmdir /sys/fs/cgroup/$0",
    "tmpfs 上的 overlay": "mount -t tmpfs tmpfs /mnt && cd /mnt && mkdir l u w r"
    " && mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w r",
    "网桥": "ip link add probe type bridge",
    "veth": "ip link add probe type veth peer name probe-peer",
}
"""Kernel feature → a command that needs it, run in namespaces of its own."""

_INOTIFY = Path("/proc/sys/fs/inotify/max_user_instances")
_SHARED = Path("/run/dengbao-lab-inotify")
_INOTIFY_PER_HOST = 10  # a booted systemd with dbus holds six to eight
_INOTIFY_SPARE = 64


def why_not() -> str:
    """Why throw-away hosts cannot run on this machine, in Chinese with the next step; empty when they can."""
    if os.geteuid() != 0:
        return "实验主机需要 root 权限；请用 root 运行"
    missing = sorted({package for tool, package in TOOLS.items() if shutil.which(tool) is None})
    if missing:
        return f"缺少软件包；请运行 apt-get install --no-install-recommends {' '.join(missing)}"
    for feature, command in _FEATURES.items():
        if said := _failure(command):
            return f"内核或容器不提供{feature}（{said}）；请在虚拟机或物理机上以 root 运行"
    return ""


def _failure(command: str) -> str:
    """What a command says when it fails in namespaces of its own; empty when it succeeds."""
    own = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--net", "--uts", "--ipc"]
    argv = [*own, "sh", "-c", command, f"dengbao-probe-{os.getpid()}"]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, errors="replace", timeout=10, check=False)
    except subprocess.TimeoutExpired:
        return "10 秒内没有回答"
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or [f"以 {done.returncode} 结束"])[0][:200]


@contextmanager
def enough_inotify(hosts: int) -> Iterator[None]:
    """Raise the machine's limit of inotify instances while `hosts` systemds need them; the last lab puts it back.

    Without it the hosts past some twenty never answer ("Too many open files" on their consoles). Every lab of the
    machine holds one lock while it runs, and what was there before the first stands in the locked file.
    """
    with _SHARED.open("a+") as shared:
        fcntl.flock(shared, fcntl.LOCK_SH)
        before = int(_INOTIFY.read_text("ascii"))
        needed = _inotify_in_use() + hosts * _INOTIFY_PER_HOST + _INOTIFY_SPARE
        if needed > before:
            if not _SHARED.read_text("ascii"):
                _SHARED.write_text(str(before), "ascii")
            _INOTIFY.write_text(str(needed), "ascii")
        try:
            yield
        finally:
            _put_back(shared)


def _put_back(shared: TextIO) -> None:
    try:
        fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # another lab still needs it
    if before := _SHARED.read_text("ascii"):
        _INOTIFY.write_text(before, "ascii")
        _SHARED.write_text("", "ascii")


def _inotify_in_use() -> int:
    """Inotify instances of all processes: root's hosts share one limit with whatever else root runs."""
    return sum(1 for process in Path("/proc").glob("[0-9]*") for target in _open(process) if "inotify" in target)


def _open(process: Path) -> list[str]:
    try:
        return [os.readlink(descriptor) for descriptor in (process / "fd").iterdir()]
    except OSError:
        return []  # it ended while we were looking
