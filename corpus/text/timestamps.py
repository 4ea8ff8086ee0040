"""ISO 8601 timestamps, as in documents and responses."""

from datetime import UTC, datetime

LONGEST = 100
"""Characters of a timestamp, at most."""


def instant(text: str) -> datetime:
    """The moment of an ISO 8601 timestamp, by default in UTC. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError("longer than a time is")
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def milliseconds(text: str | None) -> int:
    """Milliseconds since 1970 of an ISO 8601 timestamp; 0 for None.

    Raises ValueError, and OverflowError at the limits of the calendar.
    """
    return round(instant(text).timestamp() * 1000) if text else 0


def iso_text(moment: datetime) -> str:
    """A moment as an ISO 8601 timestamp: in milliseconds, UTC as Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now() -> str:
    """The current time, likewise in UTC."""
    return iso_text(datetime.now(UTC))
