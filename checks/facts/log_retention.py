"""How long each security log lives: what the configuration lets it, and how old the oldest piece on disk is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checks.facts.log_recording import JOURNAL, storage
from checks.facts.logrotate import FOREVER, keeping, stanzas
from checks.facts.values import FieldValue, Parsed, ParseError, Record

TEXT_LOGS = ("/var/log/auth.log", "/var/log/secure", "/var/log/messages", "/var/log/syslog")
LOGS = (*TEXT_LOGS, "/var/log/wtmp", "/var/log/btmp")
AUDIT = "/var/log/audit/audit.log"
DAY = 86_400
_ARCHIVED = re.compile(r"@[0-9a-f]{32}-[0-9a-f]{16}-([0-9a-f]{16})\.journal\Z")
"""Name of an archived journal file; its last part is when its first record was made, in microseconds."""
_SPAN = re.compile(r"(\d{1,9})\s*([a-zA-Z]*)")
UNITS = {
    "": 1, "s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "minute": 60, "minutes": 60, "h": 3600, "hr": 3600,
    "hour": 3600, "hours": 3600, "d": DAY, "day": DAY, "days": DAY, "w": 7 * DAY, "week": 7 * DAY, "weeks": 7 * DAY,
    "M": 30 * DAY, "month": 30 * DAY, "months": 30 * DAY, "y": 365 * DAY, "year": 365 * DAY, "years": 365 * DAY,
}  # fmt: skip
"""systemd.time(7)."""


@dataclass(frozen=True)
class Life:
    """One log: most days a record may live, days it surely does (None: not known), age of the oldest piece."""

    log: str
    most: int
    sure: int | None
    oldest: int
    origin: str


def log_retention(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records: log, most, days (words: why it is not known), oldest; all in days.

    Sources: log files, logrotate, journald.conf, auditd.conf. The journal counts where no log is kept as text.
    """
    log_files, rotate, journald, auditd = (parsed for _, parsed in parts)
    # An empty file holds no record, however old it is.
    ages = {
        str(r.fields["path"]): int(str(r.fields["days"])) if r.fields["size"] != "0" else 0
        for r in log_files.records or ()
    }
    lives = [*_rotated(ages, rotate), *_audit(ages, auditd)]
    if not any(path in ages for path in TEXT_LOGS):
        lives += _journal(ages, journald, log_files)
    records = []
    for number, life in enumerate(lives, start=1):
        days = f"{life.origin}，能留多久说不准" if life.sure is None else str(life.sure)
        fields: dict[str, FieldValue] = {
            "log": life.log,
            "most": str(life.most),
            "days": days,
            "oldest": str(life.oldest),
        }
        records.append(Record(fields, number))
    lines = tuple(f"{life.log}：{life.origin}；最早的一份 {life.oldest} 天前" for life in lives)
    return Parsed(lines=lines, records=tuple(records))


def _pieces(path: str, ages: dict[str, int]) -> list[int]:
    """Ages of a log and of what was rotated away from it."""
    return [age for name, age in ages.items() if name == path or name.startswith((path + ".", path + "-"))]


def _rotated(ages: dict[str, int], rotate: Parsed) -> Iterator[Life]:
    found = stanzas(rotate)
    for path in (path for path in LOGS if path in ages):
        pieces = _pieces(path, ages)
        kept = keeping(found, path)
        if kept is None:
            yield Life(path, FOREVER, None, max(pieces), "logrotate 没有管它")
        elif kept.sure:
            yield Life(path, kept.days, kept.days, max(pieces), f"logrotate 保留 {_days(kept.days)}")
        else:
            sure = max(pieces) if len(pieces) > kept.rotate else None
            yield Life(path, kept.days, sure, max(pieces), f"logrotate 按大小轮转，留 {kept.rotate} 份")


def _audit(ages: dict[str, int], auditd: Parsed) -> Iterator[Life]:
    """auditd rotates by size: how long that lasts shows only once every place is taken."""
    if AUDIT not in ages:
        return
    pieces = _pieces(AUDIT, ages)
    action, kept = _setting(auditd, "max_log_file_action", "ignore"), _setting(auditd, "num_logs", "0")
    if not (kept.isascii() and kept.isdigit() and len(kept) < 6):
        raise ParseError("auditd.conf 的 num_logs 看不懂")
    if action != "rotate":
        yield Life(AUDIT, FOREVER, FOREVER, max(pieces), f"auditd 不删旧文件（max_log_file_action = {action[:20]}）")
        return
    sure = max(pieces) if len(pieces) >= int(kept) else None
    yield Life(AUDIT, FOREVER, sure, max(pieces), f"auditd 按大小轮转，留 {kept} 份")


def _journal(ages: dict[str, int], journald: Parsed, log_files: Parsed) -> Iterator[Life]:
    if storage(journald, log_files) != "persistent":
        yield Life("journal", 0, 0, 0, "只在内存里，重启就没有了")
        return
    now = int(log_files.lines[0].split()[1])
    names = [path for path in ages if path.startswith(f"{JOURNAL}/") and path.endswith(".journal")]
    begun = [now - int(m[1], 16) // 1_000_000 for m in map(_ARCHIVED.search, names) if m]
    oldest = max([*(ages[name] for name in names), *(age // DAY for age in begun), 0])
    limit = _span(_setting(journald, "MaxRetentionSec", "0"))
    said = f"最多留 {limit // DAY} 天，也受大小限制" if limit else "只受大小限制"
    yield Life("journal", limit // DAY if limit else FOREVER, None, oldest, said)


def _setting(parsed: Parsed, key: str, default: str) -> str:
    entries = parsed.entries.get(key, ())
    return entries[-1].value if entries else default


def _span(text: str) -> int:
    """Seconds of a time span as systemd writes it. Raises ParseError."""
    pairs = _SPAN.findall(text)
    if not pairs or any(unit not in UNITS for _, unit in pairs):
        raise ParseError(f"MaxRetentionSec 看不懂：{text[:40]}")
    return sum(int(number) * UNITS[unit] for number, unit in pairs)


def _days(number: int) -> str:
    return "永久" if number >= FOREVER else f"{number} 天"
