"""Settings of a systemd program, merged as systemd does: one main file, then drop-ins by name, /etc over /run over /usr."""

from collections.abc import Iterator

from checks.facts.text import Options, files, split_lines
from checks.facts.values import Entry, Parsed

PLACES = ("/etc/", "/run/", "/usr/local/lib/", "/usr/lib/", "/lib/")


def systemd_conf(text: str, options: Options) -> Parsed:
    """Entries of one section (option `section`): the value in force. Text is each file behind `==> path <==`."""
    section = str(options.get("section", ""))
    all_lines = split_lines(text)
    bodies: dict[str, list[tuple[int, str]]] = {}
    for path, number, line in files(all_lines):
        bodies.setdefault(path, []).append((number, line))
    found: dict[str, tuple[Entry, ...]] = {}
    for path in _in_order(list(bodies)):
        for key, value, number in _settings(bodies[path], section):
            found.pop(key, None)
            if value:
                found[key] = (Entry(value, number),)
    return Parsed(lines=all_lines, entries=found)


def _in_order(paths: list[str]) -> list[str]:
    """The main file that counts, then the drop-ins that are not hidden by one of the same name in a higher place."""
    mains = [path for path in paths if ".conf.d/" not in path]
    parts: dict[str, str] = {}
    for path in sorted((path for path in paths if ".conf.d/" in path), key=_rank, reverse=True):
        parts[path.rpartition("/")[2]] = path
    return [*sorted(mains, key=_rank)[:1], *(parts[name] for name in sorted(parts))]


def _rank(path: str) -> int:
    return next((rank for rank, place in enumerate(PLACES) if path.startswith(place)), len(PLACES))


def _settings(body: list[tuple[int, str]], section: str) -> Iterator[tuple[str, str, int]]:
    inside = False
    for number, line in body:
        text = line.strip()
        if text.startswith("["):
            inside = text == f"[{section}]"
        elif inside and text and not text.startswith(("#", ";")):
            key, equals, value = text.partition("=")
            if equals:
                yield key.strip(), value.strip(), number
