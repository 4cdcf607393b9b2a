"""The root filesystem of throw-away hosts: a minimal Debian made by mmdebstrap from Debian packages only.

It is built once with the machine's own package sources and kept in `.cache/rootfs-<digest>`; the digest covers the
release and the package list, so a change of either builds a new one. Nobody writes to it afterwards: every host
lays its own changes over it (`lab.nspawn`).
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = (
    "dbus",
    "iproute2",
    "libpam-pwquality",
    "login",
    "openssh-server",
    "passwd",
    "procps",
    "redis-server",
    "sudo",
    "systemd-sysv",
)
"""What a host has installed besides Debian's essential packages and apt."""

CACHE = Path(__file__).resolve().parent.parent / ".cache"
BUILD_SECONDS = 240
_SOURCES = ("sources.list.d/debian.sources", "sources.list.d/ubuntu.sources", "sources.list")
_APT_OPTIONS = ('Acquire::Languages "none"',)
# Timers would change a host while it is being audited; host keys and the machine id must differ from host to host.
_PREPARE = (
    'rm -f "$1"/etc/ssh/ssh_host_*',
    'rm -f "$1"/etc/systemd/system/timers.target.wants/*',
    ': > "$1"/etc/machine-id',
)


class RootfsError(RuntimeError):
    """The root filesystem cannot be built; the message names cause and next step."""


def rootfs(packages: tuple[str, ...] = PACKAGES, cache: Path = CACHE) -> Path:
    """The ready root filesystem, built first if there is none (needs root; about 30 s). Raises RootfsError."""
    suite = release()
    target = cache / f"rootfs-{_digest(suite, packages)}"
    cache.mkdir(parents=True, exist_ok=True)
    with _one_builder(cache / f"{target.name}.lock"):
        if not target.is_dir():
            _build(suite, packages, target)
    return target / "root"


def release(os_release: Path | None = None) -> str:
    """Code name of the machine's own Debian or Ubuntu release, e.g. `bookworm`. Raises RootfsError."""
    system = platform.freedesktop_os_release() if os_release is None else _fields(os_release)
    name = system.get("VERSION_CODENAME", "")
    if system.get("ID") not in ("debian", "ubuntu") or not name:
        raise RootfsError("实验主机的根文件系统只能在 Debian 或 Ubuntu 上制作；请换到这样的机器上运行")
    return name


def sources(suite: str, apt: Path = Path("/etc/apt")) -> Path:
    """The machine's own list of package sources of its release. Raises RootfsError when it has none."""
    usual = [apt / name for name in _SOURCES]
    others = sorted((apt / "sources.list.d").glob("*.sources")) + sorted((apt / "sources.list.d").glob("*.list"))
    for candidate in (*usual, *others):
        if candidate.is_file() and _serves(candidate.read_text("utf-8"), suite):
            return candidate
    raise RootfsError(f"在 {apt} 下找不到 {suite} 的软件源；请先配置软件源，让 apt-get update 能够成功")


def _serves(text: str, suite: str) -> bool:
    """Whether a list (one-line or deb822) names the release itself and its main part; most third parties' do not."""
    words = [line.split() for line in text.splitlines() if not line.startswith("#")]
    one_line = any(line[:1] == ["deb"] and {suite, "main"} <= set(line) for line in words)
    suites = any(line[:1] == ["Suites:"] and suite in line for line in words)
    return one_line or (suites and any(line[:1] == ["Components:"] and "main" in line for line in words))


def _fields(path: Path) -> dict[str, str]:
    pairs = (line.partition("=") for line in path.read_text("utf-8").splitlines() if "=" in line)
    return {key: value.strip("\"'") for key, _, value in pairs}


def _digest(suite: str, packages: tuple[str, ...]) -> str:
    recipe = "\n".join([suite, *sorted(packages), *_APT_OPTIONS, *_PREPARE])
    return hashlib.sha256(recipe.encode()).hexdigest()[:12]


@contextmanager
def _one_builder(lock: Path) -> Iterator[None]:
    """Let only one process build at a time: tests may run side by side."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(suite: str, packages: tuple[str, ...], target: Path) -> None:
    """Build beside the target and rename: an interrupted build never looks like a finished one."""
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    # Its setuid programs are never updated: no ordinary user of the machine may reach them.
    part.mkdir(mode=0o700)
    argv = [
        *("mmdebstrap", "--mode=root", "--variant=minbase", "--quiet", "--dpkgopt=force-unsafe-io"),
        *("--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*"),
        # The lists stay, so that `apt-get -s` on a host can say which updates are missing.
        "--skip=cleanup/apt/lists",
        *(f"--aptopt={option}" for option in (*_APT_OPTIONS, *_date_options())),
        *(f"--customize-hook={hook}" for hook in _PREPARE),
        "--include=" + ",".join(packages),
        *(suite, str(part / "root"), str(sources(suite))),
    ]
    _run(argv)
    part.rename(target)


def _run(argv: list[str]) -> None:
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False, env=_environment()
        )
    except FileNotFoundError:
        raise RootfsError("没有 mmdebstrap 命令；请运行 apt-get install --no-install-recommends mmdebstrap") from None
    except subprocess.TimeoutExpired:
        raise RootfsError(f"制作根文件系统超过 {BUILD_SECONDS} 秒仍未完成；请检查到软件源的网络后重试") from None
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-8:])
        raise RootfsError(
            f"mmdebstrap 以 {done.returncode} 结束，根文件系统没有做成；请检查软件源和磁盘空间。最后几行：\n{last}"
        )


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}


def _date_options() -> list[str]:
    """The machine's own tolerance for dated package lists (mirrors frozen at a day); nothing else of its apt set-up."""
    argv = ["apt-config", "dump", "--no-empty", "--format", '%f "%v"%n', "Acquire"]
    dump = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    return [line for line in dump.stdout.splitlines() if line.startswith("Acquire::Check-")]
