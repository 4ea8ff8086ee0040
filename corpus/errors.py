"""Everything that can go wrong, as one tree.

FixbookError                 code, status, and whether trying again can help
├── InvalidRequest           400  a parameter or a body that cannot be used
├── NotFound                 404  no such article or route
├── Unavailable              503  the database or the index is away
│   ├── IndexMissing              the index is gone or damaged; it can be rebuilt
│   └── OtherSchema               the tables are of another version of the program
├── SettingsError                 a setting that cannot be used (start-up only)
├── Busy                          another ingest is running
├── BundleError                   a file that cannot be served as a bundle
└── DocumentError                 a document that cannot be read, with its line
"""

from dataclasses import dataclass
from typing import Any


class FixbookError(Exception):
    """The root: `message` may be shown to anybody, so it names no path and no secret."""

    code = "INTERNAL_ERROR"
    status = 500
    retryable = False

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong with a request: where, what, and what it may be."""

    path: str
    message: str
    received: object
    allowed: tuple[str, ...] | None = None

    def as_dict(self) -> dict[str, Any]:
        """The complaint as the API prints it; `allowed` only where there is a list."""
        shown: dict[str, Any] = {
            "path": self.path,
            "message": self.message,
            "received": self.received,
        }
        if self.allowed is not None:
            shown["allowed"] = list(self.allowed)
        return shown


class InvalidRequest(FixbookError):
    """A parameter or body that cannot be used."""

    code = "VALIDATION_ERROR"
    status = 400

    def __init__(self, *complaints: Complaint) -> None:
        message = "; ".join(f"{complaint.path}: {complaint.message}" for complaint in complaints)
        super().__init__(message, errors=[complaint.as_dict() for complaint in complaints])


class NotFound(FixbookError):
    """There is no such article or route."""

    code = "NOT_FOUND"
    status = 404


class Unavailable(FixbookError):
    """The database or the index is away, or there is too much to do right now."""

    code = "SERVICE_UNAVAILABLE"
    status = 503
    retryable = True


class IndexMissing(Unavailable):
    """The index of a generation is gone or damaged. The database can rebuild it."""


class OtherSchema(Unavailable):
    """The tables are of a version that this program cannot use. Another server may."""


class SettingsError(FixbookError):
    """A setting that cannot be used; the message names it and says what it may be."""


class Busy(FixbookError):
    """Another ingest holds the lock."""


class BundleError(FixbookError):
    """A file that is no bundle, is damaged, or was made by another version of Fixbook."""


class DocumentError(FixbookError):
    """A document that cannot be read, and the line (from 1) that shows it."""

    def __init__(self, message: str, *, line: int = 1) -> None:
        super().__init__(message)
        self.line = line
