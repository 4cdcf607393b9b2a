"""How each platform talks: prompts, pager, errors, levels. The table itself is `platforms.yaml`."""

from functools import cache
from pathlib import Path

from pydantic import Field

from checks.language.source import read_yaml, validate
from checks.model.base import Model

TABLE = Path(__file__).resolve().parent / "platforms.yaml"


class Pager(Model):
    """The pager's mark, and what wipes it off the line once a key was pressed."""

    mark: str
    wipe: str


class Raise(Model):
    """How a session gets a higher level: the command, its question, what is said."""

    command: str
    ask: str
    level: int
    said: str = ""
    refused: str
    tries: int = Field(default=3, ge=1, le=3)


class Errors(Model):
    """What is said to words that are no command. `{caret}` is a line that points at the wrong word."""

    unknown: str
    ambiguous: str
    incomplete: str
    denied: str


class Platform(Model):
    """How a platform talks. In prompts `{hostname}` is filled in."""

    prompt: str
    raised_prompt: str
    """From the level on that `raised_from` names."""
    raised_from: int = 15
    configuration_prompt: str
    greeting: str = ""
    """After login; `{sessions}`, `{online}` and `{time}` are filled in."""
    change_password: str = ""
    """The question to an account that shall change its password."""
    full: str
    """Said when no more sessions are free."""
    pager: Pager
    paging_off: dict[str, str]
    """Command → what it says."""
    configure: tuple[str, ...]
    """Commands that enter the configuration view."""
    configuring: str = ""
    leave: tuple[str, ...]
    """Leaves the configuration view, or the device."""
    quiet: tuple[str, ...] = ()
    """Commands that are accepted and print nothing."""
    running: tuple[str, ...]
    """Commands that print the running configuration."""
    saved: tuple[str, ...]
    """Commands that print the saved configuration."""
    privileged: dict[str, int] = {}
    """Beginning of a command → level it needs; the longest beginning counts, other commands need none."""
    raise_: Raise = Field(alias="raise")
    errors: Errors
    filters: tuple[str, ...] = ("include", "exclude", "begin")


class PlatformTable(Model):
    """The content of platforms.yaml."""

    platforms: dict[str, Platform]


@cache
def platforms() -> dict[str, Platform]:
    """Every platform by name."""
    table: PlatformTable = validate(PlatformTable, read_yaml(TABLE.read_text(encoding="utf-8"), TABLE.name))
    return table.platforms
