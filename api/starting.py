"""What answers while the server is starting: the port is open, and `/readyz` says why not yet.

It answers on the sockets that uvicorn takes over afterwards, so no connection is ever refused.
"""

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from threading import Thread

from corpus.errors import Unavailable
from corpus.settings import Settings
from corpus.text.timestamps import now

_BACKLOG = 128
_POLL_SECONDS = 0.05


def listen(settings: Settings) -> list[socket.socket]:
    """A socket for each address of the host. Raises OSError if one cannot be used."""
    found = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    sockets = []
    for family, address in dict.fromkeys((each[0], each[4]) for each in found):
        opened = socket.create_server(address, family=family, backlog=_BACKLOG)
        opened.set_inheritable(True)  # by the serving processes
        sockets.append(opened)
    return sockets


class StartupServer:
    """Answers on some sockets until the application does."""

    def __init__(self) -> None:
        self._reason = "the server is starting"

    def progress(self, done: int, total: int) -> None:
        """Says how far the ingest is."""
        self._reason = f"the content is being ingested ({done} of {total} articles)"

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body of the response to a request for a path."""
        if path == "/livez":
            return 200, b'{"status":"starting"}'
        error = {
            "code": Unavailable.code,
            "message": f"not ready yet: {self._reason}",
            "details": {"retryable": True},
        }
        meta = {"requestId": token_hex(6), "timestamp": now()}
        shown = {"success": False, "data": None, "error": error, "meta": meta}
        return Unavailable.status, json.dumps(shown, separators=(",", ":")).encode()

    @contextmanager
    def answering(self, sockets: Sequence[socket.socket]) -> Iterator[None]:
        """Answers meanwhile. Who is waiting at the end is answered by whoever listens next."""
        servers = [_Server(each, self) for each in sockets]
        threads = [
            Thread(target=server.serve_forever, args=[_POLL_SECONDS], daemon=True)
            for server in servers
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            for server in servers:
                server.shutdown()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, opened: socket.socket, starting: StartupServer) -> None:
        super().__init__(opened.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = opened
        self.starting = starting

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone away is no error."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5.0
    server_version, sys_version = "", ""

    def answer(self) -> None:
        """Answers any method, and closes the connection."""
        status, body = self.server.starting.answer(self.path.partition("?")[0])
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if status != 200:
            self.send_header("Retry-After", "1")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_OPTIONS = answer  # noqa: N815 - named by the library

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the library
        """Logs nothing: a request may contain what somebody pasted."""
