"""No patience with connections that only wait.

A client that sends its request byte by byte, or never takes its answer, holds a connection
and memory for nothing. Once a second each connection is looked at, which costs requests
nothing: one that has not come further for too long is cut.
"""

import asyncio
import socket
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.http.errors import LONGEST_HEAD, HeadersTooLarge
from corpus.errors import Complaint, FixbookError, InvalidRequest

_LONGEST_UNREAD = 65_536 + LONGEST_HEAD
"""Bytes of a head that has no end; the rest is what one read may have brought along."""

_INVALID = "Invalid HTTP request received."
_CLOSE = (b"connection", b"close")
_SEND_BUFFER = 131_072
"""Bytes, which Linux doubles: without a bound it takes megabytes of memory for a slow reader."""


class TimeoutProtocol(HttpToolsProtocol):
    """uvicorn's protocol, for applications with `refusal(error) -> (status, headers, body)`."""

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
        """Reads requests, and counts the bytes of a head that has no end yet."""
        self._feed(data)
        if self.scope is None or (self.cycle is not None and self.cycle.scope is self.scope):
            self._unread = 0
            return
        self._unread += len(data)
        if self._unread > _LONGEST_UNREAD and not self.transport.is_closing():
            self._refuse(HeadersTooLarge())

    def _feed(self, data: bytes | memoryview) -> None:
        """Has it parsed. A request that asks for another protocol is read as if it did not.

        llhttp takes the body of such a request for the other protocol. A server that does not
        speak it answers as ever (RFC 9110, section 7.8); Java's HttpClient sends `Upgrade: h2c`
        by default. So the head is read again without the line that asks, and then the rest.
        """
        while data and not self.transport.is_closing():
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                if self._asks_for_upgrade():
                    data = memoryview(data)[upgrade.args[0] :]
                    self.parser.feed_data(self._head_without_upgrade())
                    continue
            except httptools.HttpParserError:
                self.logger.warning(_INVALID)
                self._refuse(InvalidRequest(Complaint("request", _INVALID, None)))
            return

    def on_headers_complete(self) -> None:
        """Called by the parser: begins to answer, unless the head is to be read again."""
        if not self._asks_for_upgrade():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Called by the parser, also where it stops for another protocol."""
        if not self._asks_for_upgrade():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Called after each answer. That a connection is idle is seen by the looks: a timer for
        each answer, as uvicorn has it, would cost more than looking a cached answer up.
        """
        if self.pipeline:
            super().on_response_complete()
        else:
            self.server_state.total_requests += 1
            if not self.transport.is_closing():
                self.flow.resume_reading()

    def _asks_for_upgrade(self) -> bool:
        """A tunnel is an upgrade to llhttp as well; it is refused as any unknown method."""
        return bool(self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT")

    def _head_without_upgrade(self) -> bytes:
        """The head of the request that was read last, without the line that asks."""
        start = b"%b %b HTTP/1.1\r\n" % (self.parser.get_method(), self.url)
        lines = [b"%b: %b\r\n" % each for each in self.headers if each[0] != b"upgrade"]
        return b"%b%b\r\n" % (start, b"".join(lines))

    def shutdown(self) -> None:
        """Called when the server stops: finishes what has begun, then closes."""
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

    def _refuse(self, error: FixbookError) -> None:
        """Answers what never became a request in the envelope as well, and closes."""
        status, headers, body = self.app.refusal(error)
        lines = [b"%b: %b\r\n" % each for each in (*headers, _CLOSE)]
        head = b"HTTP/1.1 %d %b\r\n" % (status, HTTPStatus(status).phrase.encode())
        self.transport.write(b"%b%b\r\n%b" % (head, b"".join(lines), body))
        self.transport.close()

    def _look_after(self) -> None:
        """Cuts the connection if the client has not come further since the last looks."""
        now, unsent = self.loop.time(), self.transport.get_write_buffer_size()
        phase, patience = self._waits_for(unsent)
        if phase != self._phase or unsent > self._unsent:
            self._phase, self._since, self._unsent = phase, now, unsent
        elif now - self._since > patience:
            if self._unsent - unsent < self.slowest * patience:
                (self.transport.abort if unsent else self.transport.close)()
                return
            self._since, self._unsent = now, unsent
        self._look = self.loop.call_later(self.look_seconds, self._look_after)

    def _waits_for(self, unsent: int) -> tuple[tuple[object, ...], float]:
        """What the client is expected to do, and how long it may take for that."""
        cycle = self.cycle
        if unsent:
            return ("reading",), self.reading_seconds
        if cycle is None or cycle.response_complete:
            idle = cycle is not None and not self._unread
            seconds = self.timeout_keep_alive if idle else self.head_seconds
            return ("idle" if idle else "head", cycle), seconds
        if cycle.more_body:
            return ("body", cycle), self.body_seconds
        return ("answer", cycle), float("inf")
