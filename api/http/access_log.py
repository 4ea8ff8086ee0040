"""The access log: lines are collected and written a few times a second, never per request."""

import asyncio
import json
import sys
import time
from contextlib import suppress
from typing import TextIO

from starlette.types import Scope

from api.http.request_context import RequestContext, clock
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

    def add(self, scope: Scope, status: int, context: RequestContext) -> None:
        """Notes a request that has been answered."""
        if not self._enabled:
            return
        self._lines.append(self._line(scope, status, context))
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

    def _line(self, scope: Scope, status: int, context: RequestContext) -> str:
        """A text at once, for the garbage collector would look at tuples again and again."""
        took = (time.perf_counter() - context.started) * 1e3
        method = "HEAD" if context.head else scope["method"]
        moment, request_id = clock().decode(), context.request_id.decode()
        path = scope["raw_path"][:_LONGEST_PATH].decode(errors="backslashreplace")
        if self._style is LogFormat.JSON:
            fields = {
                "time": moment,
                "method": method,
                "path": path,
                "status": status,
                "milliseconds": round(took, 2),
                "requestId": request_id,
            }
            return json.dumps(fields) + "\n"
        shown = one_line(path)
        return f"{moment} {method} {shown} {status} {took:.2f}ms {request_id}\n"
