"""Plays switches, routers and firewalls over SSH: prompts, paging, abbreviations, levels and faults of real devices.

A device is one YAML file (`lab/devices/`), how its platform talks stands in `platforms.yaml`. Many devices live in one
process. It is a stage, not a device: it knows the commands its file answers, and changes no configuration.

>>> from lab.simulator import Simulator, load_device          # doctest: +SKIP
>>> with Simulator() as stage:
...     place = stage.start(load_device("lab/devices/sw-core.yaml"), "127.0.0.5")
"""

from lab.simulator.device import Device, load_device
from lab.simulator.server import Place, Simulator

__all__ = ["Device", "Place", "Simulator", "load_device"]
