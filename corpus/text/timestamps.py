"""Times as documents write them: ISO 8601 texts, and what they can be compared by."""

from datetime import UTC, datetime

LONGEST = 100
"""Characters of a time, however it is written."""


def instant(text: str) -> datetime:
    """The moment that an ISO 8601 text names; a text without a zone is UTC.

    Raises ValueError for anything else.
    """
    if len(text) > LONGEST:
        raise ValueError("longer than a time is")
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def milliseconds(text: str | None) -> int:
    """Milliseconds since 1970 of an ISO 8601 text; 0 for no time at all.

    Raises ValueError for anything else, and OverflowError at the ends of the calendar.
    """
    return round(instant(text).timestamp() * 1000) if text else 0


def written(moment: datetime) -> str:
    """A moment as documents write it: in milliseconds, UTC as Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now() -> str:
    """This moment, written so in UTC."""
    return written(datetime.now(UTC))
