"""Facts: the evidence. A fact carries how it was obtained and how that ended; a collection is what one session brought."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from checks.model.base import Model


class FactStatus(StrEnum):
    """How obtaining a fact ended. Only OK and ABSENT are evidence."""

    OK = "ok"
    ABSENT = "absent"
    """The file or directory positively does not exist (its parent could be searched)."""
    NO_TOOL = "no-tool"
    """The command is not on the target; that proves nothing about the thing it reports on."""
    DENIED = "denied"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    """The asset was not reached, or its session ended before this fact."""
    OUTDATED = "outdated"
    """It was obtained, but too long ago to say how the asset is now. Gathering never says so: it depends on `as_of`."""

    @property
    def zh(self) -> str:
        return FACT_STATUS_ZH[self]


FACT_STATUS_ZH = {
    FactStatus.OK: "已取得",
    FactStatus.ABSENT: "文件不存在",
    FactStatus.NO_TOOL: "目标上没有这个命令",
    FactStatus.DENIED: "权限不足",
    FactStatus.TIMEOUT: "超时",
    FactStatus.TRUNCATED: "输出被截断",
    FactStatus.FAILED: "命令出错",
    FactStatus.UNREACHABLE: "没有连上",
    FactStatus.OUTDATED: "太旧",
}

Origin = Literal["live", "imported", "declared"]


class Fact(Model):
    """One named piece of evidence about an asset, or about one instance found on it.

    `text` is what the target said, already reduced (no secrets) and size-limited, but otherwise hostile:
    it is parsed by `checks.facts` and printed only through the report's and terminal's cleaners.
    """

    asset: str
    name: str
    instance: str = ""
    """Key of the source line it was gathered for (`for_each`), e.g. `redis:6380`; empty for the whole asset."""
    status: FactStatus
    text: str = ""
    exit_status: int | None = None
    detail: str = ""
    """Cause when the status is not OK: the first words of the error, never more than 300 characters."""
    method: str = ""
    """The reviewed command or path that was read, as shown to people."""
    origin: Origin = "live"
    at: datetime
    """When it was obtained (UTC)."""
    evidence_at: datetime | None = None
    """How old the evidence itself is (a package cache's date), where the fact says so."""
    vantage: str | None = None
    """Zone the fact was seen from (scans)."""

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.asset, self.name, self.instance)


CollectionStatus = Literal["complete", "partial", "failed"]


class Collection(Model):
    """The facts of one session (or one imported file) with one asset, and how the session went."""

    asset: str
    origin: Origin
    method: Literal["local", "ssh", "import", "declaration", "scan"]
    started: datetime
    finished: datetime
    status: CollectionStatus
    cause: str = ""
    """Why it is not complete, in Chinese, naming asset, cause and next step."""
    content_digest: str = ""
    """Digest of the batch that produced it."""
    facts: tuple[Fact, ...] = ()
