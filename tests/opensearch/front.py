"""A door in front of the real server, which speaks TLS, asks for a password, or is ill.

OpenSearch's own security plugin is not among the artifacts, and a server that is too busy
at the right moment cannot be had otherwise.
"""

import base64
import http.client
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

Reply = tuple[int, bytes]
"""A status of HTTP, and JSON."""


@dataclass
class Front:
    """Hands requests on to `target`, unless `instead` has a reply to one."""

    target: str
    password: str = ""
    """What user `ada` needs; nothing if empty."""
    instead: Callable[[str, bytes], Reply | None] = lambda _path, _body: None
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for."""
    port: int = 0

    def reply(self, request: BaseHTTPRequestHandler, body: bytes) -> Reply:
        """What the door or the server says."""
        self.asked.append(request.path)
        if not self._is_allowed(request):
            return 401, b'{"error": "unauthorized"}'
        return self.instead(request.path, body) or self._handed_on(request, body)

    def _is_allowed(self, request: BaseHTTPRequestHandler) -> bool:
        expected = base64.b64encode(f"ada:{self.password}".encode()).decode()
        given = request.headers.get("Authorization")
        return not self.password or given == f"Basic {expected}"

    def _handed_on(self, request: BaseHTTPRequestHandler, body: bytes) -> Reply:
        connection = http.client.HTTPConnection(self.target, timeout=30)
        headers = {"Content-Type": "application/json"} if body else {}
        connection.request(request.command, request.path, body or None, headers)
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        return answer.status, read


@contextmanager
def standing(front: Front, *, certificate: Path | None = None) -> Iterator[Front]:
    """The front at a port of its own, with TLS if there is a certificate (and its key)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65_537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, reply = front.reply(self, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else reply)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that does not trust us hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    front.port = server.server_port
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield front
    finally:
        server.shutdown()
        server.server_close()


def make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key in the same file."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = [
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        *("-keyout", str(key), "-out", str(certificate)),
    ]
    subprocess.run(made, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both
