"""The whole application over a server: what it finds, and what it says when that is away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.library import Library
from corpus.settings import Settings, load_settings
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from tests.api.site import Site
from tests.conftest import write_files
from tests.opensearch import address
from tests.opensearch.front import Front, standing
from tests.opensearch.test_trouble import target

_DOCUMENT = """# The port is in use

> Another process listens.

## Errors

| Error | Cause | Solution |
|---|---|---|
| `EADDRINUSE: address already in use 127.0.0.1:3000` | a second start | stop the first |
"""


@pytest.fixture
def front() -> Iterator[Front]:
    with standing(Front(target())) as front:
        yield front


@pytest.fixture
def settings(front: Front, tmp_path: Path) -> Settings:
    """Settings over an ingested article, and another one that has nothing to do with it."""
    files = {"port.md": _DOCUMENT, "other.md": "# Bread\n\nFlour and water.\n"}
    made = load_settings(
        content_dir=write_files(tmp_path / "content", files),
        data_dir=tmp_path / "data",
        rate_limit="off",  # tests ask a lot
        search_url=f"opensearch://127.0.0.1:{front.port}/{address.private('site-')[-15:]}",
    )
    library = Library(made)
    upgrade(library.database)
    ingest(library, [made.content_dir], options=IngestOptions())
    library.close()
    return made


def away(_path: str, _body: bytes) -> tuple[int, bytes]:
    return 503, b"{}"


def test_search_and_diagnosis_find(settings: Settings) -> None:
    with Site(settings) as site:
        found = site.get("/api/v1/search?q=EADDRINUSE").data["items"]
        assert [item["slug"] for item in found] == ["port"]
        counted = site.get("/api/v1/search?q=water&facets=true").data["facets"]
        assert counted == {
            "domain": {"general": 1},
            "status": {"pending": 1},
            "riskLevel": {"low": 1},
            "tag": {},
        }
        text = "Error: listen EADDRINUSE: address already in use 127.0.0.1:8080"
        diagnosis = site.post("/api/v1/diagnose", {"text": text}).data
        assert [match["slug"] for match in diagnosis["matches"]] == ["port"]
        assert site.get("/api/health").json["services"]["search"] == "connected"


def test_an_update_is_seen(settings: Settings) -> None:
    with Site(settings) as site:
        assert site.get("/api/v1/search?q=yeast").data["items"] == []
        write_files(settings.content_dir, {"other.md": "# Bread\n\nFlour, water and yeast.\n"})
        library = Library(settings)
        ingest(library, [settings.content_dir], options=IngestOptions())
        library.close()
        site.wait(2)
        found = site.get("/api/v1/search?q=yeast").data["items"]
        assert [item["slug"] for item in found] == ["other"]
        assert len(site.get("/api/v1/search?q=address").data["items"]) == 1


def test_while_the_server_is_away_only_searches_fail(settings: Settings, front: Front) -> None:
    with Site(settings) as site:
        site.get("/api/v1/search?q=flour")
        front.instead = away
        for target_ in ("/api/v1/search?q=address", "/api/v1/search?q=something+else"):
            answer = site.get(target_)
            assert answer.status == 503
            assert answer.json["error"]["code"] == "SERVICE_UNAVAILABLE"
            assert "retry-after" in answer.headers
        assert site.post("/api/v1/diagnose", {"text": "Error: EADDRINUSE"}).status == 503
        assert site.get("/api/v1/articles/port?format=json").status == 200
        health = site.get("/api/health")
        assert health.status == 503
        assert health.json["services"] == {"database": "connected", "search": "disconnected"}
        front.instead = lambda _path, _body: None
        site.wait(3.1)
        assert site.get("/api/v1/search?q=address").data["pagination"]["total"] == 1


def test_an_application_that_starts_without_the_server_serves_articles(
    settings: Settings, front: Front
) -> None:
    front.instead = away
    with Site(settings) as site:
        assert site.get("/api/v1/search?q=address").status == 503
        assert site.get("/api/v1/articles/port?format=json").status == 200
        front.instead = lambda _path, _body: None
        site.wait(3.1)
        assert site.get("/api/v1/search?q=address").data["pagination"]["total"] == 1
