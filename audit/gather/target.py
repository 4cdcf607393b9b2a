"""What gathering is told about an asset: where it is, how to log in, how to become root. Secrets only as providers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Secret:
    """A secret that is fetched when it is needed, and only named otherwise.

    >>> Secret("env:AUDIT_PASSWORD", lambda: "…").reference
    'env:AUDIT_PASSWORD'
    """

    reference: str
    """Where it stands (`env:…`, `keyring:…`); shown to people. Names the credential together with the user."""
    resolve: Callable[[], str] = field(repr=False, compare=False)
    """Returns the value; may raise with a message that names the reference."""


@dataclass(frozen=True)
class Login:
    """A login: one way only (the key if there is one, else the password), so one attempt is one attempt."""

    user: str
    key: Secret | None = None
    """Text of a private key (OpenSSH or PEM)."""
    passphrase: Secret | None = None
    password: Secret | None = None

    @property
    def credential(self) -> str:
        """Name of the credential: user and reference."""
        secret = self.key or self.password
        return f"{self.user}@{secret.reference if secret else '-'}"


@dataclass(frozen=True)
class Become:
    """How to become root after the login."""

    method: Literal["none", "sudo", "su"] = "none"
    user: str = "root"
    password: Secret | None = None
    helper: str | None = None
    """Absolute path of an installed batch: the only thing sudo must allow."""
    tty: bool = False
    """Ask for a terminal, for targets with `requiretty`; stderr is lost then."""

    def credential(self, login_user: str) -> str:
        """Name of the become secret: who becomes whom with which reference."""
        return f"{self.method}:{login_user}->{self.user}@{self.password.reference if self.password else '-'}"


@dataclass(frozen=True)
class Bastion:
    """The host through which others are reached. Its own key is pinned under its own id."""

    asset: str
    address: str
    login: Login
    port: int = 22
    legacy_ssh: bool = False
    bastion: "Bastion | None" = None


@dataclass(frozen=True)
class Target:
    """One asset to gather from."""

    asset: str
    method: Literal["local", "ssh"] = "ssh"
    address: str = ""
    port: int = 22
    login: Login | None = None
    become: Become = Become()
    bastion: Bastion | None = None
    legacy_ssh: bool = False
    addresses: tuple[str, ...] = ()
    """Login addresses to judge sshd for (`$db_addresses`): one representative per zone that may log in."""
    deadline: float | None = None
    """Seconds for the whole session; None: the run's limit."""


@dataclass(frozen=True)
class Limits:
    """Bounds of a run."""

    parallel: int = 32
    deadline: float = 120.0
    """Seconds of wall clock per asset."""
    connect: float = 10.0
    """Seconds for the TCP connection, and again for the SSH handshake."""
    prompt: float = 20.0
    """Seconds in which sudo or su must answer."""
    stdout: int = 32 * 1024 * 1024
    """Bytes received from one asset."""
    stderr: int = 1024 * 1024
