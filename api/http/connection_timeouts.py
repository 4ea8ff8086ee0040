"""Kept answers straight to the socket, and no patience with connections that only wait.

For an answer that is kept, a task, two messages and a check of each header would be more
work than everything else. Our server therefore asks the middleware before it starts the
ASGI application: what is kept is written at once, head and body together. Whatever else is
asked, and every request on another server, takes the way of ASGI to the same answer.

A client that sends its request byte by byte, or never takes its answer, holds a connection
and memory for nothing. Once a second each connection is looked at, which costs requests
nothing: one that has not come further for too long is cut.
"""

import asyncio
import socket
import sys
from functools import partial
from typing import Any

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from api.limits.admission import LONGEST_HEAD, HeadersTooLarge
from corpus.errors import Complaint, FixbookError, InvalidRequest

_LONGEST_UNREAD = 65_536 + LONGEST_HEAD
"""Bytes of a head that has no end; the rest is what one read may have brought along."""

_CLOSE = (b"connection", b"close")
_SEND_BUFFER = 131_072
"""Bytes, which Linux doubles: without a bound it takes megabytes of memory for a slow reader."""


class TimeoutProtocol(HttpToolsProtocol):
    """uvicorn's protocol, for applications with `answer_from_cache(scope, write) -> bool`."""

    head_seconds = 10.0
    """How long a client may take to send the head of a request."""
    body_seconds = 30.0
    """How long it may take for the body."""
    reading_seconds = 30.0
    """After so long, a client that has not taken all that waits must have taken a part of it."""
    slowest = 1_024
    """Bytes a second of an answer that a client must take, on the average of that time."""
    look_seconds = 1.0
    parting_seconds = 0.5
    """How long a connection without a request is kept when the server stops: a request that is
    on its way is answered, with `Connection: close`, and not lost."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._stopping = False
        self._upgrade_at = 0
        self._look: asyncio.TimerHandle | None = None
        self._unread = 0
        self._phase: tuple[object, ...] = ()
        self._since = 0.0
        self._unsent = 0
        """Bytes that waited to be taken, at that time."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to look after the connection."""
        super().connection_made(transport)
        if (connection := transport.get_extra_info("socket")) is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self._since = self.loop.time()
        self._look = self.loop.call_later(self.look_seconds, self._look_after)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends that."""
        super().connection_lost(exc)
        if self._look is not None:
            self._look.cancel()

    def data_received(self, data: bytes) -> None:
        """Counts the bytes of a head that has no end yet."""
        super().data_received(data)
        if self._upgrade_at:
            self._stay_with_http(data)
        if self.scope is None or (self.cycle is not None and self.cycle.scope is self.scope):
            self._unread = 0
            return
        self._unread += len(data)
        if self._unread > _LONGEST_UNREAD and not self.transport.is_closing():
            self._refuse(HeadersTooLarge(f"the headers are longer than {LONGEST_HEAD} bytes"))

    def _should_upgrade(self) -> bool:
        """Whether the parser takes what follows for another protocol: not to be answered yet."""
        return bool(self.parser.get_method() != b"CONNECT")

    def handle_websocket_upgrade(self) -> None:
        """Called while the parser's HttpParserUpgrade is handled: notes where it stopped."""
        upgrade = sys.exc_info()[1]
        if isinstance(upgrade, httptools.HttpParserUpgrade):
            self._upgrade_at = upgrade.args[0]

    def _stay_with_http(self, data: bytes) -> None:
        """Reads requests that ask for another protocol again, as if they did not.

        llhttp takes the body of such a request for the other protocol. A server that does not
        speak it answers as ever (RFC 9110, section 7.8); Java's HttpClient sends `Upgrade: h2c`
        by default.
        """
        rest = memoryview(data)
        while self._upgrade_at and not self.transport.is_closing():
            rest, self._upgrade_at = rest[self._upgrade_at :], 0
            super().data_received(self._head_without_upgrade())
            if rest and not self.transport.is_closing():
                super().data_received(rest)  # type: ignore[arg-type]  # only the parser reads it
        self._upgrade_at = 0

    def _head_without_upgrade(self) -> bytes:
        """The head of the request that was read last, without the line that asks."""
        start = b"%b %b HTTP/1.1\r\n" % (self.parser.get_method(), self.url)
        lines = [b"%b: %b\r\n" % each for each in self.headers if each[0] != b"upgrade"]
        return b"%b%b\r\n" % (start, b"".join(lines))

    def shutdown(self) -> None:
        """Called when the server stops: finishes what has begun, then closes."""
        self._stopping = True
        if _CLOSE not in self.server_state.default_headers:
            self.server_state.default_headers = [*self.server_state.default_headers, _CLOSE]
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(self.parting_seconds, self._part)
        else:
            super().shutdown()

    def _part(self) -> None:
        """Closes the connection if it still has no request."""
        if not self.transport.is_closing():
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is answered in the envelope as well."""
        self._refuse(InvalidRequest(Complaint("request", msg, None)))

    def _unsupported_upgrade_warning(self) -> None:
        """Whoever asks for an upgrade gets an ordinary answer; the log need not hear of it."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Where several requests wait in line, each answer would start the next: none is early."""
        answer_from_cache = getattr(app, "answer_from_cache", None)
        if answer_from_cache is not None and not self.pipeline and not self._stopping:
            write = partial(_write, cycle, self.server_state.default_headers)
            if answer_from_cache(cycle.scope, write):
                return
        super()._start_asgi_task(cycle, app)

    def _refuse(self, error: FixbookError) -> None:
        """Answers what never became a request, and closes."""
        if (refusal := getattr(self.app, "refusal", None)) is None:
            super().send_400_response("Invalid HTTP request received.")
            return
        status, lines, body = refusal(error)
        lines += b"connection: close\r\n"
        head = _head(status, self.server_state.default_headers, lines)
        self.transport.writelines((head, body))
        self.transport.close()

    def _look_after(self) -> None:
        """Cuts the connection if the client has not come further since the last looks."""
        now, unsent = self.loop.time(), self.transport.get_write_buffer_size()
        phase, patience = self._waits_for(unsent)
        if phase != self._phase or unsent > self._unsent:
            self._phase, self._since, self._unsent = phase, now, unsent
        elif now - self._since > patience:
            if self._unsent - unsent < self.slowest * patience:
                self.transport.abort()
                return
            self._since, self._unsent = now, unsent
        self._look = self.loop.call_later(self.look_seconds, self._look_after)

    def _waits_for(self, unsent: int) -> tuple[tuple[object, ...], float]:
        """What the client is expected to do, and how long it may take for that."""
        cycle = self.cycle
        if unsent:
            return ("reading",), self.reading_seconds
        if cycle is None or cycle.response_complete:
            return ("head", cycle), self.head_seconds
        if cycle.more_body:
            return ("body", cycle), self.body_seconds
        return ("answer", cycle), float("inf")


def _write(
    cycle: RequestResponseCycle,
    default_headers: list[tuple[bytes, bytes]],
    status: int,
    lines: bytes,
    body: bytes,
) -> bool:
    """Writes a whole answer; False, and nothing written, where that takes more than a write.

    `lines` are header lines, each with its line end.
    """
    if cycle.disconnected or not cycle.keep_alive or cycle.flow.write_paused:
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.transport.writelines((_head(status, default_headers, lines), body))
    cycle.message_event.set()
    cycle.on_response()
    return True


def _head(status: int, default_headers: list[tuple[bytes, bytes]], lines: bytes) -> bytes:
    """The head of an answer: status, what the server says of all of them, and header lines."""
    head = [STATUS_LINE[status]]
    for name, value in default_headers:
        head += (name, b": ", value, b"\r\n")
    head += (lines, b"\r\n")
    return b"".join(head)
