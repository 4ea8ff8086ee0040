"""Whatever goes wrong leaves in one shape, with one set of codes."""

import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import convert

from api.logging_config import TextFormatter
from api.responses.envelope import Failure
from corpus.library import Library
from corpus.settings import Settings
from corpus.store.generations import ingest_lock
from tests.api.conftest import site_of
from tests.api.site import Answer, Site, scope
from tests.conftest import Ingested
from tests.factories import make_document

ARTICLE = "/api/v1/articles/connection-refused"
STATUSES = {
    "VALIDATION_ERROR": 400,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "NOT_ACCEPTABLE": 406,
    "PAYLOAD_TOO_LARGE": 413,
    "URI_TOO_LONG": 414,
    "INTERNAL_ERROR": 500,
    "SERVICE_UNAVAILABLE": 503,
}
READING = (
    ARTICLE,
    f"{ARTICLE}?format=json",
    f"{ARTICLE}.md",
    "/api/v1/articles/nothing",
    "/api/v1/articles",
    "/api/v1/search",
    "/api/v1/search?q=ECONNREFUSED",
    "/api/v1/errors",
    "/api/v1/domains",
    "/api/v1/tags",
    "/api/v1/stats",
    "/readyz",
)
"""Every route that needs the database."""
SEARCHING = ("/api/v1/search?q=ECONNREFUSED", "/readyz")
"""Every one of them that needs the index as well."""


def assert_error(answer: Answer, code: str) -> None:
    """The one shape of an error, as the contract has it."""
    assert (answer.status, answer.json["error"]["code"]) == (STATUSES[code], code)
    assert list(answer.json) == ["success", "data", "error", "meta"]
    assert answer.body.startswith(b'{"success":false,"data":null,"error":{"code":"')
    convert(answer.json, Failure)
    details = answer.json["error"]["details"]
    assert details["retryable"] is (answer.status == 503)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json["meta"]["requestId"] == answer.headers["x-request-id"]
    assert ("retry-after" in answer.headers) == (answer.status == 503)
    for complaint in details.get("errors", []):
        assert {"path", "message", "received"} <= set(complaint) <= {
            "path", "message", "received", "allowed",
        }  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    documents = {"connection-refused.md": make_document()}
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


@pytest.mark.parametrize(
    ("target", "path", "received", "allowed"),
    [
        (f"{ARTICLE}?format=xml", "format", "xml", ["json", "markdown"]),
        (f"{ARTICLE}?format=", "format", "", ["json", "markdown"]),
        (f"{ARTICLE}?format=JSON", "format", "JSON", ["json", "markdown"]),
        (f"{ARTICLE}?lang=not a language", "lang", "not a language", None),
        (f"{ARTICLE}?lang=../en", "lang", "../en", None),
        (f"{ARTICLE}?lang=%00", "lang", "\0", None),
        ("/api/v1/search?page=0", "page", "0", None),
        ("/api/v1/search?page=-1", "page", "-1", None),
        ("/api/v1/search?page=x", "page", "x", None),
        ("/api/v1/search?page=", "page", "", None),
        ("/api/v1/search?page=1.5", "page", "1.5", None),
        (f"/api/v1/search?page={10**30}", "page", str(10**30), None),
        ("/api/v1/search?pageSize=0", "pageSize", "0", None),
        ("/api/v1/search?pageSize=101", "pageSize", "101", None),
        ("/api/v1/search?sort=newest", "sort", "newest", ["relevance", "updated", "confidence"]),
        ("/api/v1/search?highlight=bold", "highlight", "bold", ["text", "html", "none"]),
        ("/api/v1/search?facets=perhaps", "facets", "perhaps", None),
        ("/api/v1/search?minConfidence=101", "minConfidence", "101", None),
        ("/api/v1/search?minConfidence=-1", "minConfidence", "-1", None),
        ("/api/v1/search?risk=x", "risk.0", "x", ["low", "medium", "high", "critical"]),
        (
            "/api/v1/search?status=verified&status=x",
            "status.1",
            "x",
            ["verified", "partial", "pending", "failed", "deprecated"],
        ),
        ("/api/v1/search?updatedSince=never", "updatedSince", "never", None),
        ("/api/v1/search?updatedSince=2026-13-01", "updatedSince", "2026-13-01", None),
        ("/api/v1/articles?page=0", "page", "0", None),
        ("/api/v1/articles?sort=x", "sort", "x", ["relevance", "updated", "confidence"]),
        ("/api/v1/errors?page=0", "page", "0", None),
        ("/api/v1/errors?pageSize=1000", "pageSize", "1000", None),
    ],
)
def test_a_bad_parameter_is_400_and_named(
    site: Site, target: str, path: str, received: object, allowed: list[str] | None
) -> None:
    answer = site.get(target)

    assert_error(answer, "VALIDATION_ERROR")
    [complaint] = answer.json["error"]["details"]["errors"]
    assert (complaint["path"], complaint["received"]) == (path, received)
    assert complaint.get("allowed") == allowed
    assert complaint["message"] in answer.json["error"]["message"]


