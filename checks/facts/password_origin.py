"""Whether an account's password was set on this machine, or came with the image it was made from."""

from collections.abc import Sequence

from checks.facts.conf import number
from checks.facts.values import FieldValue, Parsed, Record

TOLERANCE = 1
"""Days: an installer may take local time for universal time."""


def password_origin(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records of accounts that log in with a password: name, set-here (yes, no; left out: cannot be told).

    Sources: accounts, first-boot (`name<TAB>day`: files a machine gets when it is set up). A password changed after all
    of them was set here; one older than all of them came with the image; between them nothing can be said.
    """
    (_, accounts), (_, first_boot) = parts
    days = [d for d in (number(str(r.fields["day"])) for r in first_boot.records or ()) if d is not None]
    lines: list[str] = []
    records: list[Record] = []
    for record in accounts.records or ():
        fields = record.fields
        if fields.get("login") == "yes" and fields.get("state") == "set":
            own: dict[str, FieldValue] = {"name": fields["name"]}
            answer = _set_here(number(str(fields.get("lastchg", ""))), days)
            records.append(Record(own | {"set-here": answer} if answer else own, len(lines) + 1))
            lines.append(f"{fields['name']}：上次改口令在第 {fields.get('lastchg', '?')} 天，装机痕迹在 {_span(days)}")
    return Parsed(lines=tuple(lines), records=tuple(records))


def _set_here(changed: int | None, days: Sequence[int]) -> str:
    if not changed or not days:
        return ""
    if changed >= max(days) - TOLERANCE:
        return "yes"
    return "no" if changed < min(days) - TOLERANCE else ""


def _span(days: Sequence[int]) -> str:
    return f"第 {min(days)} 到 {max(days)} 天（1970-01-01 起）" if days else "（没有找到）"
