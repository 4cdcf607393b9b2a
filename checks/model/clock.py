"""The clock every school of the country lives by: dates people write are dates in Beijing, wherever the program runs."""

from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def in_beijing(at: datetime) -> datetime:
    """A moment on Beijing's clock. A time without a zone is UTC."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(BEIJING)


def day(at: datetime) -> date:
    """The date a moment falls on."""
    return in_beijing(at).date()
