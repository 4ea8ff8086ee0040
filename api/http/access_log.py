"""The access log. Lines are buffered and written a few times a second, not once per request."""

import asyncio
import json
import sys
from contextlib import suppress
from typing import TextIO

from api.http.request_context import clock
from corpus.settings import LogFormat
from corpus.text.escaping import one_line

_EVERY_SECONDS = 0.25
_LONGEST_PATH = 500
"""Bytes; longer than any path the service has."""


class AccessLog:
    """One line for each request: method, path as received, status, milliseconds, request id.

    Queries and bodies are not logged, because people paste secrets into them.
    """

    def __init__(self, style: LogFormat, *, enabled: bool = True, to: TextIO | None = None) -> None:
        self._style = style
        self._enabled = enabled
        self._to = to
        self._lines: list[str] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, method: str, path: bytes, status: int, seconds: float, request_id: bytes) -> None:
        """Adds a request that took `seconds` to answer."""
        if not self._enabled:
            return
        shown = path[:_LONGEST_PATH].decode(errors="backslashreplace")
        # Formatted now: the garbage collector would keep traversing a list of tuples.
        self._lines.append(self._line(method, shown, status, seconds * 1e3, request_id.decode()))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_EVERY_SECONDS, self.flush)

    def flush(self) -> None:
        """Writes the buffered lines."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        lines, self._lines = self._lines, []
        if lines:
            with suppress(OSError):  # a full disk or a closed pipe must not stop the service
                (self._to or sys.stdout).write("".join(lines))
                (self._to or sys.stdout).flush()

    def _line(self, method: str, path: str, status: int, milliseconds: float, name: str) -> str:
        if self._style is LogFormat.TEXT:
            return f"{clock()} {method} {one_line(path)} {status} {milliseconds:.2f}ms {name}\n"
        fields = {
            "time": clock(),
            "method": method,
            "path": path,
            "status": status,
            "milliseconds": round(milliseconds, 2),
            "requestId": name,
        }
        return json.dumps(fields) + "\n"
