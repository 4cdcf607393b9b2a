"""The root filesystems of throw-away hosts: Debian made by mmdebstrap from Debian packages only.

Each is built once with the machine's own package sources and kept in `.cache/rootfs-<digest>`; the digest covers the
release and the recipe, so a change of either builds a new one. Nobody writes to it afterwards: every host lays its
own changes over it (`lab.nspawn`).
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Recipe:
    """What is installed: a variant of mmdebstrap and packages besides, or packages `on` what another recipe makes."""

    packages: tuple[str, ...]
    variant: str = "minbase"
    on: "Recipe | None" = None


MINIMAL = Recipe(
    (
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
)
"""Debian's essential packages, apt, and what most tests need."""
STOCK = Recipe(("openssh-server", "sudo"), variant="standard")
"""What Debian's installer leaves with "standard system utilities" and "SSH server" chosen."""

CACHE = Path(__file__).resolve().parent.parent / ".cache"
BUILD_SECONDS = 900
_SOURCES = ("sources.list.d/debian.sources", "sources.list.d/ubuntu.sources", "sources.list")
_APT_OPTIONS = ('Acquire::Languages "none"',)
# Timers would change a host while it is being audited; host keys and the machine id must differ from host to host.
_PREPARE = (
    'rm -f "$1"/etc/ssh/ssh_host_*',
    'rm -f "$1"/etc/systemd/system/timers.target.wants/*',
    ': > "$1"/etc/machine-id',
)
# Mounts and processes of an interrupted build must end with it: the next one clears the folder away.
_ALONE = ("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc")
# apt runs outside and does not find the program this hook of the system inside names.
_ON = 'cp -a "{below}"/. "$1"; rm -f "$1"/etc/apt/apt.conf.d/20listchanges'
_INSTALL = (
    'APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -qq --yes --no-install-recommends '
    '-o DPkg::Chroot-Directory="$1" install {packages} >&2'
)


class RootfsError(RuntimeError):
    """The root filesystem cannot be built; the message names cause and next step."""


def rootfs(recipe: Recipe = MINIMAL, cache: Path = CACHE) -> Path:
    """The ready root filesystem, built first if there is none (needs root; 30 to 90 s). Raises RootfsError."""
    suite = release()
    below = None if recipe.on is None else rootfs(recipe.on, cache)
    target = cache / f"rootfs-{_digest(suite, recipe)}"
    cache.mkdir(parents=True, exist_ok=True)
    with _one_builder(cache / f"{target.name}.lock"):
        if not target.is_dir():
            _build(suite, recipe, below, target)
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


def _digest(suite: str, recipe: Recipe) -> str:
    below = "" if recipe.on is None else _digest(suite, recipe.on)
    text = "\n".join([suite, recipe.variant, below, *sorted(recipe.packages), *_APT_OPTIONS, *_PREPARE])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@contextmanager
def _one_builder(lock: Path) -> Iterator[None]:
    """Let only one process build at a time: tests may run side by side."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(suite: str, recipe: Recipe, below: Path | None, target: Path) -> None:
    """Build beside the target and rename: an interrupted build never looks like a finished one."""
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    # Its setuid programs are never updated: no ordinary user of the machine may reach them.
    part.mkdir(mode=0o700)
    argv = [
        *_ALONE,
        *("mmdebstrap", "--mode=root", "--quiet", "--dpkgopt=force-unsafe-io"),
        *("--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-exclude=/usr/share/man/*"),
        # The lists stay, so that `apt-get -s` on a host can say which updates are missing.
        "--skip=cleanup/apt/lists",
        *(f"--aptopt={option}" for option in (*_APT_OPTIONS, *_date_options())),
        *(_anew(recipe) if below is None else _on(below, recipe)),
        *(f"--customize-hook={hook}" for hook in _PREPARE),
        *(suite, str(part / "root"), str(sources(suite))),
    ]
    _run(argv)
    part.rename(target)


def _anew(recipe: Recipe) -> list[str]:
    return [f"--variant={recipe.variant}", "--include=" + ",".join(recipe.packages)]


def _on(below: Path, recipe: Recipe) -> list[str]:
    """Options that start from a copy and let apt install the rest: mmdebstrap's own way is for an empty target."""
    copy, install = _ON.format(below=below), _INSTALL.format(packages=" ".join(recipe.packages))
    return ["--variant=custom", "--skip=check/empty", f"--setup-hook={copy}", f"--customize-hook={install}"]


def _run(argv: list[str]) -> None:
    if shutil.which("mmdebstrap") is None:
        raise RootfsError("没有 mmdebstrap 命令；请运行 apt-get install --no-install-recommends mmdebstrap")
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False, env=_environment()
        )
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
