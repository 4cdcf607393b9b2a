"""The campus.yaml a new user starts from: commented, loads as it is, audits only this machine."""

from functools import cache
from importlib import resources

from audit.campus.model.words import MAX_LINE

TEMPLATE = "starter.yaml"
_NAME = "«学校名称»"


def starter(name: str) -> str:
    """The starter file for a school of that name. Raises ValueError for a name that is no line of text."""
    words = " ".join(name.split())
    if not words or not words.isprintable() or len(words) > MAX_LINE:
        raise ValueError(f"学校名称不能为空、不能有控制字符，最多 {MAX_LINE} 字")
    quoted = "'" + words.replace("'", "''") + "'"
    return _template().replace(_NAME, quoted)


@cache
def _template() -> str:
    return resources.files("audit.campus").joinpath(TEMPLATE).read_text(encoding="utf-8")
