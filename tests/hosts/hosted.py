"""A school whose servers are throw-away hosts: `dengbao` runs in the auditor's network."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lab.nspawn import Host, Lab
from tests.run.wholerun import Done, School

NETWORK = "10.99.0.0/24"
FAILLOCK = """\
auth required pam_faillock.so preauth
auth [success=1 default=ignore] pam_unix.so
auth [default=die] pam_faillock.so authfail
auth required pam_permit.so
account required pam_faillock.so
"""
"""/etc/pam.d/common-auth of a host that counts failed logins."""


def school(folder: Path, lab: Lab, env: Mapping[str, str] | None = None) -> School:
    """A school in `folder` whose program runs beside the hosts of `lab`; their host keys are pinned."""

    def beside(argv: Sequence[str], environment: Mapping[str, str]) -> Done:
        return lab.auditor_exec(argv, env=dict(environment), timeout=180)

    made = School(folder, beside, dict(env or {}))
    for name in lab.hosts:
        made.pin(name, lab.host_key(name))
    return made


def server(host: Host, login: str) -> dict[str, Any]:
    """The entry of a host in campus.yaml."""
    return {
        "class": "server",
        "zone": "servers",
        "address": host.address,
        "access": {"method": "ssh", "login": login},
    }


def key_pair(path: Path, passphrase: str = "") -> Path:
    """A new private key (its public half stands beside it)."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", path], check=True, timeout=20)
    return path


def public(key: Path) -> str:
    """The public half, as a line of authorized_keys."""
    return key.with_name(key.name + ".pub").read_text("ascii").strip()


def root_password(password: str) -> tuple[dict[str, str], str]:
    """Files and preparation that give a Host's root a password: through a file, never through a command line."""
    return {"/root/new": f"root:{password}\n"}, "chpasswd < /root/new; rm /root/new"
