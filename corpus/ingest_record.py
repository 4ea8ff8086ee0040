"""The record of the last ingest on this machine, for monitoring.

It is a file in the data folder, not a row: a failed ingest could not write a row, and one that
changed nothing publishes nothing.
"""

from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

_FILE = "ingest.json"


class IngestOutcome(StrEnum):
    """How an ingest ended."""

    PUBLISHED = "published"
    """There is a new generation."""
    UNCHANGED = "unchanged"
    """There was nothing new to publish."""
    FAILED = "failed"
    """The database or the index could not be written, or the ingest was aborted."""


class IngestRecord(BaseModel):
    """What an ingest did; the counts are articles."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    outcome: IngestOutcome
    ended_at: float
    """Seconds since 1970."""
    seconds: float
    """How long it took."""
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: int = 0


def keep_record(data_dir: Path, record: IngestRecord) -> None:
    """Replaces the record. Failing to write it does not fail the ingest."""
    aside = data_dir / f"{_FILE}.new"
    with suppress(OSError):
        aside.write_text(record.model_dump_json())
        aside.replace(data_dir / _FILE)


def last_record(data_dir: Path) -> IngestRecord | None:
    """The record of the last ingest; None if there is none, or it cannot be read."""
    try:
        return IngestRecord.model_validate_json((data_dir / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None
