"""When accounts last logged in: `lastlog` as the batch reduces it, joined with the accounts."""

from collections.abc import Mapping
from datetime import UTC, datetime

from checks.facts.text import Options, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record

DAY = 86_400
NEVER = -1
"""Days since the last login of an account that never logged in."""


def last_logins(text: str, options: Options) -> Parsed:
    """Records: name, days (since the last login by the target's own clock; -1: never), own (yes: the audit's login).

    Lines: `now EPOCH`, `own NAME`, then `NAME<TAB>never` or `NAME<TAB>Tue Nov 24 01:00:00 +0000 2026`. The audit's own
    login is no sign of use: it is marked, and its days say nothing.
    """
    all_lines = split_lines(text)
    if len(all_lines) < 2 or not all_lines[0].startswith("now ") or not all_lines[1].startswith("own "):
        raise ParseError("开头没有 now 和 own 两行")
    now, own = _epoch(all_lines[0][4:]), all_lines[1][4:].strip()
    records = []
    for number, line in enumerate(all_lines[2:], start=3):
        name, tab, when = line.partition("\t")
        if tab:
            fields: dict[str, FieldValue] = {"name": name, "own": "yes" if name == own else "no"}
            records.append(Record(fields | {"days": str(_days(when, now, number))}, number))
        elif line.strip():
            raise ParseError(f"第 {number} 行不是登录记录")
    return Parsed(lines=all_lines, records=tuple(records))


def account_activity(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records of accounts that can log in: name, state, days, own. Sources: accounts, last logins.

    An account nobody has logged in to yet counts from the day its password was set: a new one is not a stale one.
    """
    (_, accounts), (_, logins) = parts
    by_name: Mapping[str, Record] = {str(record.fields["name"]): record for record in logins.records or ()}
    found = []
    for record in accounts.records or ():
        fields = record.fields
        if fields.get("login") == "yes":
            seen = by_name.get(str(fields["name"]))
            line = logins.lines[seen.line - 1] if seen else f"{fields['name']}\t没有登录记录"
            activity = dict(seen.fields) if seen else {}
            if activity.get("days") == str(NEVER) and (since := _since_password(fields, logins)) is not None:
                activity["days"], line = str(since), f"{line}；口令是 {since} 天前设的"
            found.append((line, {"name": fields["name"], "state": fields["state"], **activity}))
    return Parsed(
        lines=tuple(line for line, _ in found),
        records=tuple(Record(fields, number) for number, (_, fields) in enumerate(found, start=1)),
    )


def _since_password(account: Mapping[str, FieldValue], logins: Parsed) -> int | None:
    """Days since the password was set; None when that is not on record (0 means: to be changed at the next login)."""
    day = str(account.get("lastchg", ""))
    if not (day.isascii() and day.isdigit() and int(day[:9]) > 0):
        return None
    return max(0, _epoch(logins.lines[0][4:]) // DAY - int(day))


def _epoch(text: str) -> int:
    if not (text.isascii() and text.strip().isdigit() and len(text) < 13):
        raise ParseError("now 后面不是时间")
    return int(text)


def _days(when: str, now: int, number: int) -> int:
    if when.strip() == "never":
        return NEVER
    try:
        stamp = datetime.strptime(" ".join(when.split()), "%a %b %d %H:%M:%S %z %Y").astimezone(UTC)
    except ValueError:
        raise ParseError(f"第 {number} 行的时间看不懂") from None
    return max(0, (now - int(stamp.timestamp())) // DAY)
