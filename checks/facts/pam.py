"""PAM: every file of /etc/pam.d, and the stack a service really runs through (@include, include, substack)."""

from collections.abc import Iterator
from dataclasses import dataclass

from checks.facts.text import Options, files, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record

MAX_DEPTH = 16
MAX_STEPS = 2000
"""A stack longer than this is no PAM stack: files that include each other multiply without end."""
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


def service(parsed: Parsed, name: str) -> str:
    """The file PAM reads for a service: its own, else `other` (pam.conf(5))."""
    present = {str(record.fields["file"]) for record in parsed.records or ()}
    return name if name in present else "other"


def stack(parsed: Parsed, name: str, kind: str) -> tuple[Step, ...]:
    """The modules of type `kind` that the file `name` runs through, in order. Raises ParseError when it has no end."""
    by_file: dict[str, list[Record]] = {}
    for record in parsed.records or ():
        by_file.setdefault(str(record.fields["file"]), []).append(record)
    found: list[Step] = []
    budget = MAX_STEPS
    pending = [(iter(by_file.get(name, ())), 0)]
    while pending:
        rows, depth = pending[-1]
        following = next(rows, None)
        if following is None:
            pending.pop()
            continue
        budget -= 1
        if budget < 0 or depth > MAX_DEPTH:
            raise ParseError(f"{name} 的 PAM 栈没有尽头（文件互相包含）")
        included = _included(following, kind)
        if included is not None:
            pending.append((iter(by_file.get(included, ())), depth + 1))
        elif following.fields["type"] == kind:
            found.append(_step(following))
    return tuple(found)


def _step(record: Record) -> Step:
    fields = record.fields
    return Step(str(fields["control"]), str(fields["module"]), tuple(fields["arguments"]), record.line)


def _included(record: Record, kind: str) -> str | None:
    """The file a line brings in for modules of type `kind`, if it does."""
    fields = record.fields
    if fields["type"] == "@include" or (fields["type"] == kind and fields["control"] in ("include", "substack")):
        return str(fields["module"])
    return None


def _joined(all_lines: tuple[str, ...]) -> Iterator[tuple[str, int, str]]:
    """Lines with their continuation (`\\` at the end) joined; the number is that of the first."""
    held: list[str] = []
    at: tuple[str, int] = ("", 0)
    for path, number, line in files(all_lines):
        if held and at[0] != path:
            yield *at, " ".join(held)
            held = []
        at = at if held else (path, number)
        held.append(line.removesuffix("\\").strip())
        if not line.endswith("\\"):
            yield *at, " ".join(held)
            held = []
    if held:
        yield *at, " ".join(held)


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
    module = words[0].rpartition("/")[2]
    if control not in ("include", "substack"):
        module = module.removesuffix(".so")
    return kind.lstrip("-").lower(), control, module, tuple(words[1:])
