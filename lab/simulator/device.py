"""What a simulated device is: its platform, accounts, answers and the ways in which it misbehaves."""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from checks.language.source import read_yaml, validate
from checks.model.base import Model
from lab.simulator.platform import Platform, platforms

FILE = "file: "
"""Beginning of an answer that stands in a file beside the device's."""
DEVICES = Path(__file__).resolve().parent.parent / "devices"


class Account(Model):
    """Who may log in. `level` is the platform's privilege level (VRP and Comware 0-15, IOS and RGOS 0-15)."""

    password: str
    level: int = Field(default=15, ge=0, le=15)
    change_password: bool = False
    """Asks at login whether the password shall be changed now."""


class Behaviour(Model):
    """How fast and how badly it behaves. Times in seconds."""

    reaction: float = Field(default=0.0, ge=0, le=10)
    """Before the answer to each command."""
    echo: float = Field(default=0.0, ge=0, le=1)
    """Before each character is echoed."""
    sessions: int = Field(default=5, ge=1, le=16)
    """At most so many at once."""
    page_lines: int = Field(default=24, ge=2, le=512)
    old_algorithms: bool = False
    """Only SHA-1 key exchange and an ssh-rsa host key, as devices of before about 2015."""
    chatter: tuple[str, ...] = ()
    """Log lines that come between a command's answer, one a command, in turns."""


class Faults(Model):
    """What goes wrong: each with a command (as the device knows it) or a number of commands."""

    hang_at: str = ""
    """This command is never answered."""
    hang_up_at: str = ""
    """The connection ends in the middle of this command's answer."""
    empty: tuple[str, ...] = ()
    """These commands print nothing."""
    keeps_paging: bool = False
    """Says yes to the command that turns paging off and pages all the same."""
    noise: int = Field(default=0, ge=0, le=64)
    """Megabytes of meaningless text after login."""


class Device(Model):
    """One device, ready to be played."""

    name: str
    platform: str
    hostname: str
    prompt_prefix: str = ""
    """Stands before every prompt, as `HRP_M` or `RBM_P` on the half of a firewall pair."""
    banner: str = ""
    """Before login, as SSH's own banner message."""
    accounts: dict[str, Account]
    secret: str = ""
    """Of `super`/`enable`; empty: there is none and raising is refused."""
    configuration: str
    """What it prints as its running configuration."""
    saved: str = ""
    """The saved configuration, when it differs from the running one."""
    answers: dict[str, str] = {}
    """Full command → what it prints."""
    encoding: Literal["utf-8", "gbk"] = "utf-8"
    behaviour: Behaviour = Behaviour()
    faults: Faults = Faults()
    planted: tuple[str, ...] = ()
    """What is wrong with this device on purpose, in words."""

    @model_validator(mode="after")
    def _known_platform(self) -> "Device":
        if self.platform not in platforms():
            raise ValueError(f"没有平台 {self.platform}，可用：{'、'.join(sorted(platforms()))}")
        return self

    @property
    def talk(self) -> Platform:
        """How its platform talks."""
        return platforms()[self.platform]

    @cached_property
    def commands(self) -> dict[str, str]:
        """Every command it answers → its text."""
        running = dict.fromkeys(self.talk.running, self.configuration)
        kept = dict.fromkeys(self.talk.saved, self.saved or self.configuration)
        return {**running, **kept, **self.answers}


class DeviceFile(Model):
    """The content of a device file: what every variant shares, and what `defective` and `hardened` add or replace."""

    name: str
    platform: str
    hostname: str
    prompt_prefix: str = ""
    banner: str = ""
    accounts: dict[str, Account]
    secret: str = ""
    encoding: Literal["utf-8", "gbk"] = "utf-8"
    behaviour: Behaviour = Behaviour()
    answers: dict[str, str] = {}
    variants: dict[Literal["defective", "hardened"], "Variant"]


class Variant(Model):
    """One state of a device: the configuration it runs and the answers that follow from it."""

    configuration: str
    saved: str = ""
    answers: dict[str, str] = {}
    behaviour: Behaviour | None = None
    planted: tuple[str, ...] = ()


def load_device(path: Path, variant: Literal["defective", "hardened"] = "defective") -> Device:
    """Read a device file and the texts it names. Raises SourceError with file and line."""
    file: DeviceFile = validate(DeviceFile, read_yaml(path.read_text(encoding="utf-8"), path.name))
    chosen = file.variants[variant]
    folder = path.resolve().parent

    def text(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    answers = {**file.answers, **chosen.answers}
    return Device(
        **file.model_dump(exclude={"variants", "answers", "behaviour"}),
        behaviour=chosen.behaviour or file.behaviour,
        configuration=text(chosen.configuration),
        saved=text(chosen.saved) if chosen.saved else "",
        answers={
            command: text(value.removeprefix(FILE)) if value.startswith(FILE) else value
            for command, value in answers.items()
        },
        planted=chosen.planted,
    )
