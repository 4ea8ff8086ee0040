"""Errors of the request itself, whatever it asks for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError

from corpus.errors import Complaint, FixbookError, InvalidRequest

LONGEST_HEAD = 32_768
"""Bytes of all headers together."""
_LONGEST_ECHO = 200
"""Characters of a bad value that are echoed."""
_RETRY_AFTER = {429: "3600", 503: "2"}
"""Seconds to wait before trying again, where the error does not say it itself."""


class HttpError(FixbookError):
    """An error that also sets response headers."""

    headers: Sequence[tuple[str, str]] = ()


class MethodNotAllowed(HttpError):
    """The route has no such method."""

    code = "METHOD_NOT_ALLOWED"
    status = 405

    def __init__(self, allowed: str) -> None:
        super().__init__(f"this route allows {allowed}")
        self.headers = [("Allow", allowed)]


class HeadersTooLarge(FixbookError):
    """The request has more headers than the server reads."""

    code = "HEADERS_TOO_LARGE"
    status = 431

    def __init__(self) -> None:
        super().__init__(f"the headers are longer than {LONGEST_HEAD} bytes")


class PayloadTooLarge(FixbookError):
    """The body is larger than the route reads."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413


class UnsupportedMediaType(FixbookError):
    """The body has an encoding that the service does not read."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


def error_headers(error: Exception) -> list[tuple[str, str]]:
    """The response headers of an error."""
    if isinstance(error, HttpError):
        return list(error.headers)
    seconds = _RETRY_AFTER.get(error.status) if isinstance(error, FixbookError) else None
    return [("Retry-After", seconds)] if seconds else []


def complaints(errors: Iterable[Mapping[str, Any]]) -> list[Complaint]:
    """The errors that pydantic reports, as complaints."""
    return [
        Complaint(
            path=".".join(str(part) for part in error["loc"] if part not in ("query", "body"))
            or "body",
            message=str(error["msg"]),
            received=None if error["type"] == "missing" else _echo(error.get("input")),
            allowed=_allowed_values(error),
        )
        for error in errors
    ]


@contextmanager
def complaining() -> Iterator[None]:
    """Turns what pydantic refuses into an InvalidRequest."""
    try:
        yield
    except ValidationError as error:
        raise InvalidRequest(*complaints(error.errors(include_url=False))) from None


def _echo(value: object) -> object:
    if value is None or isinstance(value, (bool, float)):
        return value
    shown = str(value) if isinstance(value, (int, str)) else type(value).__name__
    return shown[:_LONGEST_ECHO]


def _allowed_values(error: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The allowed values, if the parameter is an enumeration."""
    expected = error.get("ctx", {}).get("expected")
    if error["type"] not in ("enum", "literal_error") or not isinstance(expected, str):
        return None
    return tuple(part.strip("' ") for part in expected.replace(" or ", ", ").split(","))