@pytest.mark.parametrize("route", ["search", "articles", "errors"])
def test_a_bad_domain_is_400_everywhere(site: Site, route: str) -> None:
    answer = site.get(f"/api/v1/{route}?domain=transport&domain=x")

    assert_error(answer, "VALIDATION_ERROR")
    assert "transport" in answer.json["error"]["details"]["errors"][0]["allowed"]


def test_all_that_is_wrong_is_told_at_once(site: Site) -> None:
    answer = site.get("/api/v1/search?page=0&pageSize=0&sort=x")

    assert_error(answer, "VALIDATION_ERROR")
    complaints = answer.json["error"]["details"]["errors"]
    assert [complaint["path"] for complaint in complaints] == ["sort", "page", "pageSize"]


def test_a_long_value_is_not_echoed_in_full(site: Site) -> None:
    answer = site.get("/api/v1/search?sort=" + "x" * 5_000)

    assert_error(answer, "VALIDATION_ERROR")
    assert len(answer.body) < 1_500


def test_what_is_not_there(site: Site) -> None:
    for target in ("/api/v1/articles/nothing", "/api/v1/articles/a/b", "/api/v1/articles/a%2Fb",
                   "/api", "/api/v2/articles", "/nowhere?format=json", "/%00",
                   "/api//v1/search"):  # fmt: skip
        assert_error(site.get(target), "NOT_FOUND")


def test_methods_that_are_not_allowed(site: Site) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"):
        answer = site.ask(method, ARTICLE)
        assert_error(answer, "METHOD_NOT_ALLOWED")
        assert answer.headers["allow"] == "GET, HEAD"
    for method in ("GET", "HEAD", "PUT"):
        answer = site.ask(method, "/api/v1/diagnose")
        assert answer.status == 405
        assert answer.headers["allow"] == "POST"


def test_nothing_acceptable(site: Site) -> None:
    for accept in ("image/png", "application/json;q=0", "text/plain", "text/markdown;q=0, a/b"):
        assert_error(site.get(ARTICLE, accept=accept), "NOT_ACCEPTABLE")


def test_a_target_that_is_too_long(site: Site) -> None:
    for target in ("/api/v1/search?q=" + "x" * 16_400, "/" + "x" * 16_400):
        assert_error(site.get(target), "URI_TOO_LONG")
        assert site.head(target).status == 414
    assert site.get("/api/v1/search?q=" + "x" * 16_300).status == 200


def test_a_body_that_is_too_large(site: Site) -> None:
    assert_error(site.post("/api/v1/diagnose", {"text": "x" * 65_537}), "PAYLOAD_TOO_LARGE")


def test_a_host_that_is_none(site: Site) -> None:
    for host in ("", "a b", "evil.example/x", "a\tb", "a@b", "[::1", 'x"y', "ü.example"):
        answer = site.ask("GET", ARTICLE, headers={"host": host})
        if host == "[::1":
            continue  # harmless, whatever it means
        assert_error(answer, "VALIDATION_ERROR")
        assert answer.json["error"]["details"]["errors"][0]["path"] == "Host"
    for host in ("127.0.0.1:8000", "[::1]:80", "fixes.example."):
        url = site.ask("GET", f"{ARTICLE}?format=json", headers={"host": host}).json["url"]
        assert url == f"http://{host}{ARTICLE}"
    assert site.send(scope("GET", ARTICLE, headers=[])).status == 400


