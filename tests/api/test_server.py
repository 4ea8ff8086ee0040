"""The program as it is run: real processes, real sockets, real clients."""

import gzip
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from corpus.settings import Settings
from tests.conftest import Ingested, write_files
from tests.factories import BODY, make_article, make_document, make_metadata, make_translation

ROOT = Path(__file__).parent.parent.parent
PATH = "/api/v1/articles/connection-refused"
PATIENCE = 30.0
"""Seconds, on a machine that does much else."""


def edition(number: int) -> dict[str, str]:
    """A corpus whose five articles all say which edition they are of."""
    documents = {}
    for at in range(5):
        slug = "connection-refused" if at == 0 else f"article-{at}"
        article = make_article(
            slug=slug,
            metadata=make_metadata(id=f"art_Edition{at:05}"),
            translations=[make_translation(title=f"Edition {number} of {at}")],
        )
        documents[f"{slug}.md"] = make_document(article)
    return documents


def environment(settings: Settings, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "FIXBOOK_CONTENT_DIR": str(settings.content_dir),
        "FIXBOOK_DATA_DIR": str(settings.data_dir),
        **more,
    }


@contextmanager
def running(*arguments: str, env: Mapping[str, str], log: Path) -> Iterator[int]:
    """`fixbook serve` on a free port, from the first answer to SIGTERM."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port), *arguments]
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=env, stdout=output, stderr=output, cwd=log.parent)
        try:
            wait_for_answer(port, server, log)
            yield port
            server.send_signal(signal.SIGTERM)
            assert server.wait(PATIENCE) in (0, -signal.SIGTERM), log.read_text()
        finally:
            server.kill()
            server.wait()


def wait_for_answer(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            get(port, "/livez")
        except OSError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return


def get(port: int, target: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own, so that any worker may answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", target, headers=named)
        answer = connection.getresponse()
        fields = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, fields, answer.read()
    finally:
        connection.close()


def shown(port: int, target: str) -> Any:
    status, _, body = get(port, target)
    assert status == 200, body
    return json.loads(body)["data"]


def ingest(settings: Settings) -> None:
    command = [sys.executable, "-m", "cli", "ingest"]
    subprocess.run(command, env=environment(settings), check=True, capture_output=True)


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
            time.sleep(2)  # what contract and issue allow for all workers to have noticed
            titles = {shown(port, PATH)["title"]["en"] for _ in range(12)}
            assert titles == {f"Edition {number} of 0"}
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
    assert "the search index was rebuilt from the database, generation 2" in log.read_text()


def test_under_uvicorn_itself(settings: Settings, ingested: Ingested, tmp_path: Path) -> None:
    """What a deployment may run instead of `fixbook serve`, behind a proxy that ends TLS."""
    ingested(edition(1)).close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "FIXBOOK_CONTENT_DIR": str(folder / "content"),
        "FIXBOOK_DATA_DIR": str(folder / "data"),
    }
    with running(env=env, log=folder / "log.txt") as port:
        yield port


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("target", [PATH, f"{PATH}?format=json", f"{PATH}.md",
                                    "/api/v1/search?q=ECONNREFUSED"])  # fmt: skip
def test_curl_understands_what_is_compressed(port: int, target: str) -> None:
    url = f"http://127.0.0.1:{port}{target}"
    plain = subprocess.run(["curl", "-sS", url], capture_output=True, check=True).stdout  # noqa: S607
    packed = subprocess.run(
        ["curl", "-sS", "--compressed", url],  # noqa: S607
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
