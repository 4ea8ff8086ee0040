"""What can be wrong with a request before anybody looks at what it asks for."""

from collections.abc import Iterable, Mapping
from typing import Any

from corpus.errors import Complaint, FixbookError

_LONGEST_ECHO = 200
"""Characters of a bad value that are shown again."""


class MethodNotAllowed(FixbookError):
    """The route has no such method."""

    code = "METHOD_NOT_ALLOWED"
    status = 405


class PayloadTooLarge(FixbookError):
    """The body is larger than the route reads."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413


class UnsupportedMediaType(FixbookError):
    """The body is encoded in a way that is not read."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


def complaints(errors: Iterable[Mapping[str, Any]]) -> list[Complaint]:
    """What pydantic found, in our words and shape."""
    return [
        Complaint(
            path=".".join(str(part) for part in error["loc"] if part not in ("query", "body"))
            or "body",
            message=str(error["msg"]),
            received=None if error["type"] == "missing" else _echo(error.get("input")),
            allowed=_allowed(error),
        )
        for error in errors
    ]


def _echo(value: object) -> object:
    if value is None or isinstance(value, (bool, float)):
        return value
    shown = str(value) if isinstance(value, (int, str)) else type(value).__name__
    return shown[:_LONGEST_ECHO]


def _allowed(error: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The values of an enumeration, where it is one."""
    expected = error.get("ctx", {}).get("expected")
    if error["type"] not in ("enum", "literal_error") or not isinstance(expected, str):
        return None
    return tuple(part.strip("' ") for part in expected.replace(" or ", ", ").split(","))
