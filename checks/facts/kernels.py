"""Whether the kernel that runs is the newest one installed. Different flavours (cloud, rt, elrepo) are not compared."""

import re

from checks.facts.text import Options, split_lines
from checks.facts.values import Entry, Parsed, ParseError

_PARTS = re.compile(r"[0-9]+|[a-z]+")


def kernels(text: str, options: Options) -> Parsed:
    """Entries: running; newest (installed, of the running one's flavour; none: no such); reboot (when asked for).

    Lines: `running RELEASE`, `installed RELEASE` …, `reboot wanted`. A container has no kernel of its own: no `newest`.
    """
    all_lines = split_lines(text)
    pairs = [(line.partition(" ")[0], line.partition(" ")[2].strip(), n) for n, line in enumerate(all_lines, start=1)]
    running = next((value for key, value, _ in pairs if key == "running"), "")
    if not running:
        raise ParseError("没有正在运行的内核的版本")
    alike = [(value, n) for key, value, n in pairs if key == "installed" and flavour(value) == flavour(running)]
    entries = {"running": (Entry(running, 1),)}
    if alike:
        newest, line = max(alike, key=lambda pair: order(pair[0]))
        entries["newest"] = (Entry(newest, line),)
        entries["current"] = (Entry("yes" if order(newest) <= order(running) else "no", line),)
    reboot = tuple(Entry(value, n) for key, value, n in pairs if key == "reboot")
    return Parsed(lines=all_lines, entries=entries | ({"reboot": reboot} if reboot else {}))


def order(release: str) -> tuple[int, ...]:
    """The numbers of a release, for comparing: 6.1.0-18-amd64 comes before 6.1.0-21-amd64."""
    return tuple(int(part) for part in _PARTS.findall(release.lower()) if part.isdigit() and len(part) < 12)


def flavour(release: str) -> tuple[str, ...]:
    """Its words: `amd`, `cloud amd`, `el x`; only releases of the same words are one series."""
    return tuple(part for part in _PARTS.findall(release.lower()) if not part.isdigit())
