"""TCP Wrappers for one daemon: hosts_access(5), hosts_options(5). hosts.allow first, then hosts.deny, else anybody."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checks.facts.text import files
from checks.facts.values import Parsed

ALLOW, DENY, LIBRARY = "/etc/hosts.allow", "/etc/hosts.deny", "/libwrap"


@dataclass(frozen=True)
class Wrapped:
    """What the two files say: `limited` yes, no, or unclear (something in them is not understood)."""

    limited: str
    sources: tuple[str, ...] = ()


def wrapped(parsed: Parsed, daemon: str) -> Wrapped:
    """Who may reach the daemon by the two files, whether the daemon reads them at all left aside."""
    sections: dict[str, list[str]] = {}
    for path, _, line in files(parsed.lines):
        sections.setdefault(path, []).append(line)
    granted: list[str] = []
    for clients, options in _lines(sections.get(ALLOW, ()), daemon):
        refuses = any(option.lower() == "deny" for option in options)
        if "EXCEPT" in clients or any(client.startswith("/") for client in clients):
            return Wrapped("unclear")
        if "ALL" in clients:
            return Wrapped("yes", tuple(granted)) if refuses else Wrapped("no")
        if not refuses:
            granted += clients
    for clients, options in _lines(sections.get(DENY, ()), daemon):
        if "EXCEPT" in clients or any(option.lower() == "allow" for option in options):
            return Wrapped("unclear")
        if "ALL" in clients:
            return Wrapped("yes", tuple(granted))
    return Wrapped("no")


def library_used(parsed: Parsed) -> str:
    """yes or no when the running daemon was seen, else unknown."""
    return next((line.strip() for path, _, line in files(parsed.lines) if path == LIBRARY and line.strip()), "unknown")


def _lines(body: Iterable[str], daemon: str) -> Iterator[tuple[list[str], list[str]]]:
    """(clients, options) of each line that concerns the daemon."""
    held = ""
    for line in body:
        text = held + line.strip()
        if text.endswith("\\") and len(text) < 10_000:
            held = text[:-1]
            continue
        held = ""
        if text.startswith("#") or ":" not in text:
            continue
        parts = [part.strip() for part in _fields(text)]
        daemons = {word.partition("@")[0] for word in parts[0].replace(",", " ").split()}
        if daemons & {daemon, "ALL"} and len(parts) > 1:
            yield parts[1].replace(",", " ").split(), parts[2:]


def _fields(text: str) -> list[str]:
    """Cut at colons outside of brackets: `sshd : [2001:db8::]/64 : deny`."""
    found, depth = [""], 0
    for letter in text:
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if letter == ":" and depth <= 0:
            found.append("")
        else:
            found[-1] += letter
    return found
