"""Real OpenSSH servers on loopback addresses, for tests and demonstrations: nothing is installed, nothing of the system changes.

As an ordinary user the servers run as that user. As root each server gets a mount and PID namespace of its own in which
`/etc/passwd`, `/etc/shadow` and `/etc/group` are copies with one more, ordinary user, and runs as that user.

>>> with SshdServer(folder, "127.0.0.2") as server:      # doctest: +SKIP
...     server.port, server.user, server.user_key, server.host_key
"""

import contextlib
import os
import pwd
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "openssh"
LAB_USER = "audit"
LAB_UID = 64_021
"""A number that no system gives out by itself; it exists inside the namespaces only."""
START_SECONDS = 10.0


class SshdMissing(Exception):  # noqa: N818  (names what is wrong)
    """No OpenSSH server could be found or unpacked; says what to do."""


@dataclass(frozen=True)
class SshdProgram:
    """An OpenSSH server: its binary, the helpers newer releases need, and where its libraries are."""

    binary: Path
    libraries: Path | None = None

    @property
    def root(self) -> Path:
        """Folder that holds `usr/`."""
        return self.binary.parents[2]

    def options(self) -> dict[str, str]:
        """Settings that tell a server from 9.8 on where its other programs are."""
        found = {}
        for keyword, name in (("SshdSessionPath", "sshd-session"), ("SshdAuthPath", "sshd-auth")):
            path = self.root / "usr/lib/openssh" / name
            if self.libraries is not None and path.exists():
                found[keyword] = str(path)
        return found


def find_sshd() -> SshdProgram:
    """The system's server, else one unpacked from its package into the cache. Raises SshdMissing."""
    system = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/sbin")
    if system:
        return SshdProgram(Path(system))
    binary = CACHE / "root/usr/sbin/sshd"
    if not binary.exists():
        _unpack()
    return SshdProgram(binary, _library_folder(CACHE / "root"))


def _unpack() -> None:
    """Download the server's package and the libraries the machine lacks; unpack without installing."""
    try:
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as work:
            for package in ("openssh-server", "libwrap0"):
                download = ["apt-get", "download", "-q", package]
                subprocess.run(download, cwd=work, check=True, capture_output=True, timeout=120)
            for archive in Path(work).glob("*.deb"):
                subprocess.run(["dpkg", "-x", archive, f"{work}/root"], check=True, capture_output=True, timeout=60)
            os.replace(f"{work}/root", CACHE / "root")
    except (OSError, subprocess.SubprocessError) as error:
        # Another process may have unpacked it at the same time: what counts is that it is there.
        if not (CACHE / "root/usr/sbin/sshd").exists():
            advice = "请安装 openssh-server，或先以能写入缓存目录的用户运行一次"
            raise SshdMissing(f"没有 sshd，也没能下载并解开 openssh-server 软件包（{error}）；{advice}") from None


def _library_folder(root: Path) -> Path | None:
    return next((path.parent for path in root.glob("usr/lib/*/libwrap.so.0")), root / "usr/lib")


def free_port(address: str) -> int:
    """A port nobody listens on at `address`, high enough for an ordinary user."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def descendants(parent: int) -> list[int]:
    """Process ids of everything a process has started that still runs."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            children.setdefault(int(entry.read_text().rsplit(")", 1)[1].split()[1]), []).append(int(entry.parent.name))
    found: list[int] = []
    queue = [parent]
    while queue:
        queue += (own := children.get(queue.pop(), []))
        found += own
    return found


