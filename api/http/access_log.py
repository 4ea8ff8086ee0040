"""The access log: lines are collected and written a few times a second, never per request."""

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
"""Bytes; what is longer is not a path of ours."""


class AccessLog:
    """One line for each request: method, path as it came, status, milliseconds, request id.

    Queries and bodies are not logged: people paste what they should not.
    """

    def __init__(self, style: LogFormat, *, enabled: bool = True, to: TextIO | None = None) -> None:
        self._style = style
        self._enabled = enabled
        self._to = to
        self._lines: list[str] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, method: str, path: bytes, status: int, seconds: float, request_id: bytes) -> None:
        """Notes a request that has been answered in so many seconds."""
        if not self._enabled:
            return
        shown = path[:_LONGEST_PATH].decode(errors="backslashreplace")
        # A text at once, for the garbage collector would look at tuples again and again.
        self._lines.append(self._line(method, shown, status, seconds * 1e3, request_id.decode()))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_EVERY_SECONDS, self.flush)

    def flush(self) -> None:
        """Writes what has been collected."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        lines, self._lines = self._lines, []
        if lines:
            with suppress(OSError):  # a disk that is full, a reader that is gone: answers go on
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
