"""The campus.yaml a new user starts from: commented, loads as it is, audits only this machine."""

from functools import cache
from importlib import resources

TEMPLATE = "starter.yaml"
_NAME = "«学校名称»"


def starter(name: str) -> str:
    """The starter file for a school of that name. Raises ValueError for a name that is no line of text."""
    if not name.strip() or not name.isprintable():
        raise ValueError("学校名称不能为空，也不能有换行等控制字符")
    quoted = "'" + name.strip().replace("'", "''") + "'"
    return _template().replace(_NAME, quoted)


@cache
def _template() -> str:
    return resources.files("audit.campus").joinpath(TEMPLATE).read_text(encoding="utf-8")
