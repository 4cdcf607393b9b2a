"""Mistakes of shape, told in Chinese at their line; and what is left of a file once they are taken out.

Taking them out lets the rules of meaning look at the rest, so that the officer sees every problem at once.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from audit.written.shape import WrongValueError
from checks.language.source import Document, Path, Problem, suggest

_TABLE = "这里要写成「键: 值」"
_MESSAGES = {
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "dict_type": _TABLE,
    "tuple_type": "这里要写成列表",
    "int_type": "要写整数",
    "int_parsing": "要写整数",
    "int_parsing_size": "数太大",
    "int_from_float": "要写整数",
    "bool_type": "要写 true 或 false",
    "bool_parsing": "要写 true 或 false",
    "string_type": "要写一段文字",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "too_short": "至少要写 {min_length} 项",
    "literal_error": "没有这个值",
    "enum": "没有这个值",
}
_SECRET_PARTS = {"logins", "password", "passphrase", "key", "enable"}
"""Below these keys no value is ever repeated: it may be a secret written in the wrong place."""


M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Shaped(Generic[M]):
    """What could be read: the file without its broken parts (None if nothing is left), and what is broken."""

    value: M | None
    problems: tuple[Problem, ...]
    broken: frozenset[Path]


def shape(document: Document, kind: type[M], stand_ins: Mapping[str, Any] | None = None) -> Shaped[M]:
    """Read the document into a `kind`, leaving broken parts out instead of stopping at them.

    `stand_ins`: what takes the place of a broken part that the file cannot be without, so that the rest is still read.
    """
    data = copy.deepcopy(document.data)
    problems: list[Problem] = []
    broken: set[Path] = set()
    while True:
        try:
            value = TypeAdapter(kind).validate_python(data)
        except ValidationError as error:
            details = _without_echoes(error.errors(include_url=False))
            problems += [] if broken else [_problem(detail, document, kind) for detail in details]
            # All are found before any goes: the second mistake of an entry must not take the entry's neighbours along.
            paths = {_removable(_written(detail["loc"], data) or detail["loc"][:1]) for detail in details}
            if () in paths or not isinstance(data, dict):
                return Shaped(None, tuple(problems), frozenset(broken))
            broken |= paths
            for path in sorted(paths, key=len):
                _remove(data, path, stand_ins or {})
        else:
            return Shaped(value, tuple(problems), frozenset(broken))


def _without_echoes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without «too short» of a list whose items were already refused: it follows from them."""
    inside = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    return [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in inside]


def _problem(detail: ErrorDetails, document: Document, kind: Any) -> Problem:
    where = _written(detail["loc"], document.data)
    name = ".".join(map(str, where)) or "整个文件"
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        return document.problem(where, f"不认识的键 {name}", suggest(last, _fields_at(kind, where[:-1])))
    if detail["type"] == "missing":
        return document.problem(where, f"缺少必填的键 {last}", f"写在 {name} 下面" if where else "写在最外层")
    if detail["type"] == "value_error":
        cause = detail["ctx"]["error"]
        hint = cause.hint if isinstance(cause, WrongValueError) else ""
        return document.problem(where, f"{name}：{cause}", hint)
    return _plain_problem(detail, document, where, name)


def _plain_problem(detail: ErrorDetails, document: Document, where: Path, name: str) -> Problem:
    context = detail.get("ctx", {})
    message = _MESSAGES.get(detail["type"], "写法不对").format(**context)
    given = detail.get("input")
    if isinstance(given, dict | list | BaseModel) or _SECRET_PARTS.intersection(map(str, where)):
        return document.problem(where, f"{name}：{message}")
    hint = ""
    if "expected" in context:
        hint = suggest(str(given), re.findall(r"'([^']*)'", context["expected"]))
    elif message is _TABLE and "：" in str(given):
        hint = "冒号要用英文半角，后面空一格"
    return document.problem(where, f"{name}：{message}，写的是 {str(given)[:80]!r}", hint)


def _written(loc: tuple[str | int, ...], data: Any) -> Path:
    """The part of an error's location that stands in the data; the rest names models and defaults."""
    path: Path = ()
    for step in loc:
        inside = _children(data)
        if step in inside:
            data = inside[step]
            path = (*path, step)
    return path


def _children(data: Any) -> dict[Any, Any]:
    return data if isinstance(data, dict) else dict(enumerate(data)) if isinstance(data, list) else {}


def _removable(path: Path) -> Path:
    """The nearest part that can go without moving others: list items would shift, so their whole list goes."""
    numbers = [index for index, step in enumerate(path) if isinstance(step, int)]
    return path[: numbers[0]] if numbers else path


def _remove(data: Any, path: Path, stand_ins: Mapping[str, Any]) -> None:
    if path[0] in stand_ins:
        data[path[0]] = stand_ins[str(path[0])]
        return
    for step in path[:-1]:
        data = data.get(step)
        if not isinstance(data, dict):
            return
    data.pop(path[-1], None)


def _fields_at(kind: Any, path: Path) -> list[str]:
    """The keys that may be written at `path` of a `kind`."""
    kinds: list[Any] = [kind]
    for step in path:
        kinds = [inner for kind in kinds for inner in _inside(kind, step)]
    return [info.alias or key for model in _models(kinds) for key, info in model.model_fields.items()]


def _inside(kind: Any, step: str | int) -> Iterator[Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for key, info in kind.model_fields.items():
            if step in (key, info.alias):
                yield info.annotation
    elif kind is not None and not isinstance(kind, type):
        arguments = get_args(kind)
        origin = getattr(kind, "__origin__", None)
        if origin is dict:
            yield arguments[1]
        elif origin is tuple and isinstance(step, int):
            yield arguments[0]
        else:
            for argument in arguments:
                yield from _inside(argument, step)


def _models(kinds: list[Any]) -> Iterator[type[BaseModel]]:
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind
        else:
            yield from _models([a for a in get_args(kind) if a is not Ellipsis])
