"""One request and its answer, as the middleware sees them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from starlette.responses import Response

from api.http.content_encoding import Coding

Headers = list[tuple[bytes, bytes]]

CONTEXT = "fixbook.context"
"""Where the ASGI scope carries it."""


@dataclass(slots=True)
class RequestContext:
    """What the middleware read from a request before anything else looked at it."""

    request_id: bytes
    head: bool
    coding: Coding
    if_none_match: bytes | None
    if_modified_since: int | None
    authority: bytes
    """Host and port that links name."""
    started: float
    """By `time.perf_counter`, in seconds."""
    headers: Headers
    """What every answer to this request says: its id, and what is left of a quota."""
    made: Response | None = None
    """The answer, if it is a Representation."""

    def knows(self, etag: bytes) -> bool:
        """Whether If-None-Match names this tag, strong or weak (RFC 9110, section 13.1.2)."""
        if self.if_none_match is None or self.if_none_match == etag:
            return self.if_none_match is not None
        wanted = etag.removeprefix(b"W/")
        tags = (tag.strip().removeprefix(b"W/") for tag in self.if_none_match.split(b","))
        return any(tag in (wanted, b"*") for tag in tags)

    def envelope_end(self) -> bytes:
        """The last bytes of an enveloped answer: request id, time, and what is open."""
        return b'"requestId":"%b","timestamp":"%b"}}' % (self.request_id, clock())


def route_of(scope: Mapping[str, Any]) -> str:
    """The template of the route that took a request, or '' if none did."""
    path: str = getattr(scope.get("route"), "path", "")
    return path


_second = ("", 0.0)


def clock() -> bytes:
    """This moment as answers and log lines write it: UTC, milliseconds, Z."""
    global _second  # noqa: PLW0603 - the text of the current second is worth keeping
    seconds, fraction = divmod(time.time(), 1)
    if _second[1] != seconds:
        _second = (datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S"), seconds)
    return b"%b.%03dZ" % (_second[0].encode(), int(fraction * 1000))


def http_seconds(value: bytes) -> int | None:
    """Seconds since 1970 of an HTTP date; None for anything else."""
    try:
        return int(parsedate_to_datetime(value.decode("latin-1")).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None
