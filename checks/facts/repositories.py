"""Package sources of apt and yum/dnf: which are in use without their signatures being checked."""

import re
from collections.abc import Iterator

from checks.facts.text import Options, files, split_lines
from checks.facts.values import Entry, FieldValue, Parsed, Record

_ONE_LINE = re.compile(r"deb(?:-src)?\s+(?:\[([^\]]{0,400})\]\s+)?(\S{1,400})\s+(\S{1,100})")
_SETTING = re.compile(r"([A-Za-z:-]{1,60})\s+\"?([A-Za-z0-9]{0,20})\"?;?\Z")
_YES = frozenset(("yes", "true", "1", "on", "enable"))
DEFAULT_GPGCHECK = "0"
"""yum.conf(5), dnf.conf(5): without a word in [main] signatures are not checked."""


def repositories(text: str, options: Options) -> Parsed:
    """Records of the sources in use: name, kind (apt, yum), url, signed (yes/no). Entries: apt's own switches."""
    all_lines = split_lines(text)
    by_file: dict[str, list[tuple[int, str]]] = {}
    for path, number, line in files(all_lines):
        by_file.setdefault(path, []).append((number, line.strip()))
    records: list[Record] = []
    entries: dict[str, list[Entry]] = {}
    gpgcheck = _main_gpgcheck(by_file)
    for path, body in by_file.items():
        if path == "/apt-config":
            for number, line in body:
                if found := _SETTING.match(line):
                    entries.setdefault(found[1], []).append(Entry(found[2].lower(), number))
        elif path.endswith(".sources"):
            records += _deb822(body)
        elif path.endswith(".list"):
            records += _one_line(body)
        elif path.endswith(".repo"):
            records += _yum(body, gpgcheck)
    return Parsed(all_lines, {key: tuple(values) for key, values in entries.items()}, tuple(records))


def _record(name: str, kind: str, url: str, signed: bool, line: int) -> Record:
    fields: dict[str, FieldValue] = {"name": name[:200], "kind": kind, "url": url[:200]}
    return Record(fields | {"signed": "yes" if signed else "no"}, line)


def _one_line(body: list[tuple[int, str]]) -> Iterator[Record]:
    for number, line in body:
        if found := _ONE_LINE.match(line):
            words = dict(word.lower().partition("=")[::2] for word in (found[1] or "").split())
            signed = not {words.get("trusted"), words.get("allow-insecure")} & _YES
            yield _record(f"{found[2]} {found[3]}", "apt", found[2], signed, number)


def _deb822(body: list[tuple[int, str]]) -> Iterator[Record]:
    for stanza in _stanzas(body):
        fields = {key: value for key, value, _ in stanza}
        if "uris" in fields and fields.get("enabled", "yes").lower() not in ("no", "false", "0"):
            signed = not {fields.get("trusted", "").lower(), fields.get("allow-insecure", "").lower()} & _YES
            yield _record(f"{fields['uris']} {fields.get('suites', '')}", "apt", fields["uris"], signed, stanza[0][2])


def _stanzas(body: list[tuple[int, str]]) -> Iterator[list[tuple[str, str, int]]]:
    stanza: list[tuple[str, str, int]] = []
    for number, line in [*body, (0, "")]:
        key, colon, value = line.partition(":")
        if not line and stanza:
            yield stanza
            stanza = []
        elif colon and not line.startswith("#"):
            stanza.append((key.strip().lower(), value.strip(), number))


def _sections(body: list[tuple[int, str]]) -> Iterator[tuple[str, dict[str, str], int]]:
    name, at = "", 0
    values: dict[str, str] = {}
    for number, line in [*body, (0, "[]")]:
        if line.startswith("["):
            if name:
                yield name, values, at
            name, values, at = line.strip("[]"), {}, number
        elif "=" in line and not line.startswith(("#", ";")):
            key, _, value = line.partition("=")
            values[key.strip().lower()] = value.strip()


def _main_gpgcheck(by_file: dict[str, list[tuple[int, str]]]) -> str:
    """What [main] says: dnf reads dnf.conf, yum yum.conf (a link to the former where dnf is)."""
    for path in ("/etc/dnf/dnf.conf", "/etc/yum.conf"):
        for name, values, _ in _sections(by_file.get(path, [])):
            if name == "main":
                return values.get("gpgcheck", DEFAULT_GPGCHECK)
    return DEFAULT_GPGCHECK


def _yum(body: list[tuple[int, str]], gpgcheck: str) -> Iterator[Record]:
    for name, values, line in _sections(body):
        if values.get("enabled", "1").lower() in _YES:
            url = values.get("baseurl") or values.get("mirrorlist") or values.get("metalink", "")
            yield _record(name, "yum", url, values.get("gpgcheck", gpgcheck).lower() in _YES, line)
