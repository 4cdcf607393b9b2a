"""The ground every record of the model stands on: frozen, strict about fields, printed canonically."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen record that refuses fields it does not know.

    >>> from checks.model.text import Text
    >>> Text(zh="口令", en="Password").zh
    '口令'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def canonical(value: Any) -> str:
    """One text for one value (sorted keys, no spaces): what digests are computed over."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
