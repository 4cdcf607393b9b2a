"""Reading baselines/: the content that ships with the program, parsed once and kept as JSON by its digest."""

import gc
import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from checks.language.load import Content, Loaded, build_content
from checks.language.source import Document, Problem, SourceError, read_yaml, validate
from checks.model.base import Model

if TYPE_CHECKING:
    from checks.assess.remediation import Remediation
    from checks.assess.settings import Scoring
    from checks.model.catalogue import Catalogue

Cached = TypeVar("Cached", bound=Model)
BASELINES = Path(__file__).resolve().parent.parent / "baselines"
CACHE_VERSION = "4"
"""Raised whenever the models change in a way that makes an older cached form wrong."""


@dataclass(frozen=True)
class Baselines:
    """Every YAML file of a baselines folder as it stands there, and what they mean."""

    root: Path
    files: dict[str, bytes]

    @cached_property
    def digest(self) -> str:
        """SHA-256 over names and files: the content a run used."""
        whole = hashlib.sha256(CACHE_VERSION.encode())
        for name, file in sorted(self.files.items()):
            whole.update(f"\n{name}\n{len(file)}\n".encode())
            whole.update(file)
        return whole.hexdigest()

    @cached_property
    def documents(self) -> dict[str, Document]:
        """The files parsed strictly. Raises SourceError."""
        documents: dict[str, Document] = {}
        problems: list[Problem] = []
        for name in sorted(self.files):
            try:
                documents[name] = read_yaml(self.text(name), name)
            except SourceError as error:
                problems += error.problems
        if problems:
            raise SourceError(problems)
        return documents

    def text(self, name: str) -> str:
        """What a file says. Raises SourceError when it is not UTF-8."""
        try:
            return self.files[name].decode("utf-8")
        except UnicodeDecodeError:
            raise SourceError([Problem(name, 1, "不是 UTF-8 编码", "用 UTF-8 另存")]) from None

    @cached_property
    def loaded(self) -> Loaded:
        """Content with the places it was written at, for lint. Always from YAML."""
        return build_content(self.documents)

    @cached_property
    def content(self) -> Content:
        """Platforms, checks (without their tests) and parameters, from the cache where it holds this digest.

        Raises SourceError.
        """
        return self._cached("content", Content, lambda: self.loaded.content)

    @cached_property
    def catalogue(self) -> "Catalogue":
        """Items, topics, aspects and high-risk cases, cached the same way. Raises SourceError."""
        from checks.model.catalogue import Catalogue

        return self._cached("catalogue", Catalogue, self._build_catalogue)

    def _build_catalogue(self) -> "Catalogue":
        from checks.language.catalogue import build_catalogue

        return build_catalogue(self._catalogue_documents())

    def _cached(self, name: str, kind: type[Cached], build: Callable[[], Cached]) -> Cached:
        """Two files, so that a command which needs no catalogue does not read its half megabyte."""
        file = cache_folder() / f"{name}-{self.digest}.json"
        known = _read_cache(file, kind)
        if known is None:
            text = build().model_dump_json(by_alias=True, exclude_defaults=True)
            _write_cache(file, text)
            known = kind.model_validate_json(text)  # the same whether the cache could be written or not
        return known

    def _catalogue_documents(self) -> dict[str, Document]:
        prefix = "catalogue/"
        return {name.removeprefix(prefix): d for name, d in self.documents.items() if name.startswith(prefix)}

    @cached_property
    def remediation(self) -> "Remediation":
        """How urgent fixes are. Raises SourceError."""
        from checks.assess.remediation import Remediation

        name = "catalogue/remediation.yaml"
        return validate(Remediation, read_yaml(self.text(name), name))

    @cached_property
    def scoring(self) -> "Scoring":
        """How conclusions are computed. Raises SourceError."""
        from checks.assess.settings import Scoring

        name = "catalogue/scoring.yaml"
        return validate(Scoring, read_yaml(self.text(name), name))


def read_baselines(root: Path = BASELINES) -> Baselines:
    """Read every YAML file below `root`. Raises SourceError when there is none."""
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.yaml"))}
    if not files:
        raise SourceError([Problem(str(root), 1, "没有找到任何 YAML 文件", "检查 --baselines 指向的目录")])
    return Baselines(root, files)


def cache_folder() -> Path:
    """Where parsed content is kept: `$XDG_CACHE_HOME/dengbao`, holding nothing about any school."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dengbao"


def _read_cache(file: Path, kind: type[Cached]) -> Cached | None:
    collecting = gc.isenabled()
    gc.disable()  # thousands of records and no garbage among them: looking for it costs a fifth of the load
    try:
        return kind.model_validate_json(file.read_bytes())
    except (OSError, ValueError):
        return None
    finally:
        if collecting:
            gc.enable()


def _write_cache(file: Path, text: str) -> None:
    """Best effort: a read-only home directory only costs time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as stream:
            stream.write(text)
        Path(stream.name).replace(file)
    except OSError:
        return
