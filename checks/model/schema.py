"""JSON Schemas of the models, with the sentences under their fields as descriptions.

Reading those sentences from the source is slow, so it is done here, where a schema is asked for, and not at every start.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal

from pydantic import BaseModel


def json_schema(model: type[BaseModel], mode: Literal["validation", "serialization"] = "validation") -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a model and all it holds, by alias."""
    schema = model.model_json_schema(by_alias=True, mode=mode)
    places = {model.__name__: schema, **schema.get("$defs", {})}
    for kind in _reachable(model, set()):
        _describe(kind, places.get(kind.__name__, {}).get("properties", {}))
    return schema


def _reachable(kind: Any, seen: set[Any]) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
        seen.add(kind)
        yield kind
        for field in kind.model_fields.values():
            yield from _reachable(field.annotation, seen)
    for argument in getattr(kind, "__args__", ()):
        yield from _reachable(argument, seen)


def _describe(kind: type[BaseModel], properties: dict[str, Any]) -> None:
    sentences = {name: text for parent in reversed(kind.__mro__) for name, text in _sentences(parent)}
    for name, field in kind.model_fields.items():
        place = properties.get(field.alias or name)
        if place is not None and name in sentences:
            place.setdefault("description", sentences[name])


def _sentences(kind: type) -> Iterator[tuple[str, str]]:
    """(field, the string under it) of a class body."""
    if not issubclass(kind, BaseModel) or kind is BaseModel:
        return
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    statements = body.body if isinstance(body, ast.ClassDef) else []
    for field, below in pairwise(statements):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and _is_text(below):
            yield field.target.id, inspect.cleandoc(below.value.value)  # type: ignore[attr-defined]


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
