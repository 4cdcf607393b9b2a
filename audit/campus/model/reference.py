"""References to secrets. A value that is no reference is refused and never repeated in any message."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from audit.written.shape import WrongValueError
from checks.model.base import Model

HOW = "写成 env:变量名、file:/绝对路径、keyring:服务/名称 或 prompt；不要把口令本身写进文件"
_FORMS = {
    "env": re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}"),
    "file": re.compile(r"(/|~/)[^\x00-\x1f\x7f]{1,1000}"),
    "keyring": re.compile(r"[^/\x00-\x1f\x7f]{1,200}/[^\x00-\x1f\x7f]{1,200}"),
}
_PATTERN = r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:(/|~/).+|keyring:[^/]+/.+|prompt)$"


class SecretReference(Model):
    """Where a secret is kept: an environment variable, a file, the system's keyring, or the person at the terminal."""

    kind: Literal["env", "file", "keyring", "prompt"]
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


def _parse(value: Any) -> Any:
    if isinstance(value, SecretReference):
        return value
    if value == "prompt":
        return {"kind": "prompt"}
    kind, colon, name = value.partition(":") if isinstance(value, str) else ("", "", "")
    if not colon or kind not in _FORMS or not _FORMS[kind].fullmatch(name):
        raise WrongValueError("要写口令或密钥的引用，这里写的不是引用（内容不显示）", HOW)
    return {"kind": kind, "name": name}


Reference = Annotated[SecretReference, BeforeValidator(_parse), WithJsonSchema({"type": "string", "pattern": _PATTERN})]
