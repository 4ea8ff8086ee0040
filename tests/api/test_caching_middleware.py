"""The front door: what it keeps apart, what it answers itself, what it logs."""

import asyncio
import io
import json
import re
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import generation_watch
from api.caching_middleware import CachingMiddleware
from api.http.access_log import AccessLog
from api.http.hosts import Hosts
from api.http.proxies import Proxies
from api.http.representation import Representation
from api.limits.admission import Admission
from api.limits.api_keys import ApiKeyCache
from api.limits.load_shedding import LoadShedder
from api.metrics.active_agents import ActiveAgents
from api.metrics.counters import Counters
from corpus.library import Library
from corpus.settings import LogFormat, LogLevel, ProxyHeader, Settings
from ingest.pipeline import IngestOptions, ingest
from tests.api.conftest import Served
from tests.api.site import HOST, Site, scope
from tests.conftest import Ingested, settings_in, write_files
from tests.factories import make_article, make_document, make_translation, numbered_document

PATH = "/api/v1/articles/connection-refused"


def titled(title: str) -> str:
    return make_document(make_article(translations=[make_translation(title=title)]))


@pytest.mark.sqlite("removes the file")
def test_a_second_request_is_answered_from_memory(
    serve: Served, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever watches for new generations must not find the database gone meanwhile.
    monkeypatch.setattr(generation_watch, "_POLL_SECONDS", 3_600.0)
    site = serve({"connection-refused.md": make_document()})
    targets = (f"{PATH}?format=json", f"{PATH}.md", "/api/v1/search?q=port", "/api/v1/tags")
    first = {target: site.get(target) for target in targets}
    library.database.path.unlink()  # type: ignore[union-attr]  # a file, in tests

    for target in targets:
        again = site.get(target)
        assert again.status == 200
        assert again.headers.get("etag") == first[target].headers["etag"]
    assert site.get(f"{PATH}?format=markdown").status == 503


def test_a_new_generation_is_seen_at_once(serve: Served, library: Library) -> None:
    site = serve({"connection-refused.md": titled("Before")})
    for title in ("After", "Later", "Last"):
        assert site.get(PATH).data["title"] == site.get(PATH).data["title"]
        write_files(library.settings.content_dir, {"connection-refused.md": titled(title)})
        ingest(library, [library.settings.content_dir], options=IngestOptions())
        assert site.get(PATH).data["title"] == {"en": title}
        [item] = site.get("/api/v1/search?q=ECONNREFUSED").data["items"]
        assert item["title"] == {"en": title}


def test_a_generation_without_a_notice_is_seen_too(settings: Settings, ingested: Ingested) -> None:
    ingested({"connection-refused.md": titled("Before")})
    with Site(settings) as site:
        assert site.get(PATH).data["title"] == {"en": "Before"}
        other = settings.data_dir / "generation.notice"
        other.rename(other.with_suffix(".old"))  # whoever opens it now has another one
        write_files(settings.content_dir, {"connection-refused.md": titled("After")})
        with_other_notice = Library(settings)
        ingest(with_other_notice, [settings.content_dir], options=IngestOptions())
        with_other_notice.close()
        assert site.get(PATH).data["title"] == {"en": "Before"}
        site.wait(1.2)
        assert site.get(PATH).data["title"] == {"en": "After"}


def test_answers_are_kept_apart_by_what_they_depend_on(serve: Served) -> None:
    article = make_article(
        translations=[make_translation(), make_translation(lang="zh", title="拒绝")]
    )
    site = serve(
        {
            "connection-refused.md": make_document(article),
            "connection-refused.zh.md": make_document(article, lang="zh"),
        }
    )
    asked = [
        {"accept": accept, "accept_language": language, "host": host}
        for accept in ("*/*", "text/markdown")
        for language in ("en", "zh")
        for host in (HOST, "other.example:8080")
    ]
    fresh = [site.get(PATH, **headers) for headers in asked]
    for answer, headers in zip(fresh, asked, strict=True):
        again = site.get(PATH, **headers)
        assert again.headers["etag"] == answer.headers["etag"]
        assert again.headers["content-language"] == headers["accept_language"]
        assert again.headers["x-agent-api-endpoint"] == f"http://{headers['host']}{PATH}"
        assert again.headers["content-type"].startswith(
            "text/markdown" if "markdown" in headers["accept"] else "application/json"
        )


def test_the_scheme_is_part_of_the_address(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    for scheme in ("http", "https", "http"):
        request = scope("GET", f"{PATH}?format=json", headers=[(b"host", HOST.encode())])
        answer = site.send({**request, "scheme": scheme})
        assert answer.json["url"] == f"{scheme}://{HOST}{PATH}"


def test_of_a_repeated_header_the_first_counts_everywhere(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    markdown, plain = (b"accept", b"text/markdown"), (b"accept", b"application/json")
    host = (b"host", HOST.encode())
    mixed = site.send(scope("GET", PATH, headers=[host, markdown, plain]))
    assert mixed.headers["content-type"] == "text/markdown; charset=utf-8"
    answer = site.send(scope("GET", PATH, headers=[host, plain]))
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_errors_and_statistics_are_not_kept(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    assert site.get("/api/v1/stats").data["apiRequests"]["total"] == 1
    assert site.get("/api/v1/stats").data["apiRequests"]["total"] == 2
    ids = {site.get("/nowhere").json["meta"]["requestId"] for _ in range(3)}
    assert len(ids) == 3


# CORS


def test_cors_is_off_by_default(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    answer = site.get(PATH, origin="https://app.example")

    assert [name for name in answer.headers if name.startswith("access-control")] == []
    preflight = {"origin": "https://app.example", "access-control-request-method": "GET"}
    assert site.ask("OPTIONS", PATH, headers=preflight).status == 405


def test_cors_can_be_allowed(serve: Served) -> None:
    origin = "https://app.example"
    site = serve({"connection-refused.md": make_document()}, cors_origins=(origin,))
    for _kept in range(3):
        answer = site.get(PATH, origin=origin)
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding, Origin"
        assert "ETag" in answer.headers["access-control-expose-headers"]
    assert (
        "access-control-allow-origin" not in site.get(PATH, origin="https://evil.example").headers
    )
    assert site.get("/nowhere", origin=origin).headers["access-control-allow-origin"] == origin
    preflight = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    allowed = site.ask("OPTIONS", "/api/v1/diagnose", headers=preflight)
    assert allowed.status == 200
    assert "POST" in allowed.headers["access-control-allow-methods"]


# The access log


def logged(site: Site, capsys: pytest.CaptureFixture[str]) -> list[str]:
    site.wait(0.4)
    return capsys.readouterr().out.splitlines()


def test_a_line_for_each_request_without_its_query(
    serve: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    site = serve({"connection-refused.md": make_document()})
    site.get(f"{PATH}?format=json&q=secret")
    site.head(f"{PATH}?format=json&q=secret")
    site.get("/api/v1/articles/%0d%0a2026 forged%1b[31m")
    site.post("/api/v1/diagnose", {"text": "secret"})
    lines = logged(site, capsys)

    shown = [re.sub(r"^\S+ | \d+\.\d\dms \w+-\d+$", "", line) for line in lines]
    assert shown == [
        f"GET {PATH} 200",
        f"HEAD {PATH} 200",
        "GET /api/v1/articles/%0d%0a2026%20forged%1b[31m 404",
        "POST /api/v1/diagnose 200",
    ]
    assert re.fullmatch(rf"20\S+Z GET {PATH} 200 \d+\.\d\dms [0-9a-f]{{12}}-1", lines[0])


async def log_one(path: bytes, log: AccessLog) -> None:
    log.add("GET", path, 200, 0.001, b"x-1")
    log.flush()


def test_control_characters_are_escaped_whatever_the_server_lets_through() -> None:
    for style, path in (
        (LogFormat.TEXT, r"GET /a\r\n\x1b[31m\xff b 200"),
        (LogFormat.JSON, r'"path": "/a\r\n\u001b[31m\\xff b"'),
    ):
        written = io.StringIO()
        asyncio.run(log_one(b"/a\r\n\x1b[31m\xff b", AccessLog(style, to=written)))
        assert path in written.getvalue()
        assert written.getvalue().count("\n") == 1


def test_the_log_as_json(serve: Served, capsys: pytest.CaptureFixture[str]) -> None:
    site = serve({"connection-refused.md": make_document()}, log_format=LogFormat.JSON)
    answer = site.get(f"{PATH}?q=secret")
    [line] = logged(site, capsys)

    entry = json.loads(line)
    assert list(entry) == ["time", "method", "path", "status", "milliseconds", "requestId"]
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", PATH, 200)
    assert entry["requestId"] == answer.headers["x-request-id"]


def test_no_lines_above_the_level_of_information(
    serve: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    site = serve({"connection-refused.md": make_document()}, log_level=LogLevel.WARNING)
    site.get(PATH)
    assert logged(site, capsys) == []


def test_the_last_lines_are_written_at_the_end(
    settings: Settings, ingested: Ingested, capsys: pytest.CaptureFixture[str]
) -> None:
    ingested({"a.md": numbered_document(1)})
    with Site(settings) as site:
        site.get("/livez")
    assert "GET /livez 200" in capsys.readouterr().out


class Slow:
    """An application that takes its time, and counts what it is asked."""

    def __init__(self, *, max_age: int | None) -> None:
        self.asked: list[str] = []
        self._max_age = max_age

    async def __call__(self, request: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(request["path"])
        await asyncio.sleep(0.02)
        answer = Representation(b"here", media_type="text/plain", max_age=self._max_age)
        await answer(request, receive, send)


def door_to(app: ASGIApp, epoch: list[int], folder: Path) -> CachingMiddleware:
    admission = Admission(
        settings_in(folder),
        keys=ApiKeyCache(list),
        agents=ActiveAgents(folder),
        load=LoadShedder(steady=32),
    )
    log = AccessLog(LogFormat.TEXT, enabled=False)
    return CachingMiddleware(
        app,
        epoch=lambda: epoch[0],
        log=log,
        counters=Counters(),
        admission=admission,
        hosts=Hosts(settings_in(folder)),
        proxies=Proxies((), ProxyHeader.X_FORWARDED_FOR),
    )


async def asked_of(door: CachingMiddleware, *paths: str) -> list[bytes]:
    """The bodies that come back to requests which are made at the same time."""

    async def one(path: str) -> bytes:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:
            sent.append(message)

        await door(scope("GET", path, headers=[(b"host", HOST.encode())]), receive, send)
        return b"".join(message.get("body", b"") for message in sent)

    return await asyncio.gather(*map(one, paths))


def test_an_answer_that_many_wait_for_is_made_once(tmp_path: Path) -> None:
    app = Slow(max_age=60)
    bodies = asyncio.run(asked_of(door_to(app, [1], tmp_path), *["/a"] * 20, "/b"))

    assert bodies == [b"here"] * 21
    assert app.asked == ["/a", "/b"]


def test_an_answer_that_is_not_kept_is_made_for_each(tmp_path: Path) -> None:
    app = Slow(max_age=None)
    bodies = asyncio.run(asked_of(door_to(app, [1], tmp_path), *["/a"] * 5))

    assert bodies == [b"here"] * 5
    assert app.asked == ["/a"] * 5


def test_what_was_hot_is_made_again_before_anybody_asks(tmp_path: Path) -> None:
    app, epoch = Slow(max_age=60), [1]

    async def story() -> None:
        door = door_to(app, epoch, tmp_path)
        await asked_of(door, "/hot", "/cold")
        await asked_of(door, "/hot")
        await door.warm()
        assert app.asked == ["/hot", "/cold"]
        epoch[0] = 2
        await door.warm()
        assert app.asked == ["/hot", "/cold", "/hot"]
        await asked_of(door, "/hot")
        await door.warm()
        assert app.asked == ["/hot", "/cold", "/hot"]

    asyncio.run(story())


def test_headers_that_mean_the_same_get_the_same_kept_answer(tmp_path: Path) -> None:
    app = Slow(max_age=60)

    async def story() -> None:
        door = door_to(app, [1], tmp_path)
        for number in range(20):
            headers = [
                (b"host", HOST.encode() if number % 2 else HOST.upper().encode()),
                (b"accept", b"text/html;v=%d, application/json;q=0.%d" % (number, number % 9 + 1)),
                (b"accept-language", b"de-DE,de;q=0.%d,*;q=0.01" % (number % 8 + 1)),
            ]
            await door(scope("GET", "/a", headers=headers), receive, send)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: Message) -> None:
        pass

    asyncio.run(story())
    assert app.asked == ["/a"]
