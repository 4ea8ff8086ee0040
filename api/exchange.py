"""One request and its answer, as the front door sees them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from starlette.types import Send

from api.codings import Coding

EXCHANGE = "fixbook.exchange"
"""Where the ASGI scope carries it."""


Write = Callable[[int, bytes, bytes], bool]
"""Writes status, header lines and body at once; False where the server cannot."""


class Answer(Protocol):
    """An answer that can be given again."""

    status_code: int
    keep: bool
    """Whether it may be kept."""

    @property
    def size(self) -> int:
        """Bytes that keeping it costs, about."""

    async def answer(self, exchange: "Exchange", send: Send) -> int:
        """Sends it to another request; the status that it got."""

    def write(self, exchange: "Exchange", write: Write) -> int:
        """Writes it to another request: the status, or 0 where it could not be written."""


@dataclass(slots=True)
class Exchange:
    """What the door read from a request before anything else looked at it."""

    request_id: bytes
    head: bool
    coding: Coding
    if_none_match: bytes | None
    if_modified_since: int | None
    started: float
    """By `time.perf_counter`, in seconds."""
    made: Answer | None = None
    """The answer, if it is one that can be given again."""

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
