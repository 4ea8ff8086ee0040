"""Clients that only hold a connection, over real sockets: cut, while all others are answered."""

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest
import uvicorn

from api.app import create_app
from api.http.connection_timeouts import TimeoutProtocol
from tests.api.conftest import site_of
from tests.api.process import PATIENCE, get
from tests.conftest import settings_in
from tests.factories import BODY, make_article, make_document, make_translation

PATH = "/api/v1/articles/connection-refused"
HEAD = f"GET {PATH}.md HTTP/1.1\r\nHost: fixbook.test\r\n".encode()


class Impatient(TimeoutProtocol):
    """The same in less time."""

    head_seconds = 0.5
    body_seconds = 0.5
    reading_seconds = 0.5
    slowest = 4_000_000
    check_seconds = 0.1


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[uvicorn.Server]:
    """A server in a thread, over one long article."""
    folder = tmp_path_factory.mktemp("wire")
    article = make_article(translations=[make_translation(body=BODY + "\n\n" + "Long. " * 40_000)])
    with site_of(folder, {"connection-refused.md": make_document(article)}):
        pass
    with in_thread(uvicorn.Server(configured(folder, Impatient))) as started:
        yield started


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[uvicorn.Server]:
    """A server that cuts nobody off for taking its time."""
    folder = tmp_path_factory.mktemp("patient")
    with site_of(folder, {"connection-refused.md": make_document(make_article())}):
        pass
    with in_thread(uvicorn.Server(configured(folder, TimeoutProtocol))) as started:
        yield started


def configured(
    folder: Path, protocol: type[TimeoutProtocol], *, keep_alive: int = 60
) -> uvicorn.Config:
    """How the application over a folder is served."""
    return uvicorn.Config(
        create_app(settings_in(folder)),
        http=protocol,
        port=0,
        proxy_headers=False,
        server_header=False,
        log_config=None,
        ws="none",
        timeout_keep_alive=keep_alive,
    )


@contextmanager
def in_thread(server: uvicorn.Server) -> Iterator[uvicorn.Server]:
    thread = Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield server
    finally:
        server.should_exit = True
        thread.join()


