"""From the YAML of baselines/ to checked content: platforms with their facts and checks, and the parameters.

Pure: the caller reads the files (`audit.content`) and passes them as documents named `linux/ssh.yaml`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import Field

from checks.language.check import Check, ChecksFile, Parameter, ParametersFile, TestedCheck
from checks.language.platform import FactsFile, FactsPart, FactSpec, Name, Source
from checks.language.source import Document, Problem, SourceError, validate
from checks.model.base import Model
from checks.model.fix import FixProof
from checks.model.text import Text

FACTS = "facts.yaml"
FACTS_PART = "facts-"
UNCOVERED = "uncovered.yaml"
TRIED = "fixes-tried.yaml"
PARAMETERS = "levels/parameters.yaml"
NOT_PLATFORMS = ("catalogue", "levels", "questions")


class Platform(Model):
    """One folder of baselines/: how its facts are obtained and what is judged on them."""

    name: Name
    facts: FactsFile
    checks: tuple[Check, ...] = ()
    uncovered: dict[str, Text] = {}
    """Aspect → why no check of this platform serves it."""
    tried: tuple[FixProof, ...] = ()
    """Fix scripts that were proven, some of them perhaps before they were changed."""


class UncoveredFile(Model):
    """The content of `baselines/<platform>/uncovered.yaml`: aspects no check serves, each with the reason."""

    uncovered: dict[str, Text] = Field(min_length=1)


class TriedFile(Model):
    """The content of `baselines/<platform>/fixes-tried.yaml`, written by `make test-fixes` and by nobody else."""

    tried: tuple[FixProof, ...]


class Content(Model):
    """Everything people wrote in baselines/ besides the catalogue."""

    platforms: dict[Name, Platform]
    parameters: dict[str, Parameter]

    def implied(self) -> tuple[Platform, ...]:
        """Platforms that apply to every asset of their classes (transport, declarations)."""
        return tuple(p for p in self.platforms.values() if p.facts.platform.implied)

    def inside(self, name: str) -> tuple[Platform, ...]:
        """Platforms whose facts are gathered by the batch of `name`, itself first."""
        own = [self.platforms[name]] if name in self.platforms else []
        return (*own, *(p for p in self.platforms.values() if p.facts.platform.inside == name))

    def checks(self) -> tuple[tuple[Platform, Check], ...]:
        """Every check with its platform, in a fixed order."""
        return tuple((p, c) for _, p in sorted(self.platforms.items()) for c in p.checks)

    def fact_spec(self, platform: str | None, fact: str) -> FactSpec | None:
        """How `fact` is obtained on `platform`: its own folder, the host platform's, then the implied ones."""
        for candidate in self.reach(platform):
            if fact in candidate.facts.facts:
                return candidate.facts.facts[fact]
        return None

    def source(self, platform: str | None, name: str) -> Source | None:
        """The `for_each` source of that name within reach of `platform`."""
        for candidate in self.reach(platform):
            if name in candidate.facts.sources:
                return candidate.facts.sources[name]
        return None

    def reach(self, platform: str | None) -> tuple[Platform, ...]:
        """Folders whose facts a check of `platform` may need."""
        own = self.platforms.get(platform or "")
        host = self.platforms.get(own.facts.platform.inside or "") if own else None
        return tuple(p for p in (own, host, *self.implied()) if p is not None)


@dataclass(frozen=True)
class Provenance:
    """Where a check stands, so that lint can name file and line."""

    document: Document
    index: int

    def problem(self, message: str, hint: str = "", at: tuple[str | int, ...] = ()) -> Problem:
        return self.document.problem(("checks", self.index, *at), message, hint)


@dataclass(frozen=True)
class Loaded:
    """Content and where each check of it was written."""

    content: Content
    provenance: Mapping[str, Provenance]

    def checks(self) -> tuple[tuple[Platform, TestedCheck], ...]:
        """Every check as it is written, with its platform, in a fixed order."""
        return tuple((p, c) for p, c in self.content.checks() if isinstance(c, TestedCheck))

    uncovered: Mapping[str, Document] = field(default_factory=dict)
    """Platform → its file of reasons."""


def build_content(documents: Mapping[str, Document]) -> Loaded:
    """Check every document against the language. Raises SourceError with the problems of all files."""
    problems: list[Problem] = []
    facts: dict[str, FactsFile] = {}
    parts: dict[str, dict[str, FactsPart]] = {}
    checks: dict[str, list[TestedCheck]] = {}
    provenance: dict[str, Provenance] = {}
    parameters: dict[str, Parameter] = {}
    reasons: dict[str, UncoveredFile] = {}
    tried: dict[str, tuple[FixProof, ...]] = {}
    for name in sorted(documents):
        folder, _, file = name.partition("/")
        document = documents[name]
        try:
            if name == PARAMETERS:
                parameters = validate(ParametersFile, document).parameters
            elif folder in NOT_PLATFORMS:
                continue
            elif file == FACTS:
                facts[folder] = validate(FactsFile, document)
            elif file.startswith(FACTS_PART):
                parts.setdefault(folder, {})[name] = validate(FactsPart, document)
            elif file == UNCOVERED:
                reasons[folder] = validate(UncoveredFile, document)
            elif file == TRIED:
                tried[folder] = validate(TriedFile, document).tried
            else:
                loaded: tuple[TestedCheck, ...] = validate(ChecksFile, document).checks
                checks.setdefault(folder, []).extend(loaded)
                problems += _register(loaded, document, provenance)
        except SourceError as error:
            problems += error.problems
    problems += [
        Problem(f"{folder}/{FACTS}", 1, f"平台目录 {folder} 缺少 {FACTS}")
        for folder in sorted({*checks, *parts, *reasons, *tried} - set(facts))
    ]
    for folder, own in facts.items():
        problems += _repeated({f"{folder}/{FACTS}": own, **parts.get(folder, {})}, documents)
    if problems:
        raise SourceError(problems)
    platforms = {
        name: Platform(
            name=name,
            facts=file.with_parts(parts.get(name, {}).values()),
            checks=tuple(checks.get(name, ())),
            uncovered=reasons[name].uncovered if name in reasons else {},
            tried=tried.get(name, ()),
        )
        for name, file in sorted(facts.items())
    }
    written = {folder: documents[f"{folder}/{UNCOVERED}"] for folder in reasons}
    return Loaded(Content(platforms=platforms, parameters=parameters), provenance, written)


def _repeated(files: Mapping[str, FactsPart], documents: Mapping[str, Document]) -> Iterator[Problem]:
    """Facts and sources of one platform that two of its files define."""
    seen: dict[tuple[str, str], str] = {}
    for name, part in files.items():
        for kind, words in (("facts", part.facts), ("sources", part.sources)):
            for word in words:
                first = seen.setdefault((kind, word), name)
                if first != name:
                    yield documents[name].problem((kind, word), f"{word} 重复，已在 {first} 里", "换一个名字")


def _register(loaded: tuple[TestedCheck, ...], document: Document, provenance: dict[str, Provenance]) -> list[Problem]:
    problems = []
    for index, check in enumerate(loaded):
        here = Provenance(document, index)
        if check.id in provenance:
            other = provenance[check.id]
            problems.append(here.problem(f"检查 {check.id} 重复，已在 {other.document.name} 里", at=("id",)))
        provenance.setdefault(check.id, here)
    return problems
