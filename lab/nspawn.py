"""Throw-away hosts: real Debian systems with their own systemd, sshd and network, gone without a trace afterwards.

The hosts hang on one bridge in a private network; the auditor stands in the same network and nobody else does:

    with Lab([Host("web-01", "10.99.0.11", logins=(Login("audit", authorized_key=key),))]) as lab:
        lab.wait_ssh()
        lab.auditor_exec(["ssh", "-i", key_file, "audit@10.99.0.11", "id"])

Kernel settings outside `net.*`, the clock, the disks and kernel audit are the machine's own: no host can plant them.
"""

import ipaddress
import re
import shlex
import subprocess
import time
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from lab.enclosure import Enclosure, LabError, bounded, environment
from lab.kernel import enough_inotify, why_not
from lab.rootfs import MINIMAL, Recipe, rootfs

__all__ = ["Host", "Lab", "LabError", "Login", "why_not"]

BOOT_SECONDS = 60.0


@dataclass(frozen=True)
class Login:
    """An account on a host. `sudo` is the text of its sudoers file, `authorized_key` one public key."""

    name: str
    password: str = field(default="", repr=False)
    authorized_key: str = ""
    sudo: str = ""


@dataclass(frozen=True)
class Host:
    """A host: files are written and the shell text `prepare` is run (as root, in its file system) before it boots."""

    name: str
    address: str
    files: dict[str, str] = field(default_factory=dict)
    prepare: str = ""
    logins: tuple[Login, ...] = ()
    recipe: Recipe = MINIMAL
    """What is installed on it."""


# Overlay options cannot hold every path a checkout may have; this bound one they can.
_BASE = 'mkdir "$2"; mount --bind "$1" "$2"'
_MOUNT = """
mkdir -p "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
"""
_CONNECT = """
ip netns add "$1"
ip link add "veth$2" type veth peer name eth0 netns "$1"
ip link set "veth$2" master campus up
ip -n "$1" link set lo up
ip -n "$1" link set eth0 up
ip -n "$1" addr add "$3" dev eth0
"""
_BRIDGE = """
ip link add campus type bridge
ip addr add "$1" dev campus
ip link set campus up
"""
_IDENTITY = """
echo "$1" > /etc/hostname
echo "$2" > /etc/machine-id
echo "127.0.1.1 $1" >> /etc/hosts
ssh-keygen -q -t ed25519 -N '' -C "root@$1" -f /etc/ssh/ssh_host_ed25519_key
"""
_LOGIN = """
useradd --create-home --shell /bin/sh "$1"
install -d -m 0700 -o "$1" -g "$1" "/home/$1/.ssh"
printf '%s\\n' "$2" > "/home/$1/.ssh/authorized_keys"
[ -z "$3" ] || { printf '%s\\n' "$3" > "/etc/sudoers.d/$1"; chmod 0440 "/etc/sudoers.d/$1"; }
"""
_WRITE = 'mkdir -p "${1%/*}"; cat > "$1"'
# Hosts must not share a control group: each systemd believes that its own is the root of all.
# Nspawn starts in the host's network: only then does the host's /sys show its own interfaces.
_BOOT = """
mkdir "$1"
echo 0 > "$1/cgroup.procs"
network=$2
shift 2
exec nsenter --net="/run/netns/$network" -- "$@"
"""
# As on a real machine: /tmp is a folder, the network's settings and rules are the host's own to set.
_LIKE_A_MACHINE = {"SYSTEMD_NSPAWN_TMPFS_TMP": "0", "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"}
_NSPID = re.compile(r"^NSpid:\s*(.+)$", re.MULTILINE)
_BANNER = 'exec 3<>"/dev/tcp/$1/22" && IFS= read -r -t 2 line <&3 && [[ $line == SSH-* ]]'


