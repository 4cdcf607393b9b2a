"""`mapping.yaml`: which of their tests ask the same as which of our checks, and why two differ where they do."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from checks.language.source import read_yaml, validate
from checks.model.verdict import Verdict

FILE = Path(__file__).with_name("mapping.yaml")
Tool = Literal["openscap", "lynis"]
Theirs = Literal["pass", "fail", "notapplicable", "notchecked", "unknown", "error"]


class Difference(BaseModel):
    """One reason why a tool and we differ: host → what they say and what we say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tool: Tool
    hosts: dict[str, tuple[Theirs, Verdict]]
    why: str


class Pair(BaseModel):
    """One check of ours (`subject`: only its finding on this subject) and the tests that ask the same.

    A test of Lynis is its id, or its id and the words of the complaint that is meant.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    check: str
    subject: str = "*"
    openscap: tuple[str, ...] = ()
    lynis: tuple[str, ...] = ()
    differs: tuple[Difference, ...] = ()

    @property
    def name(self) -> str:
        return self.check if self.subject == "*" else f"{self.check} [{self.subject}]"

    def tests(self, tool: Tool) -> tuple[str, ...]:
        return self.openscap if tool == "openscap" else self.lynis


def mapping(path: Path = FILE) -> list[Pair]:
    """Every pair, in the order of the file. Raises SourceError."""
    document = read_yaml(path.read_text("utf-8"), path.name)
    found: list[Pair] = validate(list[Pair], document)
    return found


def every(pairs: list[Pair], tool: Tool) -> list[str]:
    """Their tests that are compared, each once."""
    return sorted({test for pair in pairs for test in pair.tests(tool)})
