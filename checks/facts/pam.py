"""PAM: every file of /etc/pam.d, and the stack a service really runs through (@include, include, substack)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checks.facts.text import Options, files, split_lines
from checks.facts.values import FieldValue, Parsed, Record

MAX_DEPTH = 16
STRICT = ("required", "requisite")


@dataclass(frozen=True)
class Step:
    """One module of a stack."""

    control: str
    module: str
    """Without directory and `.so`, e.g. `pam_faillock`."""
    arguments: tuple[str, ...]
    line: int

    @property
    def enforced(self) -> bool:
        """Whether its refusal refuses: required, requisite, or a bracket whose default is die or bad."""
        if self.control.startswith("["):
            return "default=die" in self.control or "default=bad" in self.control
        return self.control in STRICT

    def argument(self, name: str) -> str | None:
        """Value of `name=value`; an empty string for the bare word; None when it is not there. The last one counts."""
        value = None
        for argument in self.arguments:
            key, equals, given = argument.partition("=")
            if key == name:
                value = given if equals else ""
        return value


def pam(text: str, options: Options) -> Parsed:
    """One record a line of any file: file, type, control, module, arguments."""
    all_lines = split_lines(text)
    records = []
    for path, number, line in _joined(all_lines):
        words = _words(line)
        if words is not None:
            kind, control, module, arguments = words
            fields: dict[str, FieldValue] = {"file": path.rpartition("/")[2], "type": kind, "control": control}
            records.append(Record(fields | {"module": module, "arguments": arguments}, number))
    return Parsed(lines=all_lines, records=tuple(records))


def stack(parsed: Parsed, service: str, kind: str) -> tuple[Step, ...]:
    """The modules of type `kind` that `service` runs through, in order."""
    by_file: dict[str, list[Record]] = {}
    for record in parsed.records or ():
        by_file.setdefault(str(record.fields["file"]), []).append(record)
    return tuple(_steps(by_file, service, kind, 0))


def _steps(by_file: Mapping[str, list[Record]], name: str, kind: str, depth: int) -> Iterator[Step]:
    if depth > MAX_DEPTH:
        return
    for record in by_file.get(name, ()):
        fields = record.fields
        control, module = str(fields["control"]), str(fields["module"])
        if fields["type"] == "@include":
            yield from _steps(by_file, module, kind, depth + 1)
        elif fields["type"] == kind:
            if control in ("include", "substack"):
                yield from _steps(by_file, module, kind, depth + 1)
            else:
                yield Step(control, module, tuple(fields["arguments"]), record.line)


def _joined(all_lines: tuple[str, ...]) -> Iterator[tuple[str, int, str]]:
    """Lines with their continuation (`\\` at the end) joined; the number is that of the first."""
    held: tuple[str, int, str] | None = None
    for path, number, line in files(all_lines):
        if held is not None and held[0] == path:
            line, number = f"{held[2]} {line.strip()}", held[1]
        held = (path, number, line[:-1].rstrip()) if line.endswith("\\") else None
        if held is None:
            yield path, number, line


def _words(line: str) -> tuple[str, str, str, tuple[str, ...]] | None:
    body = line.partition("#")[0].strip()
    if not body:
        return None
    kind, _, rest = body.replace("\t", " ").partition(" ")
    if kind == "@include":
        return "@include", "", rest.strip().rpartition("/")[2], ()
    rest = rest.strip()
    if rest.startswith("["):
        control, _, rest = rest.partition("]")
        control = " ".join(control.split()) + "]"
    else:
        control, _, rest = rest.partition(" ")
    words = rest.split()
    if not words:
        return None
    module = words[0].rpartition("/")[2].removesuffix(".so")
    return kind.lstrip("-").lower(), control, module, tuple(words[1:])
