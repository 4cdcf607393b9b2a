"""Devices for the simulator's tests, and a wire that is a script."""

from collections.abc import Iterable
from typing import Any

from lab.simulator.device import Account, Device
from lab.simulator.terminal import HangUp

PASSWORD = "p w@#~:1"  # a password with the characters that break host lists
SECRET = "raise me"
KINDS = {
    "vrp5": "huawei",
    "vrp8": "huawei_vrpv8",
    "comware5": "hp_comware",
    "comware7": "hp_comware",
    "rgos11": "ruijie_os",
    "rgos12": "ruijie_os",
    "ios": "cisco_ios",
}
"""Platform → netmiko's name for it."""
BY_SHOW = ("rgos11", "rgos12", "ios")
CONFIGURATION = (
    "#\nsysname SW\n#\n" + "".join(f"interface GigabitEthernet0/0/{n}\n shutdown\n#\n" for n in range(40)) + "return\n"
)


def device(platform: str, level: int = 15, **more: Any) -> Device:
    """A device of that platform with the account `audit`."""
    version = "show version" if platform in BY_SHOW else "display version"
    settings: dict[str, Any] = {
        "name": f"sw-{platform}",
        "platform": platform,
        "hostname": f"SW-{platform}",
        "accounts": {"audit": Account(password=PASSWORD, level=level)},
        "secret": SECRET,
        "configuration": CONFIGURATION,
        "answers": {version: "Software Version 5.170\nuptime is 3 weeks\n"},
    }
    return Device(**{**settings, **more})


def running(platform: str) -> str:
    """The command that prints the running configuration."""
    return "show running-config" if platform in BY_SHOW else "display current-configuration"


class ScriptWire:
    """What is typed is known beforehand; what the device writes is collected."""

    def __init__(self, typed: Iterable[str]) -> None:
        self._typed = list("".join(typed))
        self.written = ""

    def read(self) -> str:
        if not self._typed:
            raise HangUp
        return self._typed.pop(0)

    def write(self, text: str) -> None:
        self.written += text
