"""How values may be written: mistakes with a hint, one value instead of a list, a word instead of a table."""

from typing import Annotated, Any, TypeVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")


class WrongValueError(ValueError):
    """A value people wrote is not what it must be: says what is wrong and, where possible, what was meant."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class _OneOrMany:
    """Lets a single value stand where a list is meant."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_as_list, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        array = handler(schema)
        return {"anyOf": [array["items"], array]}


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


Many = Annotated[tuple[T, ...], _OneOrMany()]
"""One value or a list of them."""


class Short:
    """Lets one word stand for a table in which only the field `key` is set (`access: local`)."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._as_table, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        table = handler(schema)
        field = handler.resolve_ref_schema(table)["properties"][self.key]
        return {"anyOf": [field, table]}

    def _as_table(self, value: Any) -> Any:
        return {self.key: value} if isinstance(value, str | int) else value
