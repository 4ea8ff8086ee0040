"""The records of the last ingest and the last sync on this machine, for monitoring.

They are files in the data folder, not rows: an ingest that failed could not write a row, and one
that changed nothing publishes nothing.
"""

from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError


class _LastRecord(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    file: ClassVar[str]

    def save(self, data_dir: Path) -> None:
        """Replaces the last one. Failing to write it fails nothing else."""
        aside = data_dir / f"{self.file}.new"
        with suppress(OSError):
            aside.write_text(self.model_dump_json())
            aside.replace(data_dir / self.file)

    @classmethod
    def last(cls, data_dir: Path) -> Self | None:
        """The last one; None if there is none, or it cannot be read."""
        try:
            return cls.model_validate_json((data_dir / cls.file).read_bytes())
        except (OSError, ValidationError):
            return None


class IngestOutcome(StrEnum):
    """How an ingest ended."""

    PUBLISHED = "published"
    """There is a new generation."""
    UNCHANGED = "unchanged"
    """There was nothing new to publish."""
    FAILED = "failed"
    """The database or the index could not be written, or the ingest was aborted."""


class IngestRecord(_LastRecord):
    """What an ingest did; the counts are articles."""

    file = "ingest.json"

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


class SyncRecord(_LastRecord):
    """What a sync came to. Everybody may see the message."""

    file = "sync.json"

    outcome: SyncOutcome
    commit: str | None
    """The newest commit of the branch; None if that is unknown."""
    message: str = ""
    ended_at: float
    """Seconds since 1970."""
    good_at: float | None = None
    """When a sync was good last."""
