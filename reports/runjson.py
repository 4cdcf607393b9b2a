"""run.json: the canonical form of a run. Same run, same bytes."""

import json

from pydantic import ValidationError

from checks.model.run import SCHEMA_VERSION, Run


class RunFormatError(ValueError):
    """A file is no run.json of a version this program reads; the message says what to do."""


def dump_run(run: Run) -> str:
    """The run as JSON: sorted keys, one space of indent, newline at the end."""
    data = run.model_dump(mode="json", by_alias=True)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def load_run(text: str) -> Run:
    """Read a run.json. Raises RunFormatError."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise RunFormatError(f"不是 JSON（{error}）；文件可能没有写完，重新运行 dengbao judge") from None
    version = data.get("schema_version") if isinstance(data, dict) else None
    if version != SCHEMA_VERSION:
        raise RunFormatError(f"格式版本是 {version}，本程序读 {SCHEMA_VERSION}；换用写它的那个版本的 dengbao")
    try:
        return Run.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RunFormatError(f"{where}：{first['msg']}；重新运行 dengbao judge") from None
