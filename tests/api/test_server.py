"""The program as it is run: real processes, real sockets, real clients."""

import gzip
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from corpus.settings import Settings
from tests.api.process import (
    PATH,
    PATIENCE,
    edition,
    environment,
    get,
    ingest,
    running,
    shown,
    wait_for_answer,
)
from tests.conftest import Ingested, settings_in, write_files
from tests.factories import BODY, make_article, make_document, make_translation
from tests.faults.reader import until
from tests.ports import free_port


def titles_of(port: int) -> set[str]:
    """What all workers show, if twelve connections meet all of them."""
    return {shown(port, PATH)["title"]["en"] for _ in range(12)}


def test_it_serves_what_it_ingests(settings: Settings, tmp_path: Path) -> None:
    write_files(settings.content_dir, edition(1))
    log = tmp_path / "log.txt"
    with running(env=environment(settings), log=log) as port:
        status, headers, body = get(port, f"{PATH}?format=json&q=secret")
        assert status == 200
        assert json.loads(body)["url"] == f"http://127.0.0.1:{port}{PATH}"
        assert "server" not in headers
        assert get(port, "/readyz")[0] == 200
        assert get(port, "/api/health")[0] == 200
    lines = log.read_text().splitlines()
    assert lines[0].startswith("5 articles in generation 1: 5 added")
    assert [line for line in lines if re.search(rf" GET {PATH} 200 [\d.]+ms ", line)]
    assert "secret" not in log.read_text()


@pytest.mark.slow
def test_two_workers_change_generation_whole(
    settings: Settings, ingested: Ingested, tmp_path: Path
) -> None:
    """While editions are published, every answer is of one edition, and soon of the last."""
    ingested(edition(1)).close()
    wrong: list[object] = []
    finished = False

    def ask(port: int) -> None:
        while not finished:
            status, _, body = get(port, "/api/v1/search?q=ECONNREFUSED&pageSize=5")
            items = json.loads(body)["data"]["items"] if status == 200 else []
            titles = {title["en"].partition(" of ")[0] for title in (i["title"] for i in items)}
            if status != 200 or len(items) != 5 or len(titles) != 1:
                wrong.append((status, titles, len(items)))

    log = tmp_path / "log.txt"
    env = environment(settings, FIXBOOK_LOG_LEVEL="warning")
    with running("--no-ingest", "--workers", "2", env=env, log=log) as port:
        asking = Thread(target=ask, args=[port])
        asking.start()
        for number in (2, 3):
            write_files(settings.content_dir, edition(number))
            ingest(settings)
            new = f"Edition {number} of 0"
            until(lambda: titles_of(port) == {new})  # noqa: B023
        finished = True
        asking.join()
    assert wrong == []


def test_an_index_that_is_gone_is_made_again_at_the_start(
    settings: Settings, ingested: Ingested, tmp_path: Path
) -> None:
    ingested(edition(1)).close()
    shutil.rmtree(settings.index_dir)
    log = tmp_path / "log.txt"
    with running("--no-ingest", env=environment(settings), log=log) as port:
        assert shown(port, "/api/v1/search?q=ECONNREFUSED")["pagination"]["total"] == 5
    assert "the index of generation 1 was rebuilt from the database" in log.read_text()


