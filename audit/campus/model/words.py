"""The single values of campus.yaml: ids, lines of text, days, hours, ports, levels."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from audit.written.shape import WrongValueError
from checks.model.base import Model

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}\Z")
_CHILD = re.compile(r"[a-z0-9][a-z0-9._:-]{0,62}\Z")
_LIKE_IPV4 = re.compile(r"\d{1,3}([._-])\d{1,3}\1\d{1,3}\1\d{1,3}\Z")
_LIKE_MAC = re.compile(r"[0-9a-f]{2}([:-][0-9a-f]{2}){5}\Z|[0-9a-f]{4}([.-][0-9a-f]{4}){2}\Z")
_REFERENCE = re.compile(_ID.pattern.replace(r"\Z", r"(/[a-z0-9][a-z0-9._:-]{0,62})?\Z"))
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})\Z")
_LEVEL = re.compile(r"S([1-4])A([1-4])\Z", re.IGNORECASE)
_MAC = re.compile(r"[0-9a-f]{12}\Z")
MAX_LINE = 200


def text(value: Any) -> str:
    """A scalar as it was written; numbers without quotes count as text (serial and filing numbers)."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise WrongValueError("要写一段文字", "有冒号、井号等符号时加引号")
    return str(value)


def _line(value: Any) -> str:
    line = text(value).strip()
    if not line:
        raise WrongValueError("不能为空")
    if len(line) > MAX_LINE:
        raise WrongValueError(f"太长（{len(line)} 字），最多 {MAX_LINE} 字")
    if _CONTROL.search(line):
        raise WrongValueError("不能有换行、制表符或其他控制字符")
    return line


def _address_like(word: str) -> bool:
    return bool(_LIKE_IPV4.match(word) or _LIKE_MAC.match(word))


