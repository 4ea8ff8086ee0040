"""The feed and the map: true to their formats, whatever articles say."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

import pytest

from api.discovery import feeds
from tests.api.conftest import Served
from tests.api.site import URL, Answer, Site
from tests.factories import (
    make_article,
    make_document,
    make_metadata,
    make_translation,
    numbered_document,
)

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ALTERNATE = "{http://www.w3.org/1999/xhtml}link"
SITE_PAGES = 14
"""Addresses of a map that are no articles: seven pages in two languages."""


def tree(answer: Answer) -> Element:
    assert answer.status == 200
    return fromstring(answer.body)  # noqa: S314 - we made it


def texts(root: Element, name: str) -> list[str | None]:
    return [element.text for element in root.iter(name)]


@pytest.fixture
def two(serve: Served) -> Site:
    """One article in two languages, and an older one with hostile texts."""
    good = make_article(
        metadata=make_metadata(domain="net", tags=["port", "net"]),
        translations=[
            make_translation(),
            make_translation(lang="zh", title="拒绝", summary="无。"),
        ],
    )
    hostile = make_article(
        slug="x-拒",
        metadata=make_metadata(
            id="art_Hostile00001", author="A & <B>", tags=['"]]>', "a&b"],
            published_at=None, updated_at=None, created_at=None,
        ),
        translations=[
            make_translation(title="<script>&amp; ]]> \x07\x1b\ufffe", summary="<a href='x'>")
        ],
    )  # fmt: skip
    return serve(
        {
            "good.md": make_document(good),
            "good.zh.md": make_document(good, lang="zh"),
            "hostile.md": make_document(hostile),
        }
    )


def test_the_feed(two: Site) -> None:
    answer = two.get("/feed.xml")
    feed = tree(answer)
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None

    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Language, Accept-Encoding"
    assert feed.findtext(f"{ATOM}id") == f"{URL}/feed.xml?lang=en"
    assert feed.findtext(f"{ATOM}updated") == "2026-03-13T08:00:00Z"
    assert (feed.get(XML_LANG), entry.get(XML_LANG)) == ("en", "en")
    assert {child.tag.removeprefix(ATOM): child.text for child in entry} == {
        "id": "urn:uuid:c6a59f70-e29f-5077-b403-c5c02f004311",
        "title": "Connection refused on a local port",
        "updated": "2026-03-13T08:00:00Z",
        "published": "2026-03-12T07:04:44Z",
        "author": None,
        "link": None,
        "category": None,
        "summary": "Nothing listens where the client knocks.",
    }
    assert [link.attrib for link in entry.iter(f"{ATOM}link")] == [
        {
            "rel": "alternate",
            "href": f"{URL}/en/articles/connection-refused",
            "type": "text/html",
            "hreflang": "en",
        },
        {
            "rel": "alternate",
            "href": f"{URL}/api/v1/articles/connection-refused.en.md",
            "type": "text/markdown",
            "hreflang": "en",
        },
    ]
    assert [item.get("term") for item in entry.iter(f"{ATOM}category")] == ["net", "port"]


def test_the_feed_comes_in_the_wanted_language(two: Site) -> None:
    for answer in (two.get("/feed.xml?lang=zh"), two.get("/feed.xml", accept_language="zh")):
        feed = tree(answer)
        assert feed.findtext(f"{ATOM}title") == "Fixbook：错误的修复方法"
        languages = [entry.get(XML_LANG) for entry in feed.iter(f"{ATOM}entry")]
        assert languages == ["zh", "en"]
    ids = {text for lang in ("en", "zh") for text in texts(tree(two.get(f"/feed.xml?lang={lang}")),
                                                           f"{ATOM}id")}  # fmt: skip
    assert len(ids) == 5  # two feeds, an article in two languages, one in English only


def test_what_articles_say_stays_text(two: Site) -> None:
    entry = list(tree(two.get("/feed.xml")).iter(f"{ATOM}entry"))[1]

    assert entry.findtext(f"{ATOM}title") == "<script>&amp; ]]> "
    assert entry.findtext(f"{ATOM}summary") == "<a href='x'>"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "A & <B>"
    assert [item.get("term") for item in entry.iter(f"{ATOM}category")][1:] == ['"]]>', "a&b"]
    published_at = two.get("/api/v1/stats").data["generation"]["publishedAt"]
    assert entry.findtext(f"{ATOM}updated") == f"{published_at[:19]}Z"
    assert f"{URL}/en/articles/x-%E6%8B%92" in texts(tree(two.get("/sitemap.xml")), f"{MAP}loc")


def test_the_feed_has_the_newest_fifty(serve: Served) -> None:
    documents = {}
    for number in range(60):
        metadata = make_metadata(
            id=f"art_Numbered{number:04}", updated_at=f"2026-01-01T00:{number:02}:00Z"
        )
        article = make_article(slug=f"a-{number}", metadata=metadata)
        documents[f"a-{number}.md"] = make_document(article)
    times = texts(tree(serve(documents).get("/feed.xml")), f"{ATOM}updated")

    newest = [f"2026-01-01T00:{number:02}:00Z" for number in range(59, 9, -1)]
    assert times == ["2026-01-01T00:59:00Z", *newest]


def test_an_empty_corpus_has_a_feed_and_a_map(serve: Served) -> None:
    site = serve({})

    assert len(texts(tree(site.get("/feed.xml")), f"{ATOM}updated")) == 1
    assert len(texts(tree(site.get("/sitemap.xml")), f"{MAP}loc")) == SITE_PAGES


def places(root: Element) -> Iterator[tuple[str | None, str | None, list[tuple[str, str]]]]:
    for place in root.iter(f"{MAP}url"):
        others = [
            (link.get("hreflang", ""), link.get("href", "")) for link in place.iter(ALTERNATE)
        ]
        yield place.findtext(f"{MAP}loc"), place.findtext(f"{MAP}lastmod"), others


def test_the_map_has_each_page_with_its_other_languages(two: Site) -> None:
    answer = two.get("/sitemap.xml")
    found = list(places(tree(answer)))
    english, chinese = (f"{URL}/{lang}/articles/connection-refused" for lang in ("en", "zh"))
    both = [("en", english), ("zh", chinese)]

    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert found[0] == (f"{URL}/en", None, [("en", f"{URL}/en"), ("zh", f"{URL}/zh")])
    assert found[SITE_PAGES : SITE_PAGES + 3] == [
        (english, "2026-03-13T08:00:00Z", both),
        (chinese, "2026-03-13T08:00:00Z", both),
        (f"{URL}/en/articles/x-%E6%8B%92", None, []),
    ]
    error = "errors/connect-econnrefused-1270018931"
    errors = [(lang, f"{URL}/{lang}/{error}") for lang in ("en", "zh")]
    assert found[SITE_PAGES + 3 : SITE_PAGES + 5] == [
        (address, None, errors) for _, address in errors
    ]


def test_every_page_of_the_map_is_there(two: Site) -> None:
    for place in texts(tree(two.get("/sitemap.xml")), f"{MAP}loc"):
        assert place is not None
        assert two.get(place.removeprefix(URL)).status == 200, place


def test_an_article_in_a_language_without_pages_has_one_all_the_same(serve: Served) -> None:
    french = make_article(translations=[make_translation(lang="fr")])
    site = serve({"french.fr.md": make_document(french, lang="fr")})

    assert texts(tree(site.get("/sitemap.xml")), f"{MAP}loc")[SITE_PAGES:] == [
        f"{URL}/en/articles/connection-refused",
        f"{URL}/en/errors/connect-econnrefused-1270018931",
        f"{URL}/en/errors/curl-28-connection-timed-out",
    ]


def test_a_large_map_has_parts(serve: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "PART", 4)
    site = serve({f"article-{n:03}.md": numbered_document(n) for n in range(10)})

    index = tree(site.get("/sitemap.xml"))
    assert index.tag == f"{MAP}sitemapindex"
    assert texts(index, f"{MAP}loc") == [f"{URL}/sitemap-{part}.xml" for part in (1, 2, 3)]
    parts = [texts(tree(site.get(f"/sitemap-{part}.xml")), f"{MAP}loc") for part in (1, 2, 3)]
    assert [len(part) for part in parts] == [SITE_PAGES + 4 + 2, 4 + 2, 2 + 2]
    pages = [place for part in parts for place in part if place and "/articles/" in place]
    assert pages == [f"{URL}/en/articles/article-{n:03}" for n in range(10)]
    for part in ("0", "4", "-1", "x", "１", "1e3", "9" * 19):
        assert site.get(f"/sitemap-{part}.xml").status == 404, part


def test_a_small_map_is_its_own_first_part(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})

    assert site.get("/sitemap-1.xml").body == site.get("/sitemap.xml").body
    assert site.get("/sitemap-2.xml").status == 404
