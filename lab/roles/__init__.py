"""What makes a server of the lab the server it plays: packages, files laid over it, and a set-up script.

A role is a folder beside this file: `files/` is laid over the host's root, then `setup.sh` runs as root in it, before
the host boots. The same files and script provision a real machine.

    stock      Debian as its installer leaves it, and the first user
    hardened   satisfies every check that a server can satisfy
    disguised  looks hardened: every setting is written somewhere, and something else wins
"""

from dataclasses import dataclass
from pathlib import Path

from lab.nspawn import Host, Login
from lab.rootfs import STOCK, Recipe

FOLDER = Path(__file__).parent
SERVER = Recipe(
    (
        "acl",
        "aide",
        "auditd",
        "chrony",
        "clamav-daemon",
        "fail2ban",
        "libpam-pwquality",
        "rsyslog",
        "rsyslog-gnutls",
        "unattended-upgrades",
    ),
    on=STOCK,
)
"""A stock Debian with what hardening it needs."""
RECIPES = {"stock": STOCK, "hardened": SERVER, "disguised": SERVER}


@dataclass(frozen=True)
class Role:
    """A role as data. `files`: absolute path → text; `setup`: shell text for root."""

    name: str
    recipe: Recipe
    files: dict[str, str]
    setup: str

    def host(self, address: str, *logins: Login, files: dict[str, str] | None = None, prepare: str = "") -> Host:
        """A throw-away host of this role and this name; `files` and `prepare` come after the role's own."""
        setup = f"{self.setup}\n{prepare}"
        return Host(self.name, address, self.files | (files or {}), setup, logins, self.recipe)


def role(name: str) -> Role:
    """Read a role's folder."""
    folder = FOLDER / name
    laid = folder / "files"
    files = {
        f"/{path.relative_to(laid)}": path.read_text("utf-8") for path in sorted(laid.rglob("*")) if path.is_file()
    }
    return Role(name, RECIPES[name], files, (folder / "setup.sh").read_text("utf-8"))
