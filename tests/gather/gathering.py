"""Builders that the gathering tests share: facts files in a line, batches run by a shell, servers to gather from."""

import base64
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit.gather.batch import Batch, Parameters, compile_batch
from audit.gather.context import Context
from audit.gather.frames import Decoded, decode
from audit.gather.pins import HostKey, Pins
from audit.gather.pool import gather
from audit.gather.target import Limits, Login, Secret, Target
from checks.language.platform import FactsFile
from checks.model.fact import Collection, Fact
from lab.sshd import SshdServer

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TAG_KEY = "5c" * 32
SHELLS = [command for command in (["dash"], ["bash"], ["busybox", "sh"]) if shutil.which(command[0])]


def facts_file(facts: dict[str, Any], sources: dict[str, Any] | None = None, functions: str = "") -> FactsFile:
    """A facts.yaml as a record."""
    platform = {"title": {"zh": "示例"}, "classes": ["server"]}
    return FactsFile.model_validate(
        {"platform": platform, "facts": facts, "sources": sources or {}, "functions": functions}
    )


def batch_of(facts: dict[str, Any], sources: dict[str, Any] | None = None, functions: str = "") -> Batch:
    """The batch of one platform with these facts."""
    return compile_batch({"linux": facts_file(facts, sources, functions)})


def new_parameters(**values: Any) -> Parameters:
    """Parameters with a fresh nonce."""
    return Parameters(nonce=secrets.token_hex(16), **values)


def run_script(
    shell: Sequence[str], script: str | bytes, as_nobody: bool = False
) -> subprocess.CompletedProcess[bytes]:
    """Feed a script to a shell, as the session does."""
    command = [*shell, "-s"]
    if as_nobody:
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--", *command]
    data = script if isinstance(script, bytes) else script.encode()
    return subprocess.run(command, input=data, capture_output=True, timeout=60, check=False)


def run_batch(batch: Batch, shell: Sequence[str] = ("sh",), as_nobody: bool = False, **values: Any) -> Decoded:
    """Run a batch with a shell on this machine and decode what it says."""
    parameters = new_parameters(**values)
    done = run_script(shell, batch.script(parameters), as_nobody)
    return decode(done.stdout, done.stderr, batch, "web-01", AT, nonce=parameters.nonce)


def reachable(folder: Path) -> Path:
    """The folder, opened for the laboratory user (pytest makes its folders private)."""
    for parent in [folder, *folder.parents[:-2]]:
        parent.chmod(parent.stat().st_mode | 0o011)
    return folder


def by_name(facts: Sequence[Fact]) -> dict[str, Fact]:
    """Facts by `name` or `name/instance`."""
    return {f"{fact.name}/{fact.instance}" if fact.instance else fact.name: fact for fact in facts}


def key_of(server: SshdServer) -> HostKey:
    """The host key of a laboratory server."""
    kind, encoded = server.host_key.split()
    return HostKey(kind, base64.b64decode(encoded))


def pinned(*servers: tuple[str, SshdServer]) -> Pins:
    """Pins for servers under asset ids."""
    return Pins({asset: (key_of(server),) for asset, server in servers})


def key_login(server: SshdServer, key: Path | None = None) -> Login:
    """A login with the server's user and key (or another key)."""
    path = key or server.user_key
    return Login(server.user, key=Secret(f"file:{path}", path.read_text))


def target_of(asset: str, server: SshdServer, **values: Any) -> Target:
    """A target for a laboratory server."""
    login = values.pop("login", None) or key_login(server)
    return Target(asset, address=server.address, port=server.port, login=login, **values)


def context_for(pins: Pins, **limits: Any) -> Context:
    """What a run shares, with patience fit for tests."""
    return Context(pins, Limits(**{"deadline": 20.0, "connect": 10.0, "prompt": 5.0, **limits}), tag_key=TAG_KEY)


def gather_all(targets: Sequence[Target], batch: Batch, context: Context) -> dict[str, Collection]:
    """Collections by asset."""
    found: list[Collection] = []
    gather(targets, batch, found.append, context)
    return {collection.asset: collection for collection in found}
