"""The page of an article: what it says, in which language, and where it leads."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from corpus.document.article import RecordEnvironment, Risk, Status, VerifierKind
from tests.api.conftest import Served, site_of
from tests.api.pages.document import Document, document
from tests.api.site import URL, Site
from tests.factories import (
    BODY,
    make_article,
    make_code_block,
    make_document,
    make_metadata,
    make_question,
    make_record,
    make_translation,
    numbered_document,
)

REFERENCES = "\n\n## See\n\n[By code](OLD-001) [By file](only-english.md) [Gone](GONE-001)"
PAGE = "/en/articles/connection-refused"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    record = make_record(
        kind=VerifierKind.HUMAN_EXPERT,
        notes="By hand",
        environment=RecordEnvironment(os="Linux", runtime="Node.js", version="22"),
    )
    refused = make_article(
        metadata=make_metadata(
            code="TRANS-002", aliases=["econnrefused"], status=Status.VERIFIED, confidence=80,
            risk=Risk.HIGH, records=[record], versions=["1.2"],
        ),
        translations=[
            make_translation(
                body=BODY + REFERENCES,
                code_blocks=[make_code_block()],
                questions=[make_question(question="Why </script> & how?", answer="[See](#x).")],
            ),
            make_translation(lang="zh", title="连接被拒绝", summary="没有程序在监听。"),
        ],
    )  # fmt: skip
    english = make_article(
        slug="only-english", metadata=make_metadata(id="art_English00001"),
        translations=[make_translation(title="Only English")],
    )  # fmt: skip
    old = make_article(
        slug="old",
        metadata=make_metadata(
            id="art_Old000000001", code="OLD-001", status=Status.DEPRECATED,
            related_ids=["art_PortClosed01"],
        ),
        translations=[make_translation(title="Old", body="Nothing.")],
    )  # fmt: skip
    documents = {
        "connection-refused.md": make_document(refused),
        "connection-refused.zh.md": make_document(refused, lang="zh"),
        "only-english.md": make_document(english),
        "old.md": make_document(old),
    }
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(site: Site) -> Document:
    return document(site.get(PAGE))


def structured(page: Document) -> dict[str, dict[str, Any]]:
    texts = [
        "".join(text)
        for name, attributes, text in page.elements
        if name == "script" and attributes.get("type") == "application/ld+json"
    ]
    return {data["@type"]: data for data in map(json.loads, texts)}


def test_title_summary_and_facts(page: Document) -> None:
    assert page.texts("title") == ["Connection refused on a local port · Fixbook"]
    assert page.texts("h1") == ["Connection refused on a local port"]
    assert page.texts("p", **{"class": "lead"}) == ["Nothing listens where the client knocks."]
    assert page.texts("p", **{"class": "facts"}) == [
        "Stated by the author, not run All 2 errors Link to this error",
        "Stated by the author Updated 2026-03-13 Risk: high",
    ]


def test_what_is_written_and_what_is_known_are_told_apart(page: Document) -> None:
    known, written = page.texts("p")[-4:-2]
    assert known == (
        "Stated by the author "
        "Somebody states that this was verified; no run of this text confirms it."
    )
    assert written == (
        "The author's own status: verified, confidence 80 %. "
        "That is a statement, not a measurement."
    )
    [record] = [text for text in page.texts("li") if text.startswith("Night Bot")]
    assert record == "Night Bot (human expert): passed, 2026-03-12, Linux / Node.js / 22By hand"


def test_anchors_are_those_of_the_api(site: Site, page: Document) -> None:
    article = site.get("/api/v1/articles/connection-refused?format=json&lang=en").json
    anchors = [part["anchor"] for part in (*article["sections"], *article["errors"])]
    assert len(anchors) == 5
    assert set(anchors) <= set(page.ids())
    assert "question-1" in page.ids()


def test_references_lead_to_pages(page: Document) -> None:
    links = page.links()
    assert links["By code"] == "/en/articles/old"
    assert links["By file"] == "/en/articles/only-english"
    assert "Gone" not in links
    assert links["Old"] == "/en/articles/old"


def test_alternates_and_canonical(page: Document) -> None:
    alternates = {link.get("hreflang") or link.get("type"): link["href"] for link in
                  page.attributes("link", rel="alternate")}  # fmt: skip
    api = f"{URL}/api/v1/articles/connection-refused"
    assert alternates == {
        "en": f"{URL}{PAGE}",
        "zh": f"{URL}/zh/articles/connection-refused",
        "x-default": f"{URL}{PAGE}",
        "text/markdown": f"{api}.en.md",
        "application/json": f"{api}?format=json&lang=en",
        "application/atom+xml": "/feed.xml?lang=en",
    }
    assert page.attributes("link", rel="canonical")[0]["href"] == f"{URL}{PAGE}"
    assert page.attributes("meta", property="og:type")[0]["content"] == "article"


def test_structured_data_ends_no_script(page: Document) -> None:
    data = structured(page)
    assert set(data) == {"TechArticle", "BreadcrumbList", "FAQPage"}
    assert data["TechArticle"]["headline"] == "Connection refused on a local port"
    questions = data["FAQPage"]["mainEntity"]
    assert [item["name"] for item in questions] == ["Why </script> & how?"]


def test_the_language_switch_keeps_the_article(site: Site, page: Document) -> None:
    assert page.links()["中文"] == "/zh/articles/connection-refused"
    chinese = document(site.get("/zh/articles/connection-refused"))
    assert chinese.attributes("html") == [{"lang": "zh"}]
    assert chinese.texts("h1") == ["连接被拒绝"]
    assert chinese.attributes("article") == [{"class": "prose"}]


def test_a_language_that_is_missing_is_said_and_not_indexed_twice(site: Site) -> None:
    page = document(site.get("/zh/articles/only-english"))

    assert page.attributes("article") == [{"class": "prose", "lang": "en"}]
    assert page.texts("div", role="note") == ["本文没有中文版，以下是 English 版。"]
    canonical = page.attributes("link", rel="canonical")[0]["href"]
    assert canonical == f"{URL}/en/articles/only-english"
    assert page.attributes("link", hreflang="zh") == []


def test_a_deprecated_article_names_its_successor(site: Site) -> None:
    page = document(site.get("/en/articles/old"))

    assert page.texts("div", role="note") == [
        "This article is deprecated. Read instead: Connection refused on a local port"
    ]


@pytest.mark.parametrize("name", ["art_PortClosed01", "TRANS-002", "econnrefused"])
def test_other_names_lead_to_the_slug(site: Site, name: str) -> None:
    answer = site.get(f"/en/articles/{name}?a=b")

    assert (answer.status, answer.headers["location"]) == (308, f"{PAGE}?a=b")


@pytest.mark.parametrize(
    ("path", "accept", "document_of"),
    [
        (PAGE, "text/markdown", "en"),
        (PAGE, "text/markdown, text/html, */*", "en"),
        (PAGE, "text/html;q=0.5, text/markdown;q=0.9", "en"),
        (f"{PAGE}.md", BROWSER, "en"),
        (f"{PAGE}.zh.md", "", "zh"),
        ("/zh/articles/connection-refused.md", "", "zh"),
    ],
)
def test_the_document_is_that_of_the_api(
    site: Site, path: str, accept: str, document_of: str
) -> None:
    answer = site.get(path, accept=accept)

    api = site.get(f"/api/v1/articles/connection-refused.{document_of}.md")
    assert (answer.status, answer.body) == (200, api.body)
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"


@pytest.mark.parametrize("accept", ["", "*/*", BROWSER, "text/html, text/markdown"])
def test_browsers_get_the_page(site: Site, accept: str) -> None:
    assert document(site.get(PAGE, accept=accept)).texts("h1") == [
        "Connection refused on a local port"
    ]


def test_headers(site: Site) -> None:
    headers = site.get(PAGE).headers
    assert headers["vary"] == "Accept, Accept-Encoding"
    assert headers["cache-control"] == "public, max-age=60"
    assert headers["content-language"] == "en"
    assert headers["x-article-id"] == "art_PortClosed01"
    assert headers["last-modified"] == "Fri, 13 Mar 2026 08:00:00 GMT"
    assert site.get(PAGE, if_none_match=headers["etag"]).status == 304


def test_an_unknown_article_is_a_404_with_suggestions(site: Site) -> None:
    page = document(site.get("/en/articles/connection-refusal", accept=BROWSER), status=404)

    assert page.links()["Connection refused on a local port"] == PAGE
    answer = site.get("/en/articles/connection-refusal")
    assert answer.json["error"]["details"]["suggestions"][0] == "connection-refused"


def test_the_articles_beside_it_in_its_domain(serve: Served) -> None:
    site = serve({f"article-{n:03}.md": numbered_document(n) for n in range(3)})
    for number, links in ((0, [1]), (1, [0, 2]), (2, [1])):
        text = site.get(f"/en/articles/article-{number:03}").body.decode()
        nav = text.partition('<nav class="neighbours"')[2].partition("</nav>")[0]
        shown = re.findall(r'href="/en/articles/article-(\d+)"', nav)
        assert [int(each) for each in shown] == links


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("connection-refused.md", "connection-refused.zh.md"),
        ("net/connection-refused.en.md", "net/connection-refused.zh.markdown"),
        ("en/connection-refused.md", "zh/connection-refused.md"),
    ],
)
def test_a_page_can_be_edited_where_the_setting_says_so(
    serve: Served, english: str, chinese: str
) -> None:
    article = make_article(translations=[make_translation(), make_translation(lang="zh")])
    documents = {english: make_document(article), chinese: make_document(article, lang="zh")}
    site = serve(documents, edit_url="https://git.example/edit/{path}?x=1")
    for lang, name in (("en", english), ("zh", chinese)):
        text = site.get(f"/{lang}/articles/connection-refused").body.decode()
        assert f'href="https://git.example/edit/content/{name}?x=1"' in text
    assert "Edit this page" not in serve(documents).get(PAGE).body.decode()
