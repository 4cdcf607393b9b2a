"""`run.json`: a run as canonical JSON. The same run gives the same bytes, and they come back as the same run."""

import json
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from checks.model.run import SCHEMA_VERSION, Run
from reports.clean import clean_line

SHOWN_MISTAKES = 3


class RunFormatError(ValueError):
    """The text is not a run this version can read. The message names cause and next step."""


def dump_run(run: Run) -> str:
    """Canonical text: keys sorted, one space of indent, Chinese as it is, a newline at the end."""
    value = run.model_dump(mode="json", by_alias=True)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1) + "\n"


def load_run(text: str) -> Run:
    """The run in `text`; raises RunFormatError. Fields this version does not know are an error, never dropped."""
    _check_version(_parsed(text))
    try:
        return Run.model_validate_json(text)
    except ValidationError as error:
        mistakes = "；".join(
            f"{clean_line('.'.join(map(str, mistake['loc'])), 120)}：{clean_line(mistake['msg'], 120)}"
            for mistake in error.errors(include_url=False, include_input=False)[:SHOWN_MISTAKES]
        )
        raise RunFormatError(
            f"run.json 的内容不合格式（共 {error.error_count()} 处）：{mistakes}。"
            "文件可能被改过；请用原来的运行目录，或重新运行 dengbao audit。"
        ) from None


def _parsed(text: str) -> Any:
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise RunFormatError(
            f"run.json 不是完整的 JSON（{clean_line(str(error), 120)}）。文件可能没写完或被改过；请重新运行 dengbao audit。"
        ) from None


def _check_version(value: Any) -> None:
    if not isinstance(value, dict) or "schema_version" not in value:
        raise RunFormatError("这不是 dengbao 的 run.json：没有 schema_version。请检查文件是不是选错了。")
    version = value["schema_version"]
    if type(version) is not int or version != SCHEMA_VERSION:
        raise RunFormatError(
            f"run.json 的格式版本是 {clean_line(str(version), 40)}，这个版本的 dengbao 只读版本 {SCHEMA_VERSION}。"
            "请用生成它的那个版本打开，或升级 dengbao。"
        )
