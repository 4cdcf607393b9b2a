"""Three known servers and a school that audits them: a stock Debian, a hardened one, one that only looks hardened.

    with three_hosts(folder) as three:
        three.dengbao("audit", "--fail-on", "never")
        three.findings()

The audit account comes by key and may run one script as root, exactly as `dengbao plan --sudoers` prints it.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from audit.gather.pins import HostKey, accept
from lab.enclosure import bounded
from lab.nspawn import Host, Lab, Login
from lab.roles import role
from lab.rootfs import Recipe

ADDRESSES = {"stock": "10.99.0.11", "hardened": "10.99.0.12", "disguised": "10.99.0.13"}
"""Role and name of each host → its address."""
APPROVED = {"stock": ["xiaozhang"], "hardened": ["wang-xt", "li-sj"], "disguised": ["qian-yw"]}
HELPER = "/usr/local/sbin/dengbao-facts"
DECLARATIONS = {
    "log_collector": "10.99.0.9",
    "time_sources": ["10.99.0.8"],
    "management_zones": "servers",
    "accounts": ["root", {"name": "audit", "owner": "王老师", "purpose": "安全自查只读账户"}],
}


@dataclass(frozen=True)
class Three:
    """The running hosts and the school's folder."""

    lab: Lab
    folder: Path

    def dengbao(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a subcommand in the auditor's network."""
        return self.lab.auditor_exec(_command(self.folder, *words), env=_environment(), timeout=300)

    def findings(self) -> list[dict[str, Any]]:
        """The findings of the newest run, on the three hosts."""
        newest = max((self.folder / "dengbao-data" / "runs").glob("*Z*"), key=lambda path: path.stat().st_ctime_ns)
        found = json.loads((newest / "run.json").read_text("utf-8"))["findings"]
        return [finding for finding in found if finding["asset"] in ADDRESSES]


@contextmanager
def three_hosts(folder: Path, *, also: tuple[str, ...] = (), files: Mapping[str, str] | None = None) -> Iterator[Three]:
    """Boot the three, with these packages and files besides; everything of the school stands in `folder`."""
    key = folder / "id_ed25519"
    bounded(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], timeout=20)
    _write_campus(folder, key)
    rule, helper = (_printed(folder, *words) for words in (("--sudoers",), ("--sudoers", "--helper")))
    login = Login("audit", "", key.with_suffix(".pub").read_text("ascii").strip(), rule)
    laid = {HELPER: helper, **(files or {})}
    hosts = [role(n).host(a, login, files=laid, prepare=f"chmod 0755 {HELPER}") for n, a in ADDRESSES.items()]
    with Lab([_with(host, also) for host in hosts]) as lab:
        lab.wait_ssh()
        for name in ADDRESSES:
            kind, encoded = lab.host_key(name).split()
            accept(folder / "dengbao-data" / "hostkeys", name, HostKey(kind, base64.b64decode(encoded)))
        yield Three(lab, folder)


def _with(host: Host, also: tuple[str, ...]) -> Host:
    return replace(host, recipe=Recipe(also, on=host.recipe)) if also else host


def _write_campus(folder: Path, key: Path) -> None:
    """campus.yaml: three servers of one system of level 3, and an authorisation that holds today."""
    today = datetime.now(UTC).date()
    access = {"method": "ssh", "login": "audit"}
    campus = {
        "campus": {"id": "three", "name": "实验学校"},
        "zones": {"servers": {"name": "服务器区", "cidr": "10.99.0.0/24"}},
        "logins": {"audit": {"user": "audit", "key": f"file:{key}", "become": {"method": "sudo", "helper": HELPER}}},
        "assets": {
            name: {
                "class": "server",
                "zone": "servers",
                "address": address,
                "access": access,
                "approved": {"accounts": APPROVED[name], "ports": ["tcp/22"]},
            }
            for name, address in ADDRESSES.items()
        },
        "systems": {"portal": {"name": "门户网站", "level": "S3A3", "assets": list(ADDRESSES)}},
        "declarations": DECLARATIONS,
        "authorisation": {
            "by": "李校长",
            "role": "校长",
            "scope": "all",
            "from": f"{today - timedelta(days=2)}",
            "until": f"{today + timedelta(days=2)}",
        },
    }
    (folder / "campus.yaml").write_text(yaml.safe_dump(campus, allow_unicode=True), "utf-8")
    (folder / "dengbao-data").mkdir(mode=0o700)


def _printed(folder: Path, *words: str) -> str:
    done = bounded(_command(folder, "plan", *words), env=_environment(), timeout=60)
    if done.returncode:
        raise RuntimeError(f"dengbao plan {' '.join(words)}：{done.stderr}")
    return done.stdout


def _command(folder: Path, command: str, *words: str) -> list[str]:
    return [sys.executable, "-m", "audit.cli", command, *words, "-c", str(folder / "campus.yaml")]


def _environment() -> dict[str, str]:
    root = Path(__file__).resolve().parent.parent
    return {**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1", "COLUMNS": "200"}
