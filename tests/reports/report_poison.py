"""A run in which every text that a target or a person could have written is an attack, with its references kept."""

import types
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)

ATTACK = (
    "\"'><img src=x onerror=alert(1)><script>alert(1)</script></title></style><!-- "
    "{{ 7*7 }}{% raw %} javascript:alert(1) "
    "\x1b[31m\x1b]0;pwned\x07\x1bP+q\x1b\\\x9b2J\x00\x08\r\n\u202eevil\u2066\u2028\u200b\ufeff\U000e0041"
    "[bold red]markup[/] [link=http://192.0.2.1]x[/link] :smile: &amp; "
)


def poisoned(model: M) -> tuple[M, int]:
    """The model with ATTACK before every free text, and how many texts that were. Words of a fixed list stay."""
    counter = [0]
    return _model(model, counter), counter[0]


def _model(model: Any, counter: list[int]) -> Any:
    changed = {
        name: _value(field.annotation, getattr(model, name), counter)
        for name, field in type(model).model_fields.items()
    }
    return model.model_copy(update=changed)


def _value(kind: Any, value: Any, counter: list[int]) -> Any:
    if isinstance(value, BaseModel):
        return _model(value, counter)
    if get_origin(kind) in (Union, types.UnionType):
        return _value(_fitting(get_args(kind), value), value, counter)
    if isinstance(value, tuple):
        return tuple(_value(get_args(kind)[0], part, counter) for part in value)
    if isinstance(value, dict):
        key_kind, value_kind = get_args(kind)
        return {_value(key_kind, k, counter): _value(value_kind, v, counter) for k, v in value.items()}
    if kind is str:
        counter[0] += 1
        return ATTACK + value
    return value


def _fitting(kinds: tuple[Any, ...], value: Any) -> Any:
    """The member of a union that the value is of; a text in `Literal[...] | str` counts as free."""
    if type(value) is str and str in kinds:
        return str
    return next((kind for kind in kinds if get_origin(kind) is Literal or isinstance(value, kind)), None)