def until(holds: Callable[[], bool]) -> None:
    """Returns as soon as it does; fails when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def port_of(server: uvicorn.Server) -> int:
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


def connected(server: uvicorn.Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port_of(server)), PATIENCE)


def rest(client: socket.socket) -> bytes:
    """What comes until the server closes, however it does."""
    received = b""
    try:
        while chunk := client.recv(65_536):
            received += chunk
    except ConnectionError:
        pass
    return received


def drip(client: socket.socket, drops: bytes) -> None:
    """Sends a byte now and then, until the server has enough of it."""
    try:
        for drop in drops:
            client.sendall(bytes([drop]))
            time.sleep(0.02)
    except ConnectionError:
        pass


@pytest.mark.parametrize(
    ("first", "drops"),
    [
        (b"", b""),
        (b"", b"GET /" + b"a" * 500),
        (HEAD, b"X-Slow: " + b"a" * 500),
        (HEAD + b"\r\n" + HEAD, b"X-Slow: " + b"a" * 500),
    ],
)
def test_a_head_that_never_ends_is_cut(server: uvicorn.Server, first: bytes, drops: bytes) -> None:
    with connected(server) as client:
        client.sendall(first)
        drip(client, drops)
        answers = rest(client)
    assert answers.count(b"HTTP/1.1 ") == first.count(b"\r\n\r\n")
    assert get(port_of(server), "/livez")[0] == 200


def test_a_connection_that_is_idle_is_closed(tmp_path: Path) -> None:
    with site_of(tmp_path, {"connection-refused.md": make_document(make_article())}):
        pass
    config = configured(tmp_path, TimeoutProtocol, keep_alive=1)
    with in_thread(uvicorn.Server(config)) as server, connected(server) as client:
        for _ in range(2):
            client.sendall(HEAD + b"\r\n")
            assert told(client) == (200, None)
        assert rest(client) == b""


def test_a_body_that_never_ends_is_cut(server: uvicorn.Server) -> None:
    head = b"POST /api/v1/diagnose HTTP/1.1\r\nHost: fixbook.test\r\nContent-Length: 5000\r\n\r\n"
    with connected(server) as client:
        client.sendall(head)
        drip(client, b"{" * 500)
        assert rest(client) == b""


def test_an_answer_that_nobody_takes_is_cut(server: uvicorn.Server) -> None:
    get(port_of(server), f"{PATH}.md")
    with connected(server) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        until(lambda: len(server.server_state.connections) == 1)
        client.sendall((HEAD + b"\r\n") * 20)
        until(lambda: len(server.server_state.connections) == 0)


def test_an_answer_that_is_taken_too_slowly_is_cut(server: uvicorn.Server) -> None:
    """A little at a time, for as long as it lasts: that holds memory like nothing at all."""
    get(port_of(server), f"{PATH}.md")
    received = 0
    with connected(server) as client:
        until(lambda: len(server.server_state.connections) == 1)
        client.sendall((HEAD + b"\r\n") * 60)
        while server.server_state.connections:
            received += len(client.recv(20_000))
            time.sleep(0.02)
    assert received < 60 * 240_000


def test_whoever_takes_its_time_but_takes_it_is_served(server: uvicorn.Server) -> None:
    with connected(server) as client:
        client.sendall(HEAD + b"Connection: close\r\n\r\n")
        received = 0
        while chunk := client.recv(20_000):
            received += len(chunk)
            time.sleep(0.02)
    assert received > 240_000


def test_a_hundred_slow_clients_do_not_keep_others_waiting(server: uvicorn.Server) -> None:
    slow = [connected(server) for _ in range(100)]
    for client in slow:
        client.sendall(HEAD)
    assert get(port_of(server), f"{PATH}.md")[0] == 200
    for client in slow:
        assert rest(client) == b""
        client.close()


def test_a_head_of_any_length_is_read_up_to_a_bound(server: uvicorn.Server) -> None:
    with connected(server) as client:
        client.sendall(HEAD)
        try:
            for _ in range(1_000):
                client.sendall(b"X-Long: " + b"a" * 1_000 + b"\r\n")
        except ConnectionError:
            pass
        head = rest(client).partition(b"\r\n")[0]
    assert head in (b"HTTP/1.1 431 Request Header Fields Too Large", b"")
    answer = get(port_of(server), "/llms.txt", X_Long="a" * 40_000)
    assert (answer[0], json.loads(answer[2])["error"]["code"]) == (431, "HEADERS_TOO_LARGE")


@pytest.mark.parametrize(
    "nonsense",
    [b"GARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
     b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_http_gets_an_envelope(server: uvicorn.Server, nonsense: bytes) -> None:
    with connected(server) as client:
        client.sendall(nonsense)
        head, _, body = rest(client).partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 400 Bad Request"
    assert b"connection: close" in lines
    assert json.loads(body)["error"]["code"] == "VALIDATION_ERROR"


def test_an_upgrade_is_not_made(server: uvicorn.Server) -> None:
    with connected(server) as client:
        client.sendall(
            b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert client.recv(65_536).startswith(b"HTTP/1.1 200 OK\r\n")


QUESTION = b'{"text": "connect ECONNREFUSED 127.0.0.1:3000"}'
UPGRADES = ("h2c", "websocket", "TLS/1.3, h2c")


def posted(upgrade: str, *lines: str) -> bytes:
    """The head of a diagnosis by a client that would rather speak another protocol."""
    head = ["POST /api/v1/diagnose HTTP/1.1", "Host: fixbook.test", f"Upgrade: {upgrade}",
            "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAEAAEAA", *lines]  # fmt: skip
    return "\r\n".join([*head, "", ""]).encode()


@pytest.mark.parametrize("upgrade", UPGRADES)
@pytest.mark.parametrize("pieces", [1, 2, 10])
def test_who_asks_for_an_upgrade_keeps_its_body(
    patient: uvicorn.Server, upgrade: str, pieces: int
) -> None:
    measured = posted(upgrade, f"Content-Length: {len(QUESTION)}") + QUESTION
    chunked = posted(upgrade, "Transfer-Encoding: chunked")
    chunked += b"%x\r\n%b\r\n0\r\n\r\n" % (len(QUESTION), QUESTION)
    with connected(patient) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in (measured, chunked, measured):
            size = -(-len(request) // pieces)
            for start in range(0, len(request), size):
                client.sendall(request[start : start + size])
                time.sleep(0.2 / pieces)
            with closing(http.client.HTTPResponse(client)) as answer:
                answer.begin()
                told = json.loads(answer.read())
            assert (answer.status, answer.headers["connection"]) == (200, None)
            assert told["data"]["outcome"] == "exact"


def test_the_request_after_one_with_an_upgrade_is_answered(patient: uvicorn.Server) -> None:
    first = b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    with connected(patient) as client:
        client.sendall(
            first + first + b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        assert rest(client).count(b"HTTP/1.1 200 OK\r\n") == 3


def test_any_number_of_requests_with_an_upgrade_in_one_piece(patient: uvicorn.Server) -> None:
    upgrade = b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    with connected(patient) as client:
        client.sendall(upgrade * 1_200 + b"GET /livez HTTP/1.0\r\n\r\n")
        assert rest(client).count(b"HTTP/1.1 200 OK\r\n") == 1_201


@pytest.mark.parametrize("target", [f"{PATH}.md", "/livez"])
def test_http_1_0_with_a_transfer_encoding_is_refused(server: uvicorn.Server, target: str) -> None:
    get(port_of(server), target)
    with connected(server) as client:
        client.sendall(
            f"GET {target} HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
            + b"0\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        answers = rest(client)
    assert answers.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answers.count(b"HTTP/1.1 ") == 1


class Patient(TimeoutProtocol):
    """Waits long for requests that are on their way when the server stops."""

    shutdown_grace_seconds = PATIENCE


class Hasty(TimeoutProtocol):
    """Hardly waits for them."""

    shutdown_grace_seconds = 0.1


@contextmanager
def stopping(folder: Path, protocol: type[TimeoutProtocol]) -> Iterator[list[socket.socket]]:
    """Sixteen connections that wait, to a server that has just begun to stop."""
    with site_of(folder, {"connection-refused.md": make_document(make_article())}):
        pass
    config = configured(folder, protocol)
    with in_thread(uvicorn.Server(config)) as server, ExitStack() as clients:
        waiting = [clients.enter_context(connected(server)) for _ in range(16)]
        for client in waiting[1:]:  # the first has never asked
            client.sendall(HEAD + b"\r\n")
            assert told(client) == (200, None)
        listening = server.servers[0]
        server.should_exit = True
        until(lambda: not listening.is_serving())
        yield waiting


def told(client: socket.socket) -> tuple[int, str | None]:
    """Status and `Connection` of the next answer."""
    with closing(http.client.HTTPResponse(client)) as answer:
        answer.begin()
        answer.read()
        return answer.status, answer.headers["connection"]


def test_a_request_that_is_on_its_way_when_the_server_stops_is_answered(tmp_path: Path) -> None:
    with stopping(tmp_path, Patient) as clients:
        for client in clients:
            client.sendall(HEAD + b"\r\n")
        assert [told(client) for client in clients] == [(200, "close")] * 16
        assert [rest(client) for client in clients] == [b""] * 16


def test_connections_that_only_wait_are_closed_when_the_server_stops(tmp_path: Path) -> None:
    with stopping(tmp_path, Hasty) as clients:
        assert [rest(client) for client in clients] == [b""] * 16


@pytest.mark.parametrize(
    "path", [PATH, f"{PATH}?format=json", f"{PATH}.md", "/en", "/llms-full.txt", "/nowhere",
             "/livez", "/openapi.json", "/robots.txt", "/en/", "/mcp", "/docs",
             "/api/v1/articles/nobody"],
)  # fmt: skip
def test_everything_says_what_it_is_not(server: uvicorn.Server, path: str) -> None:
    """No answer is to be taken for a script, framed, or asked for by a page of elsewhere."""
    _, headers, _ = get(port_of(server), path)
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "referrer-policy" in headers
    assert headers["cross-origin-resource-policy"] == "same-origin"
