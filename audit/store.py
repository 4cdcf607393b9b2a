"""The run folder: collections as they finish, then run.json and the report. Folders 0700, files 0600, writes atomic."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from checks.model.base import Model, canonical
from checks.model.fact import Collection

RUN_ID = re.compile(r"\d{8}T\d{6}Z(-\d+)?\Z")


class StoreError(Exception):
    """A run folder is missing, unreadable or not what it should be; the message says which and what to do."""


class RunStart(Model):
    """What a run was started with: what `--resume` compares before it goes on."""

    id: str
    as_of: datetime
    campus_digest: str
    content_digest: str


@dataclass(frozen=True)
class RunFolder:
    """One run on disk: `start.json`, `collections/`, `operations.jsonl`, `run.json`, `report.html`, `plan.html`, `plan.csv`, `fix/`."""

    path: Path

    @property
    def run_file(self) -> Path:
        return self.path / "run.json"

    @property
    def report_file(self) -> Path:
        return self.path / "report.html"

    @property
    def plan_file(self) -> Path:
        return self.path / "plan.html"

    @property
    def operations_file(self) -> Path:
        return self.path / "operations.jsonl"

    @property
    def start(self) -> RunStart:
        """How the run was started. Raises StoreError."""
        file = self.path / "start.json"
        try:
            return RunStart.model_validate_json(file.read_bytes())
        except OSError:
            raise StoreError(f"{self.path} 不是一次审计的目录（没有 start.json）") from None
        except ValueError as error:
            raise StoreError(f"{file} 已损坏：{error}") from None

    def write_collection(self, collection: Collection) -> None:
        """Keep one finished collection; it survives whatever happens to the rest of the run."""
        name = hashlib.sha256(collection.asset.encode()).hexdigest()[:16]
        write_private(self.path / "collections" / f"{name}.json", collection.model_dump_json(indent=1) + "\n")

    def collections(self) -> Iterator[Collection]:
        """Finished collections by asset id. A half-written or damaged file is passed over: its asset is gathered again."""
        found = []
        for file in sorted((self.path / "collections").glob("*.json")):
            try:
                found.append(Collection.model_validate_json(file.read_bytes()))
            except (OSError, ValueError):
                continue
        yield from sorted(found, key=lambda c: c.asset)


def new_run_folder(runs: Path, as_of: datetime, campus_digest: str, content_digest: str) -> RunFolder:
    """Create the folder of a new run, named by its `as_of` in UTC."""
    stem = as_of.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    runs.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in range(1, 1000):
        name = stem if number == 1 else f"{stem}-{number}"
        try:
            (runs / name).mkdir(mode=0o700)
        except FileExistsError:
            continue
        (runs / name / "collections").mkdir(mode=0o700)
        start = RunStart(id=name, as_of=as_of, campus_digest=campus_digest, content_digest=content_digest)
        write_private(runs / name / "start.json", start.model_dump_json(indent=1) + "\n")
        return RunFolder(runs / name)
    raise StoreError(f"{runs} 里同一秒的运行太多，稍后再试")


def run_folders(runs: Path) -> list[RunFolder]:
    """All runs below `runs`, oldest first."""
    if not runs.is_dir():
        return []
    return [RunFolder(p) for p in sorted(runs.iterdir()) if p.is_dir() and RUN_ID.match(p.name)]


def finished_runs_in(runs: Path) -> list[RunFolder]:
    """The runs below `runs` that have their run.json, oldest first."""
    return [folder for folder in run_folders(runs) if folder.run_file.exists()]


def find_run(where: Path) -> RunFolder:
    """The run at `where`: a run folder, its run.json, or a folder of runs (then the newest finished one)."""
    path = where.parent if where.name == "run.json" else where
    if (path / "start.json").exists():
        return RunFolder(path)
    finished = finished_runs_in(path)
    if not finished:
        raise StoreError(f"{where} 下没有完成的审计；先运行 dengbao audit")
    return finished[-1]


def unfinished_run(runs: Path, campus_digest: str, content_digest: str) -> RunFolder:
    """The newest run without run.json, if it was started with the same campus.yaml and content. Raises StoreError."""
    open_runs = [folder for folder in run_folders(runs) if not folder.run_file.exists()]
    if not open_runs:
        raise StoreError(f"{runs} 下没有中断的审计，直接运行 dengbao audit 即可")
    folder = open_runs[-1]
    if folder.start.campus_digest != campus_digest:
        raise StoreError(f"{folder.path.name} 之后 campus.yaml 改过，不能接着做；去掉 --resume 重新开始")
    if folder.start.content_digest != content_digest:
        raise StoreError(f"{folder.path.name} 之后检查内容更新过，不能接着做；去掉 --resume 重新开始")
    return folder


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
            stream.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def digest_of(model: Model) -> str:
    """SHA-256 of a record's canonical JSON."""
    return hashlib.sha256(canonical(json.loads(model.model_dump_json())).encode()).hexdigest()
