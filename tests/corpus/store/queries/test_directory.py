"""Lists of many articles: by domain, in parts, and all of them one batch after the other."""

import pytest

from corpus.library import Library
from corpus.store.queries.directory import (
    ArticleLine,
    DomainArticles,
    Location,
    articles_by_domain,
    ids_after,
    locations,
)
from tests.conftest import Ingested
from tests.factories import make_article, make_document, make_metadata, make_translation


@pytest.fixture
def three(ingested: Ingested) -> Library:
    """Two articles on transport, the older one in two languages, and one on databases."""
    old = make_article(
        slug="b-old",
        metadata=make_metadata(id="art_Old000000001", updated_at="2026-01-01"),
        translations=[
            make_translation(title="Old", summary="One."),
            make_translation(lang="zh", title="旧", summary="一。"),
        ],
    )
    new = make_article(
        slug="c-new",
        metadata=make_metadata(id="art_New000000001", updated_at="2026-02-01"),
        translations=[make_translation(title="New", summary="")],
    )
    undated = make_metadata(
        id="art_Undated00001", domain="databases", published_at=None, updated_at=None,
        created_at=None,
    )  # fmt: skip
    lock = make_article(slug="a-lock", metadata=undated)
    return ingested(
        {
            "b-old.md": make_document(old),
            "b-old.zh.md": make_document(old, lang="zh"),
            "c-new.md": make_document(new),
            "a-lock.md": make_document(lock),
        }
    )


def make_line(slug: str, *, lang: str = "en", title: str, summary: str) -> ArticleLine:
    return ArticleLine(slug=slug, lang=lang, title=title, summary=summary, executed=0, entries=2)


def test_groups_hold_the_newest_of_each_domain(three: Library) -> None:
    new = make_line("c-new", title="New", summary="")
    old = make_line("b-old", lang="zh", title="旧", summary="一。")
    with three.database.reading() as connection:
        transport, databases = articles_by_domain(connection, lang="zh", domains=9, lines=9)
        assert transport == DomainArticles(domain="transport", articles=2, lines=(new, old))
        assert [line.slug for line in databases.lines] == ["a-lock"]
        transport, databases = articles_by_domain(connection, lang="en", domains=9, lines=3)
        assert transport == DomainArticles(domain="transport", articles=2, lines=(new,))
        assert [line.slug for line in databases.lines] == ["a-lock"]
        _, databases = articles_by_domain(connection, lang="en", domains=1, lines=9)
        assert databases == DomainArticles(domain="databases", articles=1, lines=())


def test_there_are_no_groups_without_articles(library: Library) -> None:
    with library.database.reading() as connection:
        assert articles_by_domain(connection, lang="en", domains=9, lines=9) == []


def test_all_articles_in_batches(three: Library) -> None:
    with three.database.reading() as connection:
        first, last = ids_after(connection, "", limit=2)
        assert (first, last) == (["art_Undated00001", "art_Old000000001"], "b-old")
        assert ids_after(connection, last, limit=2) == (["art_New000000001"], "c-new")
        assert ids_after(connection, "c-new", limit=2) == ([], "c-new")


def errors(*languages: str) -> dict[str, list[str]]:
    anchors = ("error-connect-econnrefused-1270018931", "error-curl-28-connection-timed-out")
    return {anchor: [*languages] for anchor in anchors}


def test_locations_have_languages_and_time(three: Library) -> None:
    with three.database.reading() as connection:
        assert locations(connection, offset=0, limit=2) == [
            Location(slug="a-lock", languages=("en",), updated_ms=0, errors=errors("en")),
            Location(
                slug="b-old",
                languages=("en", "zh"),
                updated_ms=1_767_225_600_000,
                errors=errors("en", "zh"),
            ),
        ]
        [last] = locations(connection, offset=2, limit=2)
        assert last.slug == "c-new"