def test_under_uvicorn_itself(settings: Settings, ingested: Ingested, tmp_path: Path) -> None:
    """What a deployment may run instead of `fixbook serve`, behind a proxy that ends TLS."""
    ingested(edition(1)).close()
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "api.app:create_app_from_environment", "--factory",
               "--port", str(port), "--workers", "2"]  # fmt: skip
    log = tmp_path / "log.txt"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env=environment(settings), stdout=output, stderr=output, cwd=tmp_path
        )
        try:
            wait_for_answer(port, server, log)
            for scheme in ("https", "http", "https"):
                body = get(port, f"{PATH}?format=json", X_Forwarded_Proto=scheme)[2]
                assert json.loads(body)["url"] == f"{scheme}://127.0.0.1:{port}{PATH}"
        finally:
            server.terminate()
            server.wait(PATIENCE)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server over one long article, for tests that only ask."""
    folder = tmp_path_factory.mktemp("server")
    article = make_article(translations=[make_translation(body=BODY + "\n\nLong. 长。 " * 300)])
    write_files(folder / "content", {"connection-refused.md": make_document(article)})
    with running(env=environment(settings_in(folder)), log=folder / "log.txt") as port:
        yield port


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("target", [PATH, f"{PATH}?format=json", f"{PATH}.md",
                                    "/api/v1/search?q=ECONNREFUSED"])  # fmt: skip
def test_curl_understands_what_is_compressed(port: int, target: str) -> None:
    url = f"http://127.0.0.1:{port}{target}"
    plain = subprocess.run(["curl", "-sS", url], capture_output=True, check=True).stdout
    packed = subprocess.run(
        ["curl", "-sS", "--compressed", url],
        capture_output=True,
        check=True,
    ).stdout
    own = rb'"requestId":"[^"]+","timestamp":"[^"]+"'
    assert re.sub(own, b"", packed) == re.sub(own, b"", plain)
    raw = get(port, target, Accept_Encoding="gzip")
    assert raw[1]["content-encoding"] == "gzip"
    assert len(gzip.decompress(raw[2])) > len(raw[2])


def test_connections_are_used_again(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    for method, target in (("HEAD", PATH), ("GET", f"{PATH}.md"), ("HEAD", "/openapi.json"),
                           ("GET", "/nowhere"), ("HEAD", "/nowhere"), ("GET", PATH)):  # fmt: skip
        connection.request(method, target)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == (404 if target == "/nowhere" else 200)
        assert bool(body) == (method == "GET")
        assert "x-request-id" in answer.headers
    connection.close()


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
        client.sendall(request)
        return b"".join(iter(lambda: client.recv(65_536), b""))


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /api/v1/articles/%0d%0aX-Evil:%201", b"404"),
        (b"GET /api/v1/articles/%ff", b"404"),
        (b"GET /api/v1/articles/%E8%BF%9E", b"404"),
        (b"GET /api/v1/articles/%", b"404"),
        (b"GET /api/v1/search?q=%ED%A0%80%00", b"200"),
        (b"GET /api/v1/search?q=" + b"x" * 16_300, b"200"),
        (b"GET /api/v1/search?q=" + b"x" * 17_000, b"414"),
        (b"GET http://other.example/livez", b"200"),
        (b"GET //livez", b"404"),
        (b"OPTIONS /livez", b"405"),
    ],
)
def test_odd_targets(port: int, request_line: bytes, status: bytes) -> None:
    answer = raw(
        port, request_line + b" HTTP/1.1\r\nHost: fixbook.test\r\nConnection: close\r\n\r\n"
    )
    head = answer.partition(b"\r\n\r\n")[0]
    assert head.split(b" ", 2)[1] == status
    assert b"x-evil" not in head.lower()


def test_a_large_body_is_refused_and_the_server_lives(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("POST", "/api/v1/diagnose", body=b"x" * 700_000)
    assert connection.getresponse().status == 413
    connection.close()
    assert get(port, "/livez")[0] == 200


def without_changing(answer: bytes) -> tuple[bytes, ...]:
    """Head and body without what differs between two answers, and how the connection goes on."""
    head, _, body = answer.partition(b"\r\n\r\n")
    changing: tuple[bytes, ...] = (b"date:", b"x-request-id:", b"connection:")
    if body.startswith(b"\x1f\x8b"):  # another id and another moment make another length
        body, changing = gzip.decompress(body), (*changing, b"content-length:")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(changing)]
    return (*lines, re.sub(rb'"requestId":.*', b"", body))


@pytest.mark.parametrize("query", [b"", b"?format=json", b"?format=markdown"])
@pytest.mark.parametrize("header", [b"", b"Accept-Encoding: gzip\r\n", b"If-None-Match: *\r\n"])
@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
def test_a_kept_answer_is_the_same_on_each_way(
    port: int, method: bytes, query: bytes, header: bytes
) -> None:
    """A connection that closes takes the way of ASGI, one that stays is written to at once."""
    line = b"%b %b%b HTTP/1.1\r\nHost: fixbook.test\r\n%b" % (method, PATH.encode(), query, header)
    closing = line + b"Connection: close\r\n\r\n"
    slowly = raw(port, closing)
    both = raw(port, line + b"\r\n" + closing)

    assert without_changing(raw(port, closing)) == without_changing(slowly)
    at = both.index(b"HTTP/1.1", 8)
    assert without_changing(both[:at]) == without_changing(slowly)
    assert without_changing(both[at:]) == without_changing(slowly)


def test_requests_that_wait_in_line_are_all_answered(port: int) -> None:
    kept = b"GET %b.md HTTP/1.1\r\nHost: fixbook.test\r\n\r\n" % PATH.encode()
    slow = (
        b"GET /api/v1/search?q=%b HTTP/1.1\r\nHost: fixbook.test\r\n\r\n"
        % os.urandom(4).hex().encode()
    )
    last = b"GET /livez HTTP/1.1\r\nHost: fixbook.test\r\nConnection: close\r\n\r\n"
    answer = raw(port, kept + slow + kept * 500 + slow + last)
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 504


def test_a_body_nobody_asked_for_does_no_harm(port: int) -> None:
    asked = b"GET %b.md HTTP/1.1\r\nHost: fixbook.test\r\n" % PATH.encode()
    raw(port, asked + b"Connection: close\r\n\r\n")
    with_body = asked + b"Content-Length: 5\r\n\r\nhello"
    answer = raw(port, with_body + asked + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 2
