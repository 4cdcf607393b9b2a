"""Where things of one school stand on disk: everything beside its campus.yaml, private to its owner."""

from dataclasses import dataclass
from pathlib import Path

from audit.campus.known import Known
from audit.campus.load import load_campus
from audit.campus.model.campus import CampusFile
from audit.campus.view import output_directory
from audit.store import RunFolder, StoreError, find_run
from checks.language.load import Content


@dataclass(frozen=True)
class Workspace:
    """The paths that follow from campus.yaml and its `output`."""

    campus_path: Path
    output: Path

    @property
    def runs(self) -> Path:
        return self.output / "runs"

    @property
    def pins(self) -> Path:
        """Pinned host keys (OpenSSH known_hosts lines by asset id)."""
        return self.output / "hostkeys"

    @property
    def campus_key(self) -> Path:
        """Key under which equal secrets are found; never exported."""
        return self.output / "campus.key"

    @property
    def imports(self) -> Path:
        """Collections handed in by `dengbao import`."""
        return self.output / "imports"

    @property
    def answers(self) -> Path:
        """What people answered."""
        return self.campus_path.parent / "answers.yaml"

    @property
    def waivers(self) -> Path:
        """What was accepted for a time."""
        return self.campus_path.parent / "waivers.yaml"

    def run(self, chosen: Path | None) -> RunFolder:
        """The run people mean: the one named, else the newest finished one. Raises StoreError."""
        return find_run(chosen if chosen is not None else self.runs)


def open_workspace(campus_path: Path, campus: CampusFile) -> Workspace:
    """The workspace of a school; its output folder is made (0700) on first use."""
    output = output_directory(campus, campus_path.resolve())
    output.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Workspace(campus_path.resolve(), output)


def read_campus(path: Path, content: Content) -> CampusFile:
    """campus.yaml checked against the content's thresholds and platforms. Raises SourceError."""
    platforms = {p.name: p.facts.platform.classes for p in content.platforms.values() if not p.facts.platform.implied}
    return load_campus(path, Known(parameters=content.parameters, platforms=platforms))


def newest_run(campus_path: Path, campus: CampusFile, chosen: Path | None) -> RunFolder:
    """The run a command works on. Raises StoreError naming where it looked."""
    folder = open_workspace(campus_path, campus).run(chosen)
    if not folder.run_file.exists():
        raise StoreError(f"{folder.path} 没有做完（没有 run.json）；运行 dengbao audit --resume 接着做")
    return folder
