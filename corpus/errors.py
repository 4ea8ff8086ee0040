"""The exception tree.

FixbookError                 code, status, and whether a retry can help
├── InvalidRequest           400  an invalid parameter or body
├── NotFound                 404  no such article or route
├── Conflict                 409  what is there already stands against it
├── Unavailable              503  the database or the index is unavailable
│   ├── NotIngested               nothing was ingested yet
│   ├── IndexMissing              the index is missing or damaged; it can be rebuilt
│   └── OtherSchema               the tables belong to another version of Fixbook
├── SettingsError                 an invalid setting (start-up only)
├── Busy                          another ingest is running
├── RemoteUnreachable             the content's git repository cannot be reached
├── CommitRefused                 a commit of it that may not be published
├── BundleError                   not a valid bundle, or not for this version
└── DocumentError                 a document with an error, and its line
"""

from dataclasses import dataclass
from typing import Any


class FixbookError(Exception):
    """The root. Everybody may see `message`, so it contains no path and no secret."""

    code = "INTERNAL_ERROR"
    status = 500
    retryable = False

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error in a request: where, what, and the allowed values."""

    path: str
    message: str
    received: object
    allowed: tuple[str, ...] | None = None

    def as_dict(self) -> dict[str, Any]:
        """The complaint as in responses; `allowed` only if there is a list."""
        shown: dict[str, Any] = {
            "path": self.path,
            "message": self.message,
            "received": self.received,
        }
        if self.allowed is not None:
            shown["allowed"] = list(self.allowed)
        return shown


class InvalidRequest(FixbookError):
    """An invalid parameter or body."""

    code = "VALIDATION_ERROR"
    status = 400

    def __init__(self, *complaints: Complaint) -> None:
        message = "; ".join(f"{complaint.path}: {complaint.message}" for complaint in complaints)
        super().__init__(message, errors=[complaint.as_dict() for complaint in complaints])


class NotFound(FixbookError):
    """There is no such article or route."""

    code = "NOT_FOUND"
    status = 404


class Conflict(FixbookError):
    """What is asked for stands against something that is there already."""

    code = "CONFLICT"
    status = 409


class Unavailable(FixbookError):
    """The database or the index is unavailable, or the service is overloaded."""

    code = "SERVICE_UNAVAILABLE"
    status = 503
    retryable = True


class NotIngested(Unavailable):
    """Nothing was ingested yet. A server may be about to."""


class IndexMissing(Unavailable):
    """The index of a generation is missing or damaged. It can be rebuilt from the database."""


class OtherSchema(Unavailable):
    """The tables belong to another version of Fixbook, which other servers may be running."""


class SettingsError(FixbookError):
    """An invalid setting; the message names it and its allowed values."""


class Busy(FixbookError):
    """Another ingest holds the lock."""


class RemoteUnreachable(FixbookError):
    """The content's git repository cannot be reached, or has no such branch."""


class CommitRefused(FixbookError):
    """A commit of the content's git repository that may not be published."""


class BundleError(FixbookError):
    """A file that is not a bundle, is damaged, or belongs to another version of Fixbook."""


class DocumentError(FixbookError):
    """A document with an error, and its line (from 1)."""

    def __init__(self, message: str, *, line: int = 1) -> None:
        super().__init__(message)
        self.line = line
