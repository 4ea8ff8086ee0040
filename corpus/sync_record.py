"""The record of the last sync with the content's git repository, for monitoring.

A file in the data folder, like that of the last ingest, and for the same reasons.
"""

from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

_FILE = "sync.json"


class SyncOutcome(StrEnum):
    """How a sync ended."""

    PUBLISHED = "published"
    """The commit is published, as a new generation."""
    UNCHANGED = "unchanged"
    """The commit is published already."""
    INCOMPLETE = "incomplete"
    """Some articles of the commit have errors; of these, the last good version is published."""
    REFUSED = "refused"
    """The commit may not be published; the last good one stays."""
    UNREACHABLE = "unreachable"
    """The repository cannot be reached, or has no such branch."""
    FAILED = "failed"
    """The copy, the database or the index could not be written."""

    @property
    def is_good(self) -> bool:
        """Whether what is published is what the repository holds."""
        return self in (SyncOutcome.PUBLISHED, SyncOutcome.UNCHANGED)


class SyncRecord(BaseModel):
    """What a sync came to. Everybody may see the message."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    outcome: SyncOutcome
    commit: str | None
    """The newest commit of the branch; None if that is unknown."""
    message: str = ""
    ended_at: float
    """Seconds since 1970."""
    good_at: float | None = None
    """When a sync was good last."""


def keep_sync(data_dir: Path, record: SyncRecord) -> None:
    """Replaces the record. Failing to write it does not fail the sync."""
    aside = data_dir / f"{_FILE}.new"
    with suppress(OSError):
        aside.write_text(record.model_dump_json())
        aside.replace(data_dir / _FILE)


def last_sync(data_dir: Path) -> SyncRecord | None:
    """The record of the last sync; None if there is none, or it cannot be read."""
    try:
        return SyncRecord.model_validate_json((data_dir / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None
