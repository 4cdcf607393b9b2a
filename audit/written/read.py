"""A file from disk to a document: whatever is handed in, the answer is a document or a SourceError. The room's only I/O."""

import os
import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

from checks.language.source import Document, Problem, SourceError, read_yaml, refuse_depth

MAX_BYTES = 2 * 1024 * 1024
_SYNTAX = {
    "cannot start any token": ("缩进里有制表符，或值以 @ ` % 等符号开头", "缩进用空格；这样的值加引号"),
    "mapping values are not allowed": ("冒号的位置不对", "检查上一行的缩进；值里有冒号时加引号"),
    "did not find expected": ("缩进不齐，或括号、引号没有配对", "同一层的键要对齐"),
    "could not find expected ':'": ("键后面缺少冒号", "写成 键: 值，冒号用英文半角，后面空一格"),
    "found unexpected end of stream": ("引号没有配对", "检查这一行起的引号"),
    "undefined alias": ("值以 * 开头，却没有这样的锚点", "值以 * 开头时加引号"),
    "another document": ("一个文件里写了两份文档", "删掉 --- 后面的内容"),
    "control characters": ("含有不可见的控制字符（例如 NUL）", "删掉它，或重新从文本另存"),
    "unknown directive": ("行首的 % 不能这样用", "值以 % 开头时加引号"),
    "block sequence entries": ("列表的 - 位置不对", "- 另起一行，缩进对齐"),
    "unknown escape": ("双引号里的反斜杠写法不对", "改用单引号"),
}  # fmt: skip


def read_text(path: Path, missing: str) -> str:
    """The text of a file people wrote. `missing` is the hint when there is none. Raises SourceError; raises nothing else."""
    raw = _bytes(path, missing)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError([Problem(str(path), 1, "文件是 UTF-16 编码", "另存为 UTF-8")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError([Problem(str(path), line, "文件不是 UTF-8 编码", _encoding_hint(raw))]) from None


def parse_document(text: str, name: str) -> Document:
    """The document in `text`, keys without a value left out; `data` is None when nothing is written. Raises SourceError."""
    refuse_depth(text, name)
    try:
        document = read_yaml(text, name)
    except SourceError as error:
        raise SourceError([_in_chinese(problem) for problem in error.problems]) from None
    except UnicodeError:
        raise SourceError([Problem(name, 1, "含有不成对的编码字符", "另存为 UTF-8")]) from None
    return replace(document, data=_without_blanks(document.data) if document.data != "" else None)


def _bytes(path: Path, missing: str) -> bytes:
    try:
        # Opened without blocking, then looked at: a named pipe must not hold the program.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise SourceError([Problem(str(path), 1, "没有这个文件", missing)]) from None
    except (OSError, ValueError) as error:
        raise SourceError([Problem(str(path), 1, f"打不开文件：{_cause(error)}", "检查路径和权限")]) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SourceError([Problem(str(path), 1, "不是普通文件", "写 YAML 文件的路径")])
    with open(descriptor, "rb") as stream:
        raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise SourceError([Problem(str(path), 1, f"文件超过 {MAX_BYTES // 1024} KiB", "检查是不是写错了文件")])
    return raw


def _cause(error: OSError | ValueError) -> str:
    return error.strerror or "系统拒绝" if isinstance(error, OSError) else "路径里有不能用的字符"


def _encoding_hint(raw: bytes) -> str:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return "用记事本打开，另存为 UTF-8"
    return "像是 GBK 编码：用记事本打开，另存为 UTF-8"


def _in_chinese(problem: Problem) -> Problem:
    for phrase, (message, hint) in _SYNTAX.items():
        if phrase in problem.message:
            return replace(problem, message=f"不是有效的 YAML：{message}", hint=hint)
    return replace(problem, message=re.sub(r"^(不是有效的 YAML)：[\x00-\x7f]*$", r"\1", problem.message))


def _without_blanks(data: Any) -> Any:
    """A key with nothing behind it counts as not written, so a template's empty sections may stay."""
    if isinstance(data, dict):
        return {key: _without_blanks(value) for key, value in data.items() if value is not None and value != ""}
    if isinstance(data, list):
        return [_without_blanks(value) for value in data]
    return data
