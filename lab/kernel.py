"""What the lab asks of the machine: probed before anything is built, so that a missing feature has a plain reason."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    """Raise the machine's limit of inotify instances while `hosts` systemds need them; put it back afterwards.

    Without it the hosts past some twenty never answer ("Too many open files" on their consoles).
    """
    before = int(_INOTIFY.read_text("ascii"))
    needed = hosts * _INOTIFY_PER_HOST + _INOTIFY_SPARE
    if needed <= before:
        yield
        return
    _INOTIFY.write_text(str(needed), "ascii")
    try:
        yield
    finally:
        _INOTIFY.write_text(str(before), "ascii")
