"""The error index, the domains and the tags."""

from collections.abc import Iterator

import pytest
from msgspec import convert

from api.responses.envelope import Envelope
from api.responses.listings import CountsObject, ErrorsPage
from tests.api.conftest import site_of
from tests.api.site import URL, Site
from tests.factories import make_article, make_document, make_metadata, make_translation

ROWS = "| Error | Cause | Solution |\n|---|---|---|\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    refused = make_article(
        translations=[
            make_translation(body=f"{ROWS}| `b: 100% wrong` | One | Two |\n| `A_1 failed` | | |"),
            make_translation(
                lang="zh",
                title="拒绝",
                body="| 错误 | 原因 | 解决 |\n|---|---|---|\n| `b: 100% wrong` | 一 | 二 |",
            ),
        ]
    )
    other = make_article(
        slug="other",
        metadata=make_metadata(id="art_Other0000001", domain="databases", tags=["port"]),
        translations=[make_translation(title="Other", body=f"{ROWS}| `c is broken` | X | Y |")],
    )
    documents = {
        "connection-refused.md": make_document(refused),
        "connection-refused.zh.md": make_document(refused, lang="zh"),
        "other.md": make_document(other),
    }
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def errors(site: Site, query: str, **headers: str) -> list[str]:
    answer = site.get(f"/api/v1/errors?{query}", **headers)
    convert(answer.json, Envelope[ErrorsPage])
    return [item["error"] for item in answer.data["items"]]


def test_errors_lead_to_their_articles(site: Site) -> None:
    answer = site.get("/api/v1/errors?q=broken")

    assert answer.data == {
        "items": [
            {
                "error": "c is broken",
                "cause": "X",
                "solution": "Y",
                "anchor": "error-c-is-broken",
                "trust": {
                    "level": "none",
                    "explanation": "Nobody states that this was verified, and no run shows it.",
                    "lastRun": None,
                    "environments": [],
                },
                "lang": "en",
                "article": {
                    "slug": "other",
                    "title": "Other",
                    "url": f"{URL}/api/v1/articles/other",
                },
            }
        ],
        "pagination": {"page": 1, "pageSize": 20, "total": 1, "totalPages": 1},
    }


def test_errors_are_filtered_and_paged(site: Site) -> None:
    everything = ["A_1 failed", "b: 100% wrong", "c is broken"]

    assert errors(site, "") == everything
    assert errors(site, "q=FAILED") == ["A_1 failed"]
    assert errors(site, "q=100%25") == ["b: 100% wrong"]
    assert errors(site, "q=_") == ["A_1 failed"]
    assert errors(site, "q=broken is") == ["c is broken"]
    assert errors(site, "q=%00") == []
    assert errors(site, "domain=databases") == ["c is broken"]
    assert errors(site, "domain=databases&domain=transport") == everything
    assert [errors(site, f"pageSize=2&page={page}") for page in (1, 2, 3)] == [
        everything[:2],
        everything[2:],
        [],
    ]


def test_errors_come_in_the_wanted_language(site: Site) -> None:
    def first(query: str, **headers: str) -> tuple[str, str]:
        item = site.get(f"/api/v1/errors?q=100&{query}", **headers).data["items"][0]
        return item["cause"], item["article"]["title"]

    assert first("lang=zh") == ("一", "拒绝")
    assert first("lang=ZH-cn") == ("一", "拒绝")
    assert first("", accept_language="zh") == ("一", "拒绝")
    assert first("lang=fr")[0] == "One"
    assert errors(site, "lang=zh") == ["b: 100% wrong", "c is broken"]


def test_domains(site: Site) -> None:
    answer = site.get("/api/v1/domains")

    convert(answer.json, Envelope[CountsObject])
    counts = {item["name"]: item["articles"] for item in answer.data["items"]}
    assert counts == {
        "databases": 1, "transport": 1, "agent": 0, "error_codes": 0, "foundation": 0, "mcp": 0,
        "scenarios": 0, "skill": 0, "tools_filesystem": 0, "tools_github": 0, "tools_postgres": 0,
    }  # fmt: skip
    assert list(counts.values()) == sorted(counts.values(), reverse=True)


def test_tags(site: Site) -> None:
    answer = site.get("/api/v1/tags")

    convert(answer.json, Envelope[CountsObject])
    assert answer.data["items"] == [
        {"name": "port", "articles": 2},
        {"name": "network", "articles": 1},
    ]


def test_lists_may_be_kept_for_a_minute(site: Site) -> None:
    for route in ("errors", "domains", "tags"):
        headers = site.get(f"/api/v1/{route}").headers
        assert headers["cache-control"] == "public, max-age=60"
        assert headers["etag"][:3] == 'W/"'
