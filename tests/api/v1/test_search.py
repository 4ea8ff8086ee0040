"""Search over HTTP: every parameter, and that nothing anybody types breaks it."""

import html
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import convert

from api.responses.envelope import Envelope
from api.responses.search import SearchPage
from corpus.document.article import Risk, Status
from tests.api.conftest import Served, site_of
from tests.api.site import URL, Site
from tests.factories import (
    make_article,
    make_document,
    make_metadata,
    make_question,
    make_translation,
    numbered_document,
)


def corpus() -> dict[str, str]:
    """Three articles that differ in everything that can be filtered by."""
    refused = make_article(
        metadata=make_metadata(
            code="TRANS-002", status=Status.VERIFIED, confidence=90, author="Ada", risk=Risk.LOW
        ),
        translations=[
            make_translation(questions=[make_question()]),
            make_translation(lang="zh", title="本地端口拒绝连接", summary="没有进程监听。"),
        ],
    )
    locked = make_article(
        slug="database-is-locked",
        metadata=make_metadata(
            id="art_Locked000001",
            author="Bob",
            domain="databases",
            tags=["sqlite", "port"],
            keywords=["SQLITE_BUSY"],
            status=Status.PENDING,
            confidence=40,
            risk=Risk.HIGH,
            published_at="2026-03-14T00:00:00Z",
            updated_at="2026-05-01T00:00:00Z",
        ),
        translations=[
            make_translation(
                title="Database is locked",
                summary="Another process <writes> & holds the lock.",
                body="## Cause\n\nTwo writers & a <script> tag.",
            )
        ],
    )
    denied = make_article(
        slug="permission-denied",
        metadata=make_metadata(
            id="art_Denied000001",
            author="Ada",
            domain="tools_filesystem",
            tags=["files"],
            keywords=["EACCES"],
            status=Status.PARTIAL,
            confidence=60,
            risk=Risk.CRITICAL,
            published_at="2026-03-10T00:00:00Z",
            updated_at="2026-03-10T00:00:00Z",
        ),
        translations=[make_translation(title="Permission denied", summary="No right.", body="x")],
    )
    return {
        "connection-refused.md": make_document(refused),
        "connection-refused.zh.md": make_document(refused, lang="zh"),
        "database-is-locked.md": make_document(locked),
        "permission-denied.md": make_document(denied),
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    documents = corpus()
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def slugs(site: Site, query: str) -> list[str]:
    answer = site.get(f"/api/v1/search?{query}")
    convert(answer.json, Envelope[SearchPage])
    return [item["slug"] for item in answer.data["items"]]


def test_an_item_has_everything_that_a_list_shows(site: Site) -> None:
    answer = site.get("/api/v1/search?q=ECONNREFUSED")
    [item] = answer.data["items"]

    score, highlights, matches = item.pop("score"), item.pop("highlights"), item.pop("matches")
    assert item.pop("trust")["level"] == "attested"
    assert answer.data["outcome"] == "likely"
    assert item == {
        "outcome": "likely",
        "id": "art_PortClosed01",
        "slug": "connection-refused",
        "code": "TRANS-002",
        "title": {"en": "Connection refused on a local port", "zh": "本地端口拒绝连接"},
        "summary": {"en": "Nothing listens where the client knocks.", "zh": "没有进程监听。"},
        "domain": "transport",
        "tags": ["network", "port"],
        "verificationStatus": "verified",
        "confidenceScore": 90,
        "riskLevel": "low",
        "createdAt": "2026-03-11T06:30:00.000Z",
        "updatedAt": "2026-03-13T08:00:00.000Z",
        "url": f"{URL}/api/v1/articles/connection-refused",
    }
    assert isinstance(score, float)
    assert all(isinstance(texts, list) for texts in highlights.values())
    assert matches[0].pop("trust")["level"] == "attested"
    assert matches[0] == {
        "kind": "error",
        "text": "connect ECONNREFUSED 127.0.0.1:8931",
        "anchor": "error-connect-econnrefused-1270018931",
        "cause": "Nothing listens there",
        "solution": "Start the server",
    }
    assert answer.data["pagination"] == {"page": 1, "pageSize": 20, "total": 1, "totalPages": 1}
    assert (answer.data["facets"], answer.data["suggestion"]) == (None, None)
    assert answer.json["meta"]["nextStep"] == (
        f"GET {URL}/api/v1/articles/connection-refused?format=markdown for the best match"
    )


def test_headers(site: Site) -> None:
    headers = site.get("/api/v1/search?q=lock").headers

    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["cache-control"] == "public, max-age=30"
    assert headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert headers["x-agent-api-endpoint"] == f"{URL}/api/v1/search"
    assert headers["x-agent-api-docs"] == f"{URL}/docs"


def test_every_name_finds_its_article_first(site: Site) -> None:
    for q in ("connection-refused", "art_PortClosed01", "TRANS-002", "ECONNREFUSED", "network",
              "Connection refused on a local port", "What does it mean?", "拒绝",
              "curl: (28) Connection timed out", "connection refused"):  # fmt: skip
        assert slugs(site, f"q={q}")[0] == "connection-refused", q


def test_without_q_the_newest_come_first(site: Site) -> None:
    newest = ["database-is-locked", "connection-refused", "permission-denied"]

    assert slugs(site, "") == newest
    assert slugs(site, "q=") == newest
    assert slugs(site, "q=%20%09") == newest
    assert slugs(site, "sort=updated") == newest
    assert slugs(site, "sort=confidence") == [newest[1], newest[2], newest[0]]
    listed = site.get("/api/v1/articles")
    convert(listed.json, Envelope[SearchPage])
    assert [item["slug"] for item in listed.data["items"]] == newest
    assert [item["score"] for item in listed.data["items"]] == [None, None, None]


@pytest.mark.parametrize("route", ["search", "articles"])
def test_filters(site: Site, route: str) -> None:
    def found(query: str) -> set[str]:
        answer = site.get(f"/api/v1/{route}?{query}")
        return {item["slug"].partition("-")[0] for item in answer.data["items"]}

    assert found("domain=databases") == {"database"}
    assert found("domain=databases&domain=transport") == {"database", "connection"}
    assert found("domain=mcp") == set()
    assert found("status=verified") == {"connection"}
    assert found("status=verified&status=partial") == {"connection", "permission"}
    assert found("tag=port") == {"connection", "database"}
    assert found("tag=port&tag=files") == {"connection", "database", "permission"}
    assert found("tag=PORT&author=Bob") == {"database"}
    assert found("risk=high&risk=critical") == {"database", "permission"}
    assert found("author=Ada") == {"connection", "permission"}
    assert found("minConfidence=60") == {"connection", "permission"}
    assert found("minConfidence=0") == {"connection", "permission", "database"}
    assert found("updatedSince=2026-03-13") == {"connection", "database"}
    assert found("updatedSince=2026-05-01T00:00:00Z") == {"database"}
    assert found("updatedSince=2026-05-01T02:00:00+02:00") == {"database"}
    assert found("updatedSince=2026-05-01T00:00:01") == set()
    assert found("tag=no%00thing") == set()


def test_filters_narrow_a_query(site: Site) -> None:
    assert slugs(site, "q=port&domain=databases") == ["database-is-locked"]
    assert slugs(site, "q=port&status=failed") == []
    assert slugs(site, "q=port&minConfidence=80") == ["connection-refused"]
    assert slugs(site, "q=port domain:databases") == ["database-is-locked"]
    assert slugs(site, "q=port -sqlite") == ["connection-refused"]
    assert slugs(site, 'q="connection refused"') == ["connection-refused"]
    assert slugs(site, "q=port&sort=confidence") == ["connection-refused", "database-is-locked"]
    assert slugs(site, "q=port&sort=updated") == ["database-is-locked", "connection-refused"]


def test_an_unknown_domain_is_refused_with_those_there_are(site: Site) -> None:
    answer = site.get("/api/v1/search?q=x&domain=nonsense")

    assert answer.status == 400
    [complaint] = answer.json["error"]["details"]["errors"]
    assert complaint == {
        "path": "domain",
        "message": "is not a domain",
        "received": "nonsense",
        "allowed": [
            "agent", "databases", "error_codes", "foundation", "mcp", "scenarios", "skill",
            "tools_filesystem", "tools_github", "tools_postgres", "transport",
        ],
    }  # fmt: skip


def test_pages_neither_repeat_nor_skip(serve: Served) -> None:
    site = serve({f"a{n}.md": numbered_document(n) for n in range(7)})
    for query in ("q=ECONNREFUSED", "", "sort=confidence"):
        pages = [slugs(site, f"{query}&pageSize=3&page={page}") for page in (1, 2, 3, 4)]
        assert [len(page) for page in pages] == [3, 3, 1, 0]
        assert len({slug for page in pages for slug in page}) == 7
        last = site.get(f"/api/v1/search?{query}&pageSize=3&page=4").data
        assert last["pagination"] == {"page": 4, "pageSize": 3, "total": 7, "totalPages": 3}


def test_a_page_far_beyond_the_end_is_empty(site: Site) -> None:
    for query in ("q=port", ""):
        data = site.get(f"/api/v1/search?{query}&page=100000&pageSize=100").data
        assert data["items"] == []
        assert data["pagination"]["totalPages"] == 1


def test_highlight_styles(site: Site) -> None:
    def texts(style: str) -> list[str]:
        [item] = site.get(f"/api/v1/search?q=writers&highlight={style}").data["items"]
        return [text for found in item["highlights"].values() for text in found]

    assert texts("none") == []
    assert [text for text in texts("text") if "<script>" in text]
    assert not [text for text in texts("text") if "<mark>" in text]
    marked = texts("html")
    assert [text for text in marked if "<mark>writers</mark>" in text]
    for text in marked:
        bare = text.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare
        assert html.escape(html.unescape(bare)) == bare


def test_facets(site: Site) -> None:
    everything = {
        "domain": {"databases": 1, "tools_filesystem": 1, "transport": 1},
        "status": {"partial": 1, "pending": 1, "verified": 1},
        "riskLevel": {"critical": 1, "high": 1, "low": 1},
        "tag": {"port": 2, "files": 1, "network": 1, "sqlite": 1},
    }
    assert site.get("/api/v1/search?facets=true").data["facets"] == everything
    found = site.get("/api/v1/search?q=port&facets=true&pageSize=1").data
    assert found["facets"]["tag"] == {"port": 2, "network": 1, "sqlite": 1}
    assert found["pagination"]["total"] == 2


def test_did_you_mean(site: Site) -> None:
    data = site.get("/api/v1/search?q=permision denied").data

    assert data["items"][0]["slug"] == "permission-denied"
    assert data["suggestion"] == "permission denied"


def test_lang_prefers_and_hides_nothing(site: Site) -> None:
    for lang in ("zh", "ZH", "zh-CN", "en", "fr"):
        assert slugs(site, f"q=port&lang={lang}") == slugs(site, "q=port")
    by_header = site.get("/api/v1/search?q=port", accept_language="zh-CN, en;q=0.5").data
    assert by_header["pagination"]["total"] == 2


def test_nothing_found_is_an_empty_list(site: Site) -> None:
    answer = site.get("/api/v1/search?q=zzzzqqqq")

    assert answer.data["items"] == []
    assert answer.data["pagination"] == {"page": 1, "pageSize": 20, "total": 0, "totalPages": 0}
    assert answer.json["meta"]["nextStep"] == (
        f"Nothing matched. POST the whole error output to {URL}/api/v1/diagnose, "
        "or search for fewer words."
    )


@pytest.mark.parametrize(
    "q",
    [
        '"', '""', '"unbalanced', "-", "--", "-x", "*", "?", "~", "a~2^", "(", ")", "[a TO b]",
        "AND", "OR NOT", "title:", "domain:", "domain:nonsense", "status:x", "minConfidence:x",
        "updatedSince:never", "\\", "'", ";", "%", "_", "%00", "a%00b", "%ED%A0%80", "%ff",
        "%F0%9F%98%80", "+", "&amp;", "<script>", "${jndi}", "../..", "：", "　", "%E2%80%8B", "{}",
        "^$", "a" * 9_000, "word%20" * 2_000, "%0A" * 50, "Error:%0A" * 300, "1e999", "0x", "/",
        "-32602", "C++", ".env", "@scope/pkg", "--no-cache",
    ],
)  # fmt: skip
def test_nothing_that_is_typed_is_an_error(site: Site, q: str) -> None:
    answer = site.get(f"/api/v1/search?q={q}&facets=true&highlight=html")

    convert(answer.json, Envelope[SearchPage])
    assert answer.status == 200


def test_parameters_that_are_unknown_or_come_twice(site: Site) -> None:
    assert slugs(site, "q=lock&utm=1&Q=port&limit=x") == ["database-is-locked"]
    assert slugs(site, "q=port&q=lock") == ["database-is-locked"]


def test_weekly_new_counts_what_was_published_lately(serve: Served) -> None:
    recent = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    site = serve(
        {
            "connection-refused.md": make_document(
                make_article(metadata=make_metadata(published_at=recent))
            ),
            "old.md": numbered_document(1),
        }
    )
    assert site.get("/api/v1/stats").data["articles"] == {
        "total": 2,
        "published": 2,
        "verified": 0,
        "weeklyNew": 1,
    }