def test_the_inside_stays_inside(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise RuntimeError("secret of the inside")

    caplog.handler.setFormatter(TextFormatter())
    site.app.api.add_api_route("/broken", broken)
    for answer in (site.get("/broken"), site.get("/broken")):
        assert_error(answer, "INTERNAL_ERROR")
        assert answer.json["error"]["message"] == "internal error"
        assert b"secret" not in answer.body
    [line] = [at for at in caplog.text.splitlines() if answer.headers["x-request-id"] in at]
    assert re.search(r" error fixbook the request failed \S+ RuntimeError at .* broken$", line)
    assert "secret" not in caplog.text


def test_a_body_that_breaks_off(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    request = scope("POST", "/api/v1/diagnose", headers=[(b"host", b"fixbook.test")])
    request["cut off"] = True
    answer = site.send(request)

    assert_error(answer, "VALIDATION_ERROR")
    assert caplog.records == []


# Outages: never an empty result that pretends to be an answer


def assert_outage(site: Site, message: str, targets: Sequence[str] = READING) -> None:
    for target in targets:
        answer = site.get(target)
        assert_error(answer, "SERVICE_UNAVAILABLE")
        assert message in answer.json["error"]["message"]
        assert site.head(target).status == 503
    diagnosis = site.post("/api/v1/diagnose", {"text": "Error: connect ECONNREFUSED"})
    assert_error(diagnosis, "SERVICE_UNAVAILABLE")
    health = site.get("/api/health")
    assert (health.status, health.json["status"]) == (503, "unhealthy")
    assert site.get("/livez").status == 200


@pytest.fixture
def unserved(settings: Settings, ingested: Ingested) -> Settings:
    """Settings of a corpus that was ingested and is not open any more."""
    ingested({"connection-refused.md": make_document()}).close()
    return settings


@pytest.mark.sqlite("no file, no database")
def test_without_a_database(settings: Settings) -> None:
    with Site(settings) as site:
        assert_outage(site, "there is no database")
    assert not (settings.data_dir / "fixbook.db").exists()


def test_before_the_first_ingest(library: Library) -> None:
    with Site(library.settings) as site:
        assert_outage(site, "there is no search index yet")


def test_an_index_that_is_gone(unserved: Settings) -> None:
    shutil.rmtree(unserved.index_dir)
    with ingest_lock(unserved.data_dir), Site(unserved) as site:  # so that nobody can mend it
        assert_outage(site, "the search index is missing", SEARCHING)
        assert {site.get(target).status for target in READING if target not in SEARCHING} == {
            200, 404
        }  # fmt: skip
        assert site.get("/api/health").json["services"] == {
            "database": "connected",
            "search": "disconnected",
        }


def test_an_index_that_is_damaged(unserved: Settings) -> None:
    [folder] = unserved.index_dir.iterdir()
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    with ingest_lock(unserved.data_dir), Site(unserved) as site:
        assert_outage(site, "the search index is", SEARCHING)


def test_an_index_that_is_gone_is_made_again(unserved: Settings) -> None:
    shutil.rmtree(unserved.index_dir)
    with Site(unserved) as site:
        assert site.get(ARTICLE).status == 200
        assert site.get("/readyz").json == {"status": "ready", "generation": 1}


@pytest.mark.sqlite("damages the file")
def test_a_database_that_is_damaged(unserved: Settings) -> None:
    _overwrite(unserved.data_dir / "fixbook.db", b"nonsense" * 4_096)
    with Site(unserved) as site:
        assert_outage(site, "the database is damaged")
        assert site.get("/api/health").json["services"] == {
            "database": "disconnected",
            "search": "unknown",
        }


@pytest.mark.sqlite("empties the file")
def test_a_database_that_is_empty(unserved: Settings) -> None:
    _overwrite(unserved.data_dir / "fixbook.db", b"")
    with Site(unserved) as site:
        assert_outage(site, "the database cannot be used right now")


@pytest.mark.sqlite("moves the file")
def test_a_database_that_goes_away_and_comes_back(unserved: Settings) -> None:
    file = unserved.data_dir / "fixbook.db"
    with Site(unserved) as site:
        assert site.get(ARTICLE).status == 200
        file.rename(file.with_suffix(".away"))
        site.wait(0.7)
        assert_outage(site, "there is no database")
        assert not file.exists()
        shutil.copy(file.with_suffix(".away"), file)
        assert site.get(ARTICLE).status == 200
        assert site.get("/readyz").status == 200


@pytest.mark.sqlite("locks the file")
def test_a_database_that_is_locked(unserved: Settings) -> None:
    with closing(sqlite3.connect(unserved.data_dir / "fixbook.db")) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with Site(unserved) as site:
            assert_error(site.get(ARTICLE), "SERVICE_UNAVAILABLE")
            other.close()
            assert site.get(ARTICLE).status == 200


@pytest.mark.sqlite("no file, no database")
def test_an_outage_is_logged_with_its_request(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(TextFormatter())
    with Site(settings) as site:
        request_id = site.get(ARTICLE).headers["x-request-id"]
    line = rf"\S+ error fixbook there is no database {request_id} FileNotFoundError .*"
    assert re.search(line, caplog.text)


def _overwrite(file: Path, content: bytes) -> None:
    for path in file.parent.glob("fixbook.db-*"):
        path.unlink()
    file.write_bytes(content)
