"""The catalogue: articles by name and likeness, lists in order, counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection

from corpus.store import articles
from corpus.store.filters import Filters, Sort
from corpus.store.queries import catalog
from corpus.store.queries.catalog import Headline, NamedCount
from tests.conftest import Ingested
from tests.factories import make_article, make_document, make_metadata, make_translation

PORT = "connection-refused"


@pytest.fixture
def connection(ingested: Ingested) -> Iterator[Connection]:
    port = make_article(
        metadata=make_metadata(code="TRANS-002", aliases=["old-name"], confidence=10)
    )
    disk = make_article(
        slug="disk-is-full",
        metadata=make_metadata(
            id="art_DiskFull0001",
            domain="disks",
            tags=["Disk"],
            confidence=20,
            published_at="2026-03-13",
            updated_at="2026-03-12",
        ),
        translations=[make_translation(title="Disk", body="Text.")],
    )
    draft = make_article(slug="draft", metadata=make_metadata(id="art_Draft0000001", code="D-1"))
    library = ingested(
        {
            "connection-refused.md": make_document(port),
            "disk.md": make_document(disk),
            "draft.md": f"---\ndraft: true\n---\n{make_document(draft)}",
        }
    )
    with library.reading() as reading:
        yield reading.connection


@pytest.mark.parametrize(
    "name", ["connection-refused", "art_PortClosed01", "TRANS-002", "old-name"]
)
def test_an_article_is_found_by_every_name(connection: Connection, name: str) -> None:
    found = articles.find(connection, name)
    assert found is not None
    assert (found.id, found.slug, found.entry.article.slug) == ("art_PortClosed01", PORT, PORT)


@pytest.mark.parametrize("name", ["", "nothing", "draft", "D-1", "art_Draft0000001", "trans-002"])
def test_what_is_not_published_or_not_there_has_no_address(
    connection: Connection, name: str
) -> None:
    assert articles.find(connection, name) is None


def test_slugs_of_many_names(connection: Connection) -> None:
    names = ["TRANS-002", "old-name", "art_DiskFull0001", "disk-is-full", "D-1", "nothing"]

    assert catalog.slugs(connection, names) == {
        "TRANS-002": "connection-refused",
        "old-name": "connection-refused",
        "art_DiskFull0001": "disk-is-full",
        "disk-is-full": "disk-is-full",
    }
    assert catalog.slugs(connection, []) == {}


def test_slugs_that_look_alike(connection: Connection) -> None:
    def nearest(name: str) -> list[str]:
        return catalog.nearest(connection, name, limit=5)

    assert nearest("conection-refused") == ["connection-refused"]
    assert nearest("connexion_refusee") == ["connection-refused"]
    assert nearest("Disk-Full") == ["disk-is-full"]
    assert nearest("connection-pooling") == ["connection-refused"]
    assert nearest("connections-of-a-pool-in-postgres") == []
    assert nearest("drafts") == []
    assert nearest("") == nearest("%") == nearest("-") == []


def test_newest_first_or_as_sorted(connection: Connection) -> None:
    def ids(sort: Sort) -> tuple[str, ...]:
        return catalog.newest(connection, Filters(), sort=sort, offset=0, limit=9).items

    assert ids(Sort.RELEVANCE) == ("art_DiskFull0001", "art_PortClosed01")
    assert ids(Sort.UPDATED) == ("art_PortClosed01", "art_DiskFull0001")
    assert ids(Sort.CONFIDENCE) == ("art_DiskFull0001", "art_PortClosed01")


def test_a_page_knows_how_long_the_list_is(connection: Connection) -> None:
    page = catalog.newest(connection, Filters(), sort=Sort.RELEVANCE, offset=1, limit=1)

    assert (page.total, page.items) == (2, ("art_PortClosed01",))


def test_filters_mean_any_of_one_kind_and_all_kinds(connection: Connection) -> None:
    def ids(filters: Filters) -> tuple[str, ...]:
        return catalog.newest(connection, filters, sort=Sort.RELEVANCE, offset=0, limit=9).items

    assert ids(Filters(tags=("disk",))) == ("art_DiskFull0001",)
    assert ids(Filters(domains=("disks", "mcp"))) == ("art_DiskFull0001",)
    assert ids(Filters(domains=("disks",), tags=("port",))) == ()
    assert ids(Filters(minimum_confidence=20)) == ("art_DiskFull0001",)


def test_domains_are_those_of_the_public_site_and_ours(connection: Connection) -> None:
    counts = catalog.domains(connection)

    assert counts[:3] == [
        NamedCount(name="disks", articles=1),
        NamedCount(name="transport", articles=1),
        NamedCount(name="agent", articles=0),
    ]
    assert len(counts) == 11


def test_tags_and_facets_count_what_is_published(connection: Connection) -> None:
    assert catalog.tags(connection) == [
        NamedCount(name="Disk", articles=1),
        NamedCount(name="network", articles=1),
        NamedCount(name="port", articles=1),
    ]
    assert catalog.facets(connection, ["art_PortClosed01"]) == {
        "domain": {"transport": 1},
        "status": {"pending": 1},
        "riskLevel": {"low": 1},
        "tag": {"network": 1, "port": 1},
    }
    assert catalog.facets_of(connection, Filters(tags=("PORT",))) == catalog.facets(
        connection, ["art_PortClosed01"]
    )
    assert catalog.facets(connection, []) == {
        "domain": {},
        "status": {},
        "riskLevel": {},
        "tag": {},
    }


def test_statistics(connection: Connection) -> None:
    assert catalog.stats(connection) == {
        "total": 3,
        "published": 2,
        "verified": 0,
        "weeklyNew": 0,
    }


@contextmanager
def planned(connection: Connection) -> Iterator[list[list[str]]]:
    """How SQLite goes about each query, in steps; filled in at the end."""
    asked: list[str] = []
    plans: list[list[str]] = []
    driver: Any = connection.connection.driver_connection
    driver.set_trace_callback(asked.append)
    yield plans
    driver.set_trace_callback(None)
    for sql in asked:
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")
        plans.append([row[3] for row in steps])


@pytest.mark.sqlite("asks how it would go about it")
def test_a_name_is_looked_up_and_not_searched_for(connection: Connection) -> None:
    with planned(connection) as plans:
        articles.find(connection, "old-name")
        catalog.slugs(connection, ["old-name", "connection-refused"])
        catalog.headlines(connection, ["connection-refused"], lang="en")

    assert len(plans) == 3
    for steps in plans:
        assert [step for step in steps if "state" in step or "SCAN " in step] == []


@pytest.mark.sqlite("asks how it would go about it")
def test_domains_are_counted_from_an_index(connection: Connection) -> None:
    with planned(connection) as plans:
        catalog.domains(connection)

    ((step,),) = plans
    assert "COVERING INDEX ix_articles_state_domain" in step


def test_headlines_come_in_order_and_only_of_published_articles(connection: Connection) -> None:
    found = catalog.headlines(connection, ["disk-is-full", "draft", "no", PORT], lang="zh")

    assert [headline.slug for headline in found] == ["disk-is-full", "connection-refused"]
    assert found[0] == Headline(
        slug="disk-is-full",
        lang="en",
        title="Disk",
        summary="Nothing listens where the client knocks.",
    )


def test_trust_levels_are_counted(connection: Connection) -> None:
    assert catalog.trust_levels(connection) == {"none": 2}
