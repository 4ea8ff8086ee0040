"""One request and its answer, as the middleware sees them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from api.http.request_fields import RequestFields

Headers = list[tuple[bytes, bytes]]

CONTEXT = "fixbook.context"
"""Where the ASGI scope carries it."""


@dataclass(slots=True)
class RequestContext:
    """What the middleware read from a request before anything else looked at it."""

    request_id: bytes
    is_head: bool
    fields: RequestFields
    started: float
    """By `time.perf_counter`, in seconds."""
    headers: Headers
    """What every answer to this request says: its id, and what is left of a quota."""
    made: Response | None = None
    """The answer, if it is a Representation."""

    def envelope_end(self) -> bytes:
        """The last bytes of an enveloped answer: request id, time, and what is open."""
        return b'"requestId":"%b","timestamp":"%b"}}' % (self.request_id, clock().encode())


def route_of(scope: Mapping[str, Any]) -> str:
    """The template of the route that took a request, or '' if none did."""
    path: str = getattr(scope.get("route"), "path", "")
    return path


_second = (0, "")


def clock() -> str:
    """This moment as answers and log lines write it: UTC, milliseconds, Z."""
    global _second  # noqa: PLW0603 - the text of the current second is worth keeping
    now = time.time()
    if _second[0] != (second := int(now)):
        _second = (second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S."))
    return f"{_second[1]}{int((now - second) * 1000):03d}Z"
