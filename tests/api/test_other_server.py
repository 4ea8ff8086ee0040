"""On another ASGI server every answer is the same, byte for byte."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from corpus.settings import Settings
from tests.api.conftest import site_of
from tests.api.process import PATIENCE, environment, wait_for_answer
from tests.api.site import HOST, Answer, Site
from tests.conftest import settings_in
from tests.factories import make_document
from tests.ports import free_port

PATH = "/api/v1/articles/connection-refused"
DOCUMENTS = {"connection-refused.md": make_document()}
OF_ITS_OWN = {"x-request-id", "date", "server", "content-length", "connection",
              "transfer-encoding"}  # fmt: skip
"""What differs from answer to answer, or is the server's; ids may have several lengths."""
LOG = b'{"text": "connect ECONNREFUSED 127.0.0.1:3000"}'


@contextmanager
def hypercorn(settings: Settings, log: Path, **more: str) -> Iterator[int]:
    """The port of Hypercorn, from the first answer to SIGTERM."""
    port = free_port()
    command = [sys.executable, "-m", "hypercorn", "--bind", f"127.0.0.1:{port}",
               "api.app:create_app_from_environment()"]  # fmt: skip
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env=environment(settings, **more), stdout=output, stderr=output
        )
        try:
            wait_for_answer(port, server, log)
            yield port
            server.send_signal(signal.SIGTERM)
            assert server.wait(PATIENCE) == 0, log.read_text()
        finally:
            server.kill()
            server.wait()


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, int]]:
    """The application in this process, and the port of the same on Hypercorn."""
    folder = tmp_path_factory.mktemp("sites")
    with (
        site_of(folder, DOCUMENTS) as site,
        hypercorn(settings_in(folder), folder / "log.txt") as port,
    ):
        yield site, port


def asked(
    port: int, method: str, target: str, headers: Mapping[str, str], body: bytes = b""
) -> Answer:
    """An answer over a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body=body or None, headers={"Host": HOST, **named})
        answer = connection.getresponse()
        fields = tuple((name.lower(), value) for name, value in answer.getheaders())
        return Answer(answer.status, fields, answer.read())
    finally:
        connection.close()


def shown(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """All that must be the same everywhere."""
    headers = {name: value for name, value in answer.headers.items() if name not in OF_ITS_OWN}
    body = re.sub(rb'"(requestId|timestamp|responseTime)":"[^"]*"', b"", answer.body)
    return answer.status, headers, body


@pytest.mark.parametrize(
    ("method", "target", "headers", "body"),
    [
        ("GET", PATH, {}, b""),
        ("HEAD", PATH, {}, b""),
        ("GET", f"{PATH}?format=json", {"accept_language": "zh, en;q=0.5"}, b""),
        ("GET", f"{PATH}.md", {"accept_encoding": "gzip"}, b""),
        ("GET", PATH, {"if_none_match": "*"}, b""),
        ("GET", "/api/v1/articles/art_PortClosed01", {}, b""),
        ("GET", "/api/v1/search?q=ECONNREFUSED", {}, b""),
        ("GET", "/api/v1/search?q=refused", {"accept": "text/markdown"}, b""),
        ("GET", "/api/v1/tags", {}, b""),
        ("POST", "/api/v1/diagnose", {"content_type": "application/json"}, LOG),
        ("POST", "/api/v1/diagnose", {"content_encoding": "gzip"}, LOG),
        ("POST", "/api/v1/diagnose", {"content_type": "application/json"}, b"x" * 2_000_000),
        ("GET", "/en/articles/connection-refused", {"accept": "text/html"}, b""),
        ("GET", "/llms-full.txt", {}, b""),
        ("GET", "/api/health", {}, b""),
        ("GET", "/livez", {}, b""),
        ("GET", "/readyz", {}, b""),
        ("GET", "/api/v1/articles/nobody", {}, b""),
        ("GET", "/api/v1/search?page=0", {}, b""),
        ("GET", "/nowhere", {"accept": "text/html"}, b""),
        ("DELETE", PATH, {}, b""),
        ("GET", PATH, {"authorization": "Bearer nobody"}, b""),
    ],
)
def test_answers_are_the_same(
    sites: tuple[Site, int], method: str, target: str, headers: dict[str, str], body: bytes
) -> None:
    site, port = sites
    expected = shown(site.ask(method, target, headers=headers, body=body))
    for _made_then_cached in range(2):
        assert shown(asked(port, method, target, headers, body)) == expected


def test_limits_hold(tmp_path: Path) -> None:
    with site_of(tmp_path, DOCUMENTS):
        pass
    limited = {"FIXBOOK_RATE_LIMIT": "2/hour"}
    with hypercorn(settings_in(tmp_path), tmp_path / "log.txt", **limited) as port:
        answers = [asked(port, "GET", PATH, {}) for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 429]
        assert answers[1].headers["ratelimit"] == '"client";r=0;t=3600'
        assert answers[2].headers["retry-after"] == "1800"
        assert asked(port, "GET", "/livez", {}).status == 200
