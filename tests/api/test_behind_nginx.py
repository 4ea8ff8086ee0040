"""Two servers behind nginx with `deploy/nginx.conf`: no request takes a server out."""

from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest

from tests.api.process import environment, get, ingest, running
from tests.cluster.proxy import PROGRAM, proxying
from tests.conftest import settings_in, write_files
from tests.factories import make_article, make_document, make_metadata

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed"),
]

CHINESE = "连接被拒绝" * 16
LONGEST = "错" * 200
"""Of a file name, 600 bytes are as many as are taken for a slug."""
SLUGS = {CHINESE: "art_Chinese00001", LONGEST: "art_Longest00001", "plain": "art_Plain0000001"}
OFTEN = 20
"""How often each is asked: nginx leaves a server out after a few failures."""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of nginx."""
    folder = tmp_path_factory.mktemp("nginx")
    settings = settings_in(folder)
    write_files(settings.content_dir, documents())
    ingest(settings)
    env = environment(settings, FIXBOOK_RATE_LIMIT="off")
    with (
        running("--no-ingest", env=env, log=folder / "one.log") as one,
        running("--no-ingest", env=env, log=folder / "two.log") as two,
        proxying(folder / "proxy", [one, two]) as port,
    ):
        yield port


def documents() -> dict[str, str]:
    """Articles by names of files, which are bounded more tightly than slugs."""
    found = {}
    for number, (slug, id_) in enumerate(SLUGS.items()):
        metadata = make_metadata(id=id_, aliases=(), code=None)
        article = make_article(slug=slug, metadata=metadata)
        found[f"{number}.md"] = make_document(article)
    return found


def size(headers: dict[str, str]) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers.items())


@pytest.mark.parametrize("slug", SLUGS, ids=["Chinese", "longest", "plain"])
@pytest.mark.parametrize(
    "form", ["/api/v1/articles/{}", "/api/v1/articles/{}?format=json", "/api/v1/articles/{}.md",
             "/zh/articles/{}"],
)  # fmt: skip
def test_headers_of_any_article_fit(proxy: int, slug: str, form: str) -> None:
    for name in (quote(slug), SLUGS[slug]):
        status, headers, _ = get(proxy, form.format(name))
        assert status == (200 if name == quote(slug) else 308)
        assert size(headers) < 4_096


@pytest.mark.parametrize(
    "target",
    ["/en/articles/" + "x" * 4_500 + "/", "/en/articles/" + "x" * 4_500, "/" + "x" * 16_000 + "/",
     "/api/v1/search/?q=" + "x" * 9_000, "/api/v1/articles/" + "%E9" * 1_500,
     f"/api/v1/articles/{SLUGS['plain']}?" + "x" * 4_500, "/api/v1/search?page=2&q=" + "%00" * 300,
     "/api/v1/search?pageSize=1&q=" + "\xe9" * 900],
)  # fmt: skip
def test_no_address_takes_a_server_out(proxy: int, target: str) -> None:
    for _ in range(OFTEN):
        status, headers, _ = get(proxy, quote(target, safe="/?&=%"))
        assert status in (200, 400, 404, 414)
        assert size(headers) < 4_096
        assert get(proxy, "/api/v1/articles/plain?format=json")[0] == 200


class Odd(BaseHTTPRequestHandler):
    """A server with answers that nginx cannot pass on."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        if self.path == "/odd":
            self.send_header("X-Large", "x" * 40_000)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_request(self, *_: object) -> None:
        """Says nothing."""


def test_an_odd_answer_leaves_the_servers_where_they_are(tmp_path: Path) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Odd)) for _ in "ab"]
        for server in servers:
            Thread(target=server.serve_forever).start()
            stack.callback(server.shutdown)
        ports = [server.server_port for server in servers]
        port = stack.enter_context(proxying(tmp_path / "nginx", ports))
        for _ in range(OFTEN):
            assert get(port, "/odd")[0] == 503
            assert get(port, "/livez")[0] == 200