class Lab:
    """Booted throw-away hosts and the auditor beside them. Needs root; `why_not()` says whether it can run."""

    def __init__(self, hosts: Sequence[Host], *, network: str = "10.99.0.0/24") -> None:
        self.hosts = {host.name: host for host in hosts}
        self.network = ipaddress.ip_network(network)
        self.auditor = str(next(self.network.hosts()))
        """The auditor's own address: the first of the network."""
        self.enclosure = Enclosure()
        self._shared: dict[Recipe, Path] = {}
        self._boots: dict[str, subprocess.Popen[bytes]] = {}
        self._stack = ExitStack()
        self._check(hosts)

    def _check(self, hosts: Sequence[Host]) -> None:
        addresses = [host.address for host in hosts]
        if len(self.hosts) < len(hosts) or len({*addresses, self.auditor}) <= len(hosts):
            raise LabError(f"实验主机的名称和地址不能重复，也不能用审计机的地址 {self.auditor}")
        if outside := [a for a in addresses if ipaddress.ip_address(a) not in self.network]:
            raise LabError(f"实验主机的地址不在 {self.network} 内：{'、'.join(outside)}")
        if wrong := [name for name in self.hosts if not name.replace("-", "a").isalnum() or len(name) > 30]:
            raise LabError(f"实验主机的名称只能用字母、数字和减号：{'、'.join(wrong)}")

    def __enter__(self) -> Self:
        bases = {host.recipe: rootfs(host.recipe) for host in self.hosts.values()}
        with self._stack as stack:
            stack.enter_context(enough_inotify(len(self.hosts)))
            stack.enter_context(self.enclosure)
            for number, (recipe, base) in enumerate(bases.items()):
                self._shared[recipe] = self.enclosure.folder / f".shared-{number}"
                self._sh(_BASE, str(base), str(self._shared[recipe]))
            self._sh(_BRIDGE, f"{self.auditor}/{self.network.prefixlen}")
            for index, host in enumerate(self.hosts.values()):
                self._prepare(host)
                self._sh(_CONNECT, host.name, str(index), f"{host.address}/{self.network.prefixlen}")
                self._boot(host)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        for process in self._boots.values():
            process.wait(timeout=10)

    def _sh(self, script: str, *arguments: str) -> None:
        self.enclosure.run(["sh", "-eu", "-c", script, "sh", *arguments])

    def _folder(self, host: Host) -> Path:
        return self.enclosure.folder / host.name

    def _in_root(self, host: Host, script: str, *arguments: str, text: str = "") -> None:
        """Run a script in the host's file system: absolute links in it then lead nowhere else."""
        root = str(self._folder(host) / "root")
        self.enclosure.run(["chroot", root, "/bin/sh", "-eu", "-c", script, "sh", *arguments], text=text, timeout=60)

    def _prepare(self, host: Host) -> None:
        self._sh(_MOUNT, str(self._folder(host)), str(self._shared[host.recipe]))
        self._in_root(host, _IDENTITY, host.name, uuid.uuid4().hex)
        for login in host.logins:
            self._in_root(host, _LOGIN, login.name, login.authorized_key, login.sudo)
            if login.password:
                self._in_root(host, "chpasswd", text=f"{login.name}:{login.password}\n")
        for path, content in host.files.items():
            self._in_root(host, _WRITE, path, text=content)
        if host.prepare:
            self._in_root(host, host.prepare)

    def _boot(self, host: Host) -> None:
        nspawn = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--link-journal=no", "--resolv-conf=off"]
        nspawn += ["--timezone=off"]
        nspawn += [f"--machine={host.name}", f"--hostname={host.name}", "--capability=CAP_NET_ADMIN"]
        nspawn += [f"--directory={self._folder(host) / 'root'}", "--boot"]
        cgroup = f"/sys/fs/cgroup/{self.enclosure.cgroup}/{host.name}"
        argv = self.enclosure.entered(["sh", "-eu", "-c", _BOOT, "sh", cgroup, host.name, *nspawn])
        with self._console(host).open("wb") as console:
            null = subprocess.DEVNULL
            env = environment() | _LIKE_A_MACHINE
            self._boots[host.name] = subprocess.Popen(
                argv, stdin=null, stdout=console, stderr=console, env=env, start_new_session=True
            )

    def _console(self, host: Host) -> Path:
        return self.enclosure.folder / f"{host.name}.console"

    def wait_ssh(self, timeout: float = BOOT_SECONDS) -> float:
        """Wait until every host lets users in by SSH; the seconds waited. Raises LabError with the console's end."""
        start = time.monotonic()
        for host in self.hosts.values():
            while not self._answers(host):
                if self._boots[host.name].poll() is not None or time.monotonic() - start > timeout:
                    raise LabError(self._not_up(host, time.monotonic() - start))
                time.sleep(0.05)
        return time.monotonic() - start

    def _answers(self, host: Host) -> bool:
        """A banner alone is not enough: until start-up is complete PAM turns users away (/run/nologin)."""
        first = self._leader(host.name)
        if first is None or Path(f"/proc/{first}/root/run/nologin").exists():
            return False
        probe = self.auditor_exec(["bash", "-c", _BANNER, "bash", host.address], timeout=5)
        return probe.returncode == 0

    def _not_up(self, host: Host, seconds: float) -> str:
        console = self._console(host).read_text("utf-8", errors="replace").strip()[-1500:]
        where = f"实验主机 {host.name}（{host.address}）"
        return f"{where}{seconds:.0f} 秒内没有开放 SSH；控制台最后的内容：\n{console or '（空）'}"

    def run_inside(self, host: str, command: str, *, timeout: float = 30) -> subprocess.CompletedProcess[str]:
        """Run a shell command on the running host as its root. Raises LabError when it takes too long."""
        first = self._leader(host)
        if first is None:
            raise LabError(f"实验主机 {host} 没有运行；请先 wait_ssh()")
        argv = ["nsenter", f"--target={first}", "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--"]
        return bounded([*argv, "/bin/sh", "-c", f"cd /; {command}"], timeout=timeout, env=environment())

    def _leader(self, host: str) -> int | None:
        """The host's systemd as the machine numbers it: pid 1 of the inner namespace, in the host's control group."""
        inside = f"0::/{self.enclosure.cgroup}/{host}/"
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if inside not in (process / "cgroup").read_text("ascii", errors="replace"):
                    continue
                numbers = _NSPID.search((process / "status").read_text("ascii", errors="replace"))
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we were looking
            if numbers and numbers[1].split()[-1] == "1" and len(numbers[1].split()) > 2:
                return int(process.name)
        return None

    def auditor_exec(
        self,
        argv: Sequence[str],
        *,
        timeout: float = 120,
        text: str = "",
        env: dict[str, str] | None = None,
        cwd: str | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of this machine (its files, its user) in the auditor's network. Raises LabError on timeout."""
        return bounded(self.enclosure.networked(list(argv)), timeout=timeout, text=text, env=env, cwd=cwd)

    def host_key(self, host: str) -> str:
        """The host's public key as it stands in known_hosts: `ssh-ed25519 AAAA…`."""
        line = self.run_inside(host, "cat /etc/ssh/ssh_host_ed25519_key.pub").stdout
        return " ".join(shlex.split(line)[:2])

    def known_hosts(self) -> str:
        """A known_hosts file for all hosts."""
        return "".join(f"{host.address} {self.host_key(host.name)}\n" for host in self.hosts.values())
