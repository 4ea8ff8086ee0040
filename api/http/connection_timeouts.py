"""Time limits for slow clients.

A client that sends its request byte by byte, or never reads its response, ties up a
connection and memory. Each connection is checked once a second, at no cost to requests, and
closed if it has made no progress for too long.
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
"""Bytes of a head without an end; 64 KiB of them may have come with the last read."""

_INVALID = "Invalid HTTP request received."
_CLOSE = (b"connection", b"close")
_SEND_BUFFER = 131_072
"""Bytes, which Linux doubles. Unbounded, a slow reader would take up megabytes of memory."""


class TimeoutProtocol(HttpToolsProtocol):
    """uvicorn's protocol, for applications with `refusal(error) -> (status, headers, body)`."""

    head_seconds = 10.0
    """How long a client may take to send the head of a request."""
    body_seconds = 30.0
    """How long a client may pause while it sends the body."""
    reading_seconds = 30.0
    """How long a client may take to read what is waiting for it, or at least a part of it."""
    slowest = 1_024
    """Bytes a second that a client must read, averaged over that time."""
    check_seconds = 1.0
    shutdown_grace_seconds = 0.5
    """How long an idle connection stays open when the server stops, so that a request already
    on its way is answered, with `Connection: close`, instead of lost."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._timer: asyncio.TimerHandle | None = None
        self._unread = 0
        self._phase: tuple[object, ...] = ()
        self._since = 0.0
        self._unsent = 0
        """Bytes that were waiting to be sent at that time."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the checks."""
        super().connection_made(transport)
        if (connection := transport.get_extra_info("socket")) is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self._since = self.loop.time()
        self._timer = self.loop.call_later(self.check_seconds, self._check)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops them."""
        super().connection_lost(exc)
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Parses requests, and counts the bytes of a head that is not complete yet."""
        self._feed(data)
        if self.scope is None or (self.cycle is not None and self.cycle.scope is self.scope):
            self._unread = 0
            return
        self._unread += len(data)
        if self._unread > _LONGEST_UNREAD and not self.transport.is_closing():
            self._refuse(HeadersTooLarge())

    def _feed(self, data: bytes | memoryview) -> None:
        """Parses the data, ignoring requests to upgrade to another protocol.

        llhttp would treat the rest of such a request as the other protocol, but a server that
        does not support it must answer as usual (RFC 9110, section 7.8); Java's HttpClient sends
        `Upgrade: h2c` by default. So the head is parsed again without that line, then the rest.
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
        """Called by the parser: starts the response, unless the head must be parsed again."""
        if not self._asks_for_upgrade():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Called by the parser, also where it stops because of an upgrade."""
        if not self._asks_for_upgrade():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Called after each response. The checks notice idle connections: a timer for each
        response, as uvicorn has it, would cost more than looking up a cached one.
        """
        if self.pipeline:
            super().on_response_complete()
        else:
            self.server_state.total_requests += 1
            if not self.transport.is_closing():
                self.flow.resume_reading()

    def _asks_for_upgrade(self) -> bool:
        """llhttp also counts CONNECT as an upgrade; here it is an unknown method like any other."""
        return bool(self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT")

    def _head_without_upgrade(self) -> bytes:
        """The head of the last request, without its Upgrade line."""
        start = b"%b %b HTTP/1.1\r\n" % (self.parser.get_method(), self.url)
        lines = [b"%b: %b\r\n" % each for each in self.headers if each[0] != b"upgrade"]
        return b"%b%b\r\n" % (start, b"".join(lines))

    def shutdown(self) -> None:
        """Called when the server stops: finishes the current response, then closes."""
        if _CLOSE not in self.server_state.default_headers:
            self.server_state.default_headers = [*self.server_state.default_headers, _CLOSE]
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(self.shutdown_grace_seconds, self._close_if_idle)
        else:
            super().shutdown()

    def _close_if_idle(self) -> None:
        """Closes the connection if no request has come since."""
        if not self.transport.is_closing():
            super().shutdown()

    def _refuse(self, error: FixbookError) -> None:
        """Answers what is no valid request, in the usual envelope, and closes."""
        status, headers, body = self.app.refusal(error)
        lines = [b"%b: %b\r\n" % each for each in (*headers, _CLOSE)]
        head = b"HTTP/1.1 %d %b\r\n" % (status, HTTPStatus(status).phrase.encode())
        self.transport.write(b"%b%b\r\n%b" % (head, b"".join(lines), body))
        self.transport.close()

    def _check(self) -> None:
        """Closes the connection if the client has made no progress for too long."""
        now, unsent = self.loop.time(), self.transport.get_write_buffer_size()
        phase, limit = self._expected(unsent)
        if phase != self._phase or unsent > self._unsent:
            self._phase, self._since, self._unsent = phase, now, unsent
        elif now - self._since > limit:
            if self._unsent - unsent < self.slowest * limit:
                (self.transport.abort if unsent else self.transport.close)()
                return
            self._since, self._unsent = now, unsent
        self._timer = self.loop.call_later(self.check_seconds, self._check)

    def _expected(self, unsent: int) -> tuple[tuple[object, ...], float]:
        """What the client is expected to do next, and how many seconds it may take."""
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