def make_key(path: Path, kind: str = "ed25519") -> Path:
    """A new key pair; returns the private key's path."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", path], check=True, timeout=60)
    return path


def _hash(password: str) -> str:
    """A shadow entry for a password; `*` for none."""
    if not password:
        return "*"
    made = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input=password, check=True, capture_output=True, text=True
    )
    return made.stdout.strip()


@dataclass
class SshdServer:
    """One server on one loopback address. Use as a context manager; leaving it ends its processes and only them."""

    folder: Path
    address: str = "127.0.0.1"
    port: int = 0
    shell: str = "/bin/sh"
    """Login shell of the lab user (as root only; otherwise the user's own)."""
    settings: dict[str, str] = field(default_factory=dict)
    """Further lines of sshd_config."""
    files: dict[str, str] = field(default_factory=dict)
    """Files in the lab user's home (as root only), such as `.profile`."""
    mounts: dict[str, Path] = field(default_factory=dict)
    """Path on the target → file or folder shown there instead (as root only)."""
    host_key_type: str = "ed25519"
    password: str = ""
    """Password of the lab user (as root only); empty: none."""

    def __enter__(self) -> "SshdServer":
        if not self.address.startswith("127."):
            raise ValueError(f"{self.address} 不是本机回环地址")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self.port = self.port or free_port(self.address)
        self._write_files()
        self._process = subprocess.Popen(
            self._command(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "start.log").open("wb"),
            start_new_session=True,
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def user(self) -> str:
        """Who may log in."""
        return LAB_USER if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name

    @property
    def user_key(self) -> Path:
        """Private key that is allowed to log in."""
        return self.folder / "user_key"

    @property
    def host_key(self) -> str:
        """The server's public key: type and base64."""
        return " ".join((self.folder / "host_key.pub").read_text().split()[:2])

    @property
    def home(self) -> Path:
        """The lab user's home."""
        return self.folder / "home"

    def log(self) -> str:
        """What the server has logged (VERBOSE)."""
        return (self.folder / "sshd.log").read_text(errors="replace")

    def stop(self) -> None:
        """End the server with everything it started (its sessions lead process groups of their own)."""
        for child in descendants(self._process.pid):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGTERM)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(3)

    def _write_files(self) -> None:
        if not (self.folder / "host_key").exists():
            make_key(self.folder / "host_key", self.host_key_type)
        if not self.user_key.exists():
            make_key(self.user_key)
        self.home.mkdir(exist_ok=True)
        for name, text in self.files.items():
            (self.home / name).write_text(text, encoding="utf-8")
        shutil.copy(self.folder / "user_key.pub", self.folder / "authorized_keys")
        (self.folder / "sshd_config").write_text(self._config(), encoding="utf-8")
        (self.folder / "sshd.log").touch()
        if os.geteuid() == 0:
            self._write_accounts()
            for path in (self.home, self.folder / "host_key", self.folder / "sshd.log"):
                os.chown(path, LAB_UID, LAB_UID)

    def _config(self) -> str:
        values = {
            "ListenAddress": self.address,
            "Port": str(self.port),
            "HostKey": str(self.folder / "host_key"),
            "AuthorizedKeysFile": str(self.folder / "authorized_keys"),
            "PidFile": "none",
            "UsePAM": "no",
            "StrictModes": "no",
            "PasswordAuthentication": "yes",
            "KbdInteractiveAuthentication": "no",
            "LogLevel": "VERBOSE",
            "MaxStartups": "100",
            "PrintMotd": "no",
            "UseDNS": "no",
        }
        values |= find_sshd().options() | self.settings
        return "".join(f"{keyword} {value}\n" for keyword, value in values.items())

    def _write_accounts(self) -> None:
        """Copies of the account files with the lab user added; shown only inside the server's namespace."""
        lines = {
            "passwd": f"{LAB_USER}:x:{LAB_UID}:{LAB_UID}:lab:{self.home}:{self.shell}",
            "shadow": f"{LAB_USER}:{_hash(self.password)}:20000:0:99999:7:::",
            "group": f"{LAB_USER}:x:{LAB_UID}:",
        }
        for name, line in lines.items():
            kept = [old for old in Path("/etc", name).read_text().splitlines() if not old.startswith(f"{LAB_USER}:")]
            copy = self.folder / f"etc-{name}"
            copy.write_text("\n".join([*kept, line]) + "\n")
            copy.chmod(0o644)

    def _command(self) -> list[str]:
        program = find_sshd()
        serve = [str(program.binary), "-D", "-f", str(self.folder / "sshd_config"), "-E", str(self.folder / "sshd.log")]
        if program.libraries is not None:
            serve = ["env", f"LD_LIBRARY_PATH={program.libraries}", *serve]
        if os.geteuid() != 0:
            return serve
        shown = {f"/etc/{name}": self.folder / f"etc-{name}" for name in ("passwd", "shadow", "group")} | self.mounts
        binds = [f"mount --bind {shlex.quote(str(source))} {shlex.quote(path)}" for path, source in shown.items()]
        drop = ["setpriv", f"--reuid={LAB_UID}", f"--regid={LAB_UID}", "--clear-groups", "--", *serve]
        # The shell stays as the first process of the PID namespace: it reaps, and when it ends everything in it ends.
        script = " && ".join([*binds, f"{{ {shlex.join(drop)} & wait; }}"])
        return ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "--", "/bin/sh", "-c", script]

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection((self.address, self.port), 1) as probe:
                if probe.recv(4) == b"SSH-":
                    return
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        said = (self.folder / "start.log").read_text(errors="replace") + self.log()
        raise SshdMissing(f"sshd 没有在 {self.address}:{self.port} 启动：{said[-500:]}")


@contextlib.contextmanager
def many_servers(folder: Path, count: int, first: int = 2, **options: object) -> Iterator[list[SshdServer]]:
    """Servers on 127.0.0.`first` and following addresses, each with keys and a log of its own."""
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(SshdServer(folder / f"h{i}", f"127.0.0.{first + i}", **options))  # type: ignore[arg-type]
            for i in range(count)
        ]
