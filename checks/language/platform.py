"""facts.yaml: the reviewed, read-only ways to obtain the facts of one platform. The only place commands stand."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from checks.model.asset import AssetClass
from checks.model.base import Model
from checks.model.text import Text

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
WAYS = ("run", "file", "files", "config", "transport", "declared", "derive", "reference")
Variable = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Parse(Model):
    """Which parser turns the fact's text into values, and its options (see checks.facts)."""

    parser: Name
    options: dict[str, bool | int | str | tuple[str, ...]] = Field(default_factory=dict)


class Source(Model):
    """Lists the instances a fact is gathered for: its command prints a line an instance, TAB between the variables.

    The first variable is the instance's key. A value that does not match `[A-Za-z0-9._:/@,=+-]{1,128}` is dropped by
    the batch and the source marked truncated, so nothing a target prints can become shell text.
    """

    run: str
    variables: tuple[Variable, ...] = Field(min_length=1)
    root: bool = False
    tool: str = ""
    limit: int = Field(default=32, ge=1, le=256)
    timeout: int = Field(default=10, ge=1, le=60)
    """Seconds."""
    asset_class: AssetClass | None = None
    """Set: each instance is a child asset of this class; not set: instances are subjects on the asset itself."""
    platform: Name | None = None
    """Platform of the child assets."""


class FactSpec(Model):
    """One fact: exactly one way to obtain it (`run`, `file`, `files`, `config`, `transport`, `declared`, `derive` or `reference`)."""

    run: str | None = None
    """Shell command, run by `sh` with a fixed PATH and LC_ALL=C, stdin closed. Variables only inside double quotes."""
    file: str | None = None
    """Absolute path of one file to read; may hold "$variable" parts of `for_each`."""
    files: tuple[str, ...] | None = None
    """Absolute glob patterns; text is each file after a line `==> path <==`."""
    config: str | None = None
    """Device command whose output this is, or the imported configuration file."""
    transport: Literal["ssh"] | None = None
    """How the transport behaved; made by gathering itself."""
    declared: Name | None = None
    """What campus.yaml declares for the asset under this name."""
    derive: Name | None = None
    """Pure function in checks.facts over the facts in `sources`."""
    sources: tuple[Name, ...] = ()
    reference: str | None = None
    """A table shipped with the content itself (when releases lose support), the same for every asset."""
    reference_of: date | None = None
    """The day the table was last compared with its sources; `fresh` looks at it."""
    for_each: Name | None = None
    """Name of a source of this platform."""
    root: bool = False
    tool: str = ""
    """Command that must exist on the target; missing gives `no-tool`, never a verdict."""
    ok_exit: tuple[int, ...] = (0,)
    absent_exit: int | None = None
    """Exit status by which the command itself says, with certainty, that the thing is absent."""
    timeout: int = Field(default=10, ge=1, le=120)
    """Seconds."""
    limit: int = Field(default=262_144, ge=64, le=4_194_304)
    """Bytes; more is `truncated`."""
    dated_by: str | None = None
    """Path on the target whose modification time says how old the evidence is."""
    absent_means: Literal["unknown", "empty"] = "unknown"
    """empty: when the file does not exist there are no settings (reviewed), so checks judge by their defaults."""
    parse: Parse = Parse(parser="text")
    personal: bool = False
    """Holds personal data (names, addresses): kept to the need, pseudonymised in exports."""
    impact: Text | None = None
    """What running it may cost the target, when that is not nothing."""

    @model_validator(mode="after")
    def _one_way(self) -> "FactSpec":
        ways = [way for way in WAYS if getattr(self, way)]
        if len(ways) != 1:
            raise ValueError(f"一个事实只能有一种来源（{'、'.join(WAYS)}），写了 {len(ways)} 种")
        if (self.derive is None) == bool(self.sources):
            raise ValueError("derive 和 sources 要一起写")
        if (self.reference is None) != (self.reference_of is None):
            raise ValueError("reference 和 reference_of（核对的日期）要一起写")
        return self

    @property
    def gathered(self) -> bool:
        """Whether the batch obtains it (as opposed to declarations, transport, device text and derived facts)."""
        return bool(self.run or self.file or self.files)


class PlatformInfo(Model):
    """What a platform folder is for."""

    title: Text
    classes: tuple[AssetClass, ...]
    inside: Name | None = None
    """Platform whose batch gathers this one's facts (redis inside linux)."""
    implied: bool = False
    """True: applies to every asset of its classes besides the asset's own platform (transport, declarations)."""


class FactsPart(Model):
    """The content of one `baselines/<platform>/facts-<theme>.yaml`: more facts of a platform, one theme a file."""

    functions: str = ""
    """POSIX shell functions (names start with `db_`) that facts of this platform may call; reviewed like the commands."""
    sources: dict[Name, Source] = {}
    facts: dict[Name, FactSpec] = {}


class FactsFile(FactsPart):
    """The content of one `baselines/<platform>/facts.yaml`: what the platform is, and facts that serve several themes."""

    platform: PlatformInfo

    def with_parts(self, parts: Iterable[FactsPart]) -> "FactsFile":
        """The whole platform. Names must not occur twice (`repeated_names` tells)."""
        every = (self, *parts)
        return self.model_copy(
            update={
                "functions": "\n".join(part.functions for part in every if part.functions),
                "sources": {name: spec for part in every for name, spec in part.sources.items()},
                "facts": {name: spec for part in every for name, spec in part.facts.items()},
            }
        )
