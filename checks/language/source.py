"""YAML with its traps closed, and mistakes reported with file, line, what was expected and a hint.

Duplicate keys are an error. Scalars stay strings except `true`/`false`, `null` and plain decimal integers,
so that `no`, `0644`, `1.10` and `12:30` survive as written. Used for checks, the catalogue and campus.yaml.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_LITERALS = {"true": True, "false": False, "null": None, "~": None, "": None}
MAX_DEPTH = 64
MAX_NODES = 200_000

Path = tuple[str | int, ...]
T = TypeVar("T")


@dataclass(frozen=True)
class Problem:
    """One mistake in a file people wrote."""

    file: str
    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" + (f"（{self.hint}）" if self.hint else "")


class SourceError(Exception):
    """A file is not what it must be; carries every problem found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Document:
    """Plain data read from YAML and the line each part of it stands on."""

    name: str
    data: Any
    lines: Mapping[Path, int] = field(repr=False)

    def line(self, path: Path) -> int:
        """Line of `path`, or of the nearest part above it (1-based)."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path, message: str, hint: str = "") -> Problem:
        """A problem that stands at `path`."""
        return Problem(self.name, self.line(path), message, hint)


def read_yaml(text: str, name: str) -> Document:
    """Parse one YAML document. Raises SourceError naming `name` and the line."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SourceError([Problem(name, line, f"不是有效的 YAML：{what}", "检查缩进、冒号后的空格和引号")]) from None
    builder = _Builder(name)
    data = builder.build(node, ()) if node is not None else None
    if builder.problems:
        raise SourceError(builder.problems)
    return Document(name, data, builder.lines)


def refuse_depth(text: str, name: str) -> None:
    """Refuse deep nesting while it is still a flat stream of events: composing it would exhaust the C stack.

    For files people hand in; the content that ships with the program is reviewed. Raises SourceError.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                mark = event.start_mark
                line = mark.line + 1 if mark else 1
                raise SourceError([Problem(name, line, "YAML 嵌套过深或过大", "检查是不是写错了文件")])
    except (yaml.YAMLError, UnicodeError):
        return  # read_yaml meets it again and tells it with its line


class _Builder:
    """Turns composed nodes into plain data, keeping lines and collecting problems."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self.count = 0

    def build(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.lines[path] = line
        self.count += 1
        if len(path) > MAX_DEPTH or self.count > MAX_NODES:
            raise SourceError([Problem(self.name, line, "YAML 嵌套过深或过大", "不要用锚点层层引用")])
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, index)) for index, child in enumerate(node.value)]
        return scalar(str(node.value), plain=not getattr(node, "style", None), tag=node.tag)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem(self.name, line, "键必须是一个词"))
                continue
            key = key_node.value
            if key in result:
                self.problems.append(Problem(self.name, line, f"键 {key} 写了两次", "删掉其中一个"))
                continue
            result[key] = self.build(value_node, (*path, key))
            self.lines[(*path, key)] = line
        return result


def scalar(value: str, *, plain: bool, tag: str = "") -> bool | int | str | None:
    """The value of a YAML scalar by our rules (see the module's words)."""
    if not plain or tag == "tag:yaml.org,2002:binary":
        return value
    if value in _LITERALS:
        return _LITERALS[value]
    return int(value) if _INTEGER.match(value) else value


def validate(kind: type[T] | Any, document: Document, path: Path = ()) -> T:
    """Check the part of `document` at `path` against a model. Raises SourceError with every problem and its line."""
    data = document.data
    for step in path:
        data = data[step]
    try:
        return TypeAdapter(kind).validate_python(data)  # type: ignore[no-any-return]
    except ValidationError as error:
        raise SourceError(list(_problems(error, document, path, kind))) from None


def _problems(error: ValidationError, document: Document, path: Path, kind: Any) -> Iterator[Problem]:
    entries = error.errors(include_url=False)
    # A list whose members failed is also reported as too short: that would only repeat the true cause.
    telling = [entry for entry in entries if entry["type"] != "too_short"] or entries
    for entry in telling:
        where = _in_document((*path, *entry["loc"]), document)
        name = ".".join(map(str, where)) or "（整个文件）"
        if entry["type"] == "extra_forbidden":
            hint = suggest(str(entry["loc"][-1]), _field_names(kind))
            yield document.problem(where, f"不认识的键 {where[-1] if where else name}", hint)
        elif entry["type"] == "missing":
            yield document.problem(where, f"缺少必填的键 {entry['loc'][-1]}", f"写在 {name} 下面")
        elif entry["type"] == "value_error":
            yield document.problem(where, f"{name}：{entry['ctx']['error']}")
        else:
            given = entry.get("input")
            shown = "" if isinstance(given, dict | list | BaseModel) else f"，写的是 {given!r}"
            yield document.problem(where, f"{name}：{entry['msg']}{shown}")


def _in_document(loc: tuple[str | int, ...], document: Document) -> Path:
    """Drop the parts of a pydantic location that name union members instead of places in the file."""
    path: Path = ()
    for step in loc:
        if (*path, step) in document.lines:
            path = (*path, step)
    return path if path or not loc or loc[-1] not in ("", None) else ()


def suggest(word: str, known: list[str]) -> str:
    """A hint: the known word nearest to `word`, else all of them."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"是不是 {near[0]}？"
    return "可用：" + "、".join(sorted(known)[:20]) if known else ""


def _field_names(kind: Any, depth: int = 0) -> list[str]:
    """Every field name of a model and of the models inside it: the words a typo may have meant."""
    names: dict[str, None] = {}

    def walk(current: Any, seen: set[Any]) -> None:
        if isinstance(current, type) and issubclass(current, BaseModel) and current not in seen:
            seen.add(current)
            for key, info in current.model_fields.items():
                names[info.alias or key] = None
                walk(info.annotation, seen)
        for argument in getattr(current, "__args__", ()):
            walk(argument, seen)

    walk(kind, set())
    return list(names)
