"""A school on disk and `dengbao` run on it as people run it: what the tests of whole runs share."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from audit.gather.pins import HostKey, accept

ROOT = Path(__file__).resolve().parents[2]
Done = subprocess.CompletedProcess[str]
Runner = Callable[[Sequence[str], Mapping[str, str]], Done]


def here(argv: Sequence[str], env: Mapping[str, str]) -> Done:
    """Run a program in this machine's own network."""
    return subprocess.run(
        argv, env=dict(env), capture_output=True, text=True, errors="replace", timeout=120, check=False
    )


@dataclass(frozen=True)
class School:
    """A folder with a campus.yaml, its secrets and its pins."""

    folder: Path
    runner: Runner = here
    env: dict[str, str] = field(default_factory=dict, repr=False)
    """Further environment of the program: what `env:` references need."""

    @property
    def campus(self) -> Path:
        return self.folder / "campus.yaml"

    @property
    def output(self) -> Path:
        return self.folder / "dengbao-data"

    def write(self, assets: Mapping[str, Any], logins: Mapping[str, Any], *, cidr: str, **more: Any) -> None:
        """Write campus.yaml: one zone, and an authorisation that holds today."""
        today = datetime.now(UTC).date()
        document = {
            "campus": {"id": "lab", "name": "实验学校"},
            "zones": {"servers": {"name": "服务器区", "cidr": cidr}},
            "logins": dict(logins),
            "assets": dict(assets),
            "authorisation": {
                "by": "李校长",
                "role": "校长",
                "scope": "all",
                "from": f"{today - timedelta(days=2)}",
                "until": f"{today + timedelta(days=2)}",
            },
            **more,
        }
        self.campus.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")

    def secret(self, name: str, value: str) -> str:
        """Keep a secret in a file of its own; the reference to it."""
        path = self.folder / f"{name}.secret"
        path.write_text(value, "utf-8")
        path.chmod(0o600)
        return f"file:{path}"

    def pin(self, asset: str, line: str) -> None:
        """Pin a host key given as `ssh-ed25519 AAAA…`."""
        kind, encoded = line.split()[:2]
        self.output.mkdir(mode=0o700, exist_ok=True)
        accept(self.output / "hostkeys", asset, HostKey(kind, base64.b64decode(encoded)))

    def command(self, command: str, *words: str) -> list[str]:
        """The command line of a subcommand on this campus."""
        return [sys.executable, "-m", "audit.cli", command, *words, "-c", str(self.campus)]

    def environment(self) -> dict[str, str]:
        """The environment the program gets."""
        return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "200", **self.env}

    def dengbao(self, command: str, *words: str) -> Done:
        """Run a subcommand to its end."""
        return self.runner(self.command(command, *words), self.environment())

    def folders(self) -> list[Path]:
        """The run folders, oldest first."""
        return sorted((self.output / "runs").glob("*Z*"), key=lambda path: (path.stat().st_ctime_ns, path.name))

    def last(self) -> "Outcome":
        """The newest run."""
        return Outcome(self.folders()[-1])


@dataclass(frozen=True)
class Outcome:
    """What one run left on disk."""

    folder: Path

    @property
    def run(self) -> dict[str, Any]:
        """The content of run.json."""
        content: dict[str, Any] = json.loads((self.folder / "run.json").read_text("utf-8"))
        return content

    def collections(self) -> dict[str, dict[str, Any]]:
        """The collections by asset; every file must be whole."""
        files = (self.folder / "collections").glob("*.json")
        return {found["asset"]: found for found in (json.loads(file.read_text("utf-8")) for file in files)}

    def fact(self, asset: str, name: str) -> dict[str, Any]:
        """The one fact of this name."""
        (found,) = [fact for fact in self.collections()[asset]["facts"] if fact["name"] == name]
        return dict(found)

    def verdicts(self, asset: str) -> dict[tuple[str, str], str]:
        """(check, subject) → verdict of one asset."""
        return {(f["check"], f["subject"]): f["verdict"] for f in self._findings(asset)}

    def _findings(self, asset: str) -> Iterator[dict[str, Any]]:
        return (finding for finding in self.run["findings"] if finding["asset"] == asset)

    def findings(self, asset: str) -> list[dict[str, Any]]:
        """The findings of one asset, whole."""
        return list(self._findings(asset))