def _name(pattern: re.Pattern[str], kind: str, example: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        word = text(value)
        if _address_like(word.lower()):
            raise WrongValueError(
                f"{kind} {word} 像是地址；地址会变，{kind}要自己取名", f"例如 {example}，地址写在 address 里"
            )
        if not pattern.match(word):
            raise WrongValueError(
                f"{kind} {word[:80]!r} 不合规则：只用小写字母、数字和 - _ .，最多 63 个字符", f"例如 {example}"
            )
        return word

    return check


def _port(value: Any, *, wide: bool) -> str:
    word = text(value).strip().lower()
    if wide and word in ("any", "icmp"):
        return word
    match = re.fullmatch(r"(?:(tcp|udp)/)?(\d+)(?:-(\d+))?(?:/(tcp|udp))?", word)
    if not match or (match[1] and match[4]):
        raise WrongValueError(
            f"端口 {word!r} 写法不对", "写成 tcp/443 或 udp/53" + ("，也可写 tcp/8000-8010、icmp、any" if wide else "")
        )
    first, last = int(match[2]), int(match[3] or match[2])
    for number in (first, last):
        if not 1 <= number <= 65535:
            raise WrongValueError(f"端口 {number} 超出范围", "端口是 1 到 65535")
    if not match[1]:
        raise WrongValueError(f"端口 {word!r} 没有按 协议/端口 书写", f"是不是 {match[4] or 'tcp'}/{match[2]}？")
    if match[3] and (not wide or last <= first):
        raise WrongValueError(
            f"端口范围 {word!r} 不能这样写", "这里逐个写端口" if not wide else "小的在前，例如 tcp/8000-8010"
        )
    return word


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    word = text(value).strip()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", word):
        raise WrongValueError(f"日期 {word!r} 写法不对", "写成 2026-09-01")
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise WrongValueError(f"没有 {word} 这一天", "写成 2026-09-01") from None


class Hours(Model):
    """A span of the day in Beijing time; one that ends before it starts runs over midnight."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def covers(self, clock: time) -> bool:
        """Whether `clock` lies inside; the end itself does not."""
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


def _hours(value: Any) -> Any:
    if isinstance(value, Hours):
        return value
    word = text(value).strip()
    match = _HOURS.match(word)
    if not match:
        raise WrongValueError(f"时段 {word!r} 写法不对", "写成 22:00-06:00")
    try:
        start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    except ValueError:
        raise WrongValueError(f"时段 {word!r} 里没有这样的钟点", "写成 22:00-06:00；到半夜为止写 00:00") from None
    if start == end:
        raise WrongValueError(f"时段 {word!r} 的起止相同", "全天允许就不写 allowed_hours")
    return {"start": start, "end": end}


class Levels(Model):
    """The S and A levels of a system; `assumed` when one level was written for both."""

    s: int = Field(ge=1, le=4)
    a: int = Field(ge=1, le=4)
    assumed: bool = False


def _levels(value: Any) -> Any:
    if isinstance(value, Levels):
        return value
    word = text(value).strip()
    if match := _LEVEL.match(word):
        return {"s": int(match[1]), "a": int(match[2])}
    if word in ("1", "2", "3", "4"):
        return {"s": int(word), "a": int(word), "assumed": True}
    raise WrongValueError(f"等级 {word!r} 写法不对", "按备案写成 S2A3；只知道一个等级时写 2")


def _mac(value: Any) -> str:
    word = re.sub(r"[:.-]", "", text(value).strip().lower())
    if not _MAC.match(word):
        raise WrongValueError("MAC 地址写法不对", "写成 00:00:5e:00:53:01")
    return ":".join(word[i : i + 2] for i in range(0, 12, 2))


def _absolute(value: Any) -> str:
    path = _line(value)
    if not path.startswith("/") or ".." in path.split("/"):
        raise WrongValueError(f"{path!r} 不是绝对路径", "从 / 写起，不含 ..")
    return path


def _string(**more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **more})


def _anchored(pattern: re.Pattern[str]) -> str:
    return "^" + pattern.pattern.replace(r"\Z", "$")


Line = Annotated[str, BeforeValidator(_line), WithJsonSchema({"type": ["string", "integer"], "maxLength": MAX_LINE})]
"""One line of text without control characters."""
Id = Annotated[str, BeforeValidator(_name(_ID, "编号", "web-01")), _string(pattern=_anchored(_ID))]
"""A name chosen by the school, never an address."""
ChildName = Annotated[
    str,
    BeforeValidator(_name(_CHILD, "编号", "mysql 或 redis:6380")),
    _string(pattern=_anchored(_CHILD)),
]
"""The part of a child's id after the slash."""
AssetId = Annotated[
    str, BeforeValidator(_name(_REFERENCE, "编号", "web-01 或 web-01/mysql")), _string(pattern=_anchored(_REFERENCE))
]
"""The id of an asset or of one that lives in it."""
ListenPort = Annotated[str, BeforeValidator(lambda v: _port(v, wide=False)), _string(pattern=r"^(tcp|udp)/[0-9]{1,5}$")]
"""`tcp/443`."""
ReachPort = Annotated[
    str,
    BeforeValidator(lambda v: _port(v, wide=True)),
    _string(pattern=r"^((tcp|udp)/[0-9]{1,5}(-[0-9]{1,5})?|icmp|any)$"),
]
"""`tcp/443`, `tcp/8000-8010`, `icmp` or `any`."""
Day = Annotated[date, BeforeValidator(_day), _string(format="date")]
AllowedHours = Annotated[Hours, BeforeValidator(_hours), _string(pattern=r"^[0-9]{1,2}:[0-9]{2}.*[0-9]{1,2}:[0-9]{2}$")]
SystemLevels = Annotated[
    Levels,
    BeforeValidator(_levels),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 4},
                _string(pattern="^[Ss][1-4][Aa][1-4]$").json_schema,
            ]
        }
    ),
]
Mac = Annotated[str, BeforeValidator(_mac), _string()]
AbsolutePath = Annotated[str, BeforeValidator(_absolute), _string(pattern="^/")]
