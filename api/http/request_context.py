"""One request and its answer, as the middleware sees them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from starlette.types import Send

from api.http.content_encoding import Coding
from api.limits.rate_limiter import NO_QUOTA, Policy, Quota
from corpus.errors import FixbookError

CONTEXT = "fixbook.context"
"""Where the ASGI scope carries it."""


Write = Callable[[int, bytes, bytes], bool]
"""Writes status, header lines and body at once; False where the server cannot."""


class ReadyResponse(Protocol):
    """An answer that can be given again."""

    status_code: int
    keep: bool
    """Whether it may be kept."""
    route: str
    """The template of the route that made it."""

    @property
    def size(self) -> int:
        """Bytes that keeping it costs, about."""

    async def answer(self, context: "RequestContext", send: Send) -> int:
        """Sends it to another request; the status that it got."""

    def write(self, context: "RequestContext", write: Write) -> int:
        """Writes it to another request: the status, or 0 where it could not be written."""


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
    made: ReadyResponse | None = None
    """The answer, if it is one that can be given again."""
    refused: FixbookError | None = None
    """Why the request is not let in."""
    policy: Policy | None = None
    quota: Quota = NO_QUOTA
    """What the client has left by the policy, if requests are counted."""

    def own_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers that are of this exchange alone."""
        named = [(b"x-request-id", self.request_id)]
        return named if self.policy is None else named + self.policy.headers(self.quota)

    def own_lines(self) -> bytes:
        """The same as header lines."""
        if self.policy is None:
            return b"x-request-id: %b\r\n" % self.request_id
        return b"x-request-id: %b\r\n%b" % (self.request_id, self.policy.lines(self.quota))

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
