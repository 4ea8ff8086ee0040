"""One request and its answer, as the front door sees them."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from starlette.types import Send

EXCHANGE = "fixbook.exchange"
"""Where the ASGI scope carries it."""


class Answer(Protocol):
    """An answer that can be given again."""

    status_code: int
    keep: bool
    """Whether it may be kept."""

    @property
    def size(self) -> int:
        """Bytes that keeping it costs, about."""

    async def answer(self, exchange: "Exchange", send: Send) -> None:
        """Sends it to another request."""


@dataclass(slots=True)
class Exchange:
    """What the door read from a request before anything else looked at it."""

    request_id: bytes
    head: bool
    gzip: bool
    if_none_match: bytes | None
    if_modified_since: int | None
    started: float
    """By `time.perf_counter`, in seconds."""
    made: Answer | None = None
    """The answer, if it is one that can be given again."""

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


def accepts_gzip(value: bytes) -> bool:
    """Whether an Accept-Encoding header allows gzip (RFC 9110, section 12.5.3)."""
    for item in value.lower().split(b","):
        coding, _, parameters = item.partition(b";")
        if coding.strip() in (b"gzip", b"*"):
            return parameters.replace(b" ", b"").rstrip(b"0.") != b"q="
    return False
