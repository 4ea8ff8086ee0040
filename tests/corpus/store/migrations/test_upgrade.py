"""Upgrades: what an older version has stored is there after the next one has started.

`databases/0001.sql` is a database as the first version left it, `databases/0001/` the
documents of the one article in it.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as copied
from sqlalchemy import update

from corpus.checks.trust import Level
from corpus.document.article_document import render
from corpus.library import Library
from corpus.search.service import SearchRequest, search
from corpus.settings import Settings
from corpus.store import articles, schema
from corpus.store.cards import Cards
from corpus.store.entry import Entry
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import Ingested, write_files
from tests.factories import make_article, make_document

FIRST = Path(__file__).parent / "databases" / "0001"
SLUG = "json-decode-errors"

pytestmark = pytest.mark.sqlite("an older version's file")


@pytest.fixture
def upgraded(settings: Settings) -> Iterator[Library]:
    """A library over the database of the first version, upgraded."""
    settings.data_dir.mkdir()
    with closing(sqlite3.connect(settings.data_dir / "fixbook.db")) as connection:
        connection.executescript(FIRST.with_suffix(".sql").read_text("utf-8"))
    library = Library(settings)
    assert not library.database.is_current()
    upgrade(library.database)
    assert library.database.is_current()
    yield library
    library.close()


def stored(library: Library) -> Entry:
    """The one article."""
    with library.reading() as reading:
        [entry] = articles.load(reading.connection, list(articles.fingerprints(reading.connection)))
    return entry


def assert_as_it_was(library: Library) -> None:
    article = stored(library).article
    assert article.languages == ("en", "zh")
    for lang in article.languages:
        text = (FIRST / f"{lang}.md").read_text("utf-8")
        assert render(article, lang=lang, public_url="https://fixbook.example") == text


def test_articles_and_their_trust_are_as_they_were(upgraded: Library) -> None:
    assert upgraded.current().number == 1
    assert_as_it_was(upgraded)
    assert stored(upgraded).trust.level is Level.EXECUTED


def test_the_index_is_made_again_and_finds_them(upgraded: Library) -> None:
    assert upgraded.mend().number == 1
    with upgraded.reading() as reading:
        found = search(reading, SearchRequest(q="json.decoder.JSONDecodeError: Extra data"))
    assert [item.card.slug for item in found.items] == [SLUG]


def test_the_next_ingest_finds_the_same_article(upgraded: Library, settings: Settings) -> None:
    documents = {
        f"{SLUG}.md": (FIRST / "en.md").read_text("utf-8"),
        f"{SLUG}.zh.md": (FIRST / "zh.md").read_text("utf-8"),
    }
    content = write_files(settings.content_dir, documents)
    report = ingest(upgraded, [content], options=IngestOptions())

    assert (report.added, report.removed, report.rejected) == (0, 0, 0)
    assert_as_it_was(upgraded)


def test_cards_as_the_first_versions_kept_them_are_read(ingested: Ingested) -> None:
    library = ingested({"connection-refused.md": make_document(make_article())})
    with library.reading() as reading:
        [card] = [
            item.card for item in search(reading, SearchRequest(q="connection refused")).items
        ]
    with library.database.writing() as connection:
        kept = json.loads(connection.exec_driver_sql("SELECT card FROM cards").scalar_one())
        connection.execute(update(schema.cards).values(card=json.dumps(as_first_kept(kept))))
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0004'")
        connection.exec_driver_sql("DROP INDEX ix_articles_state_domain")
        connection.exec_driver_sql("CREATE INDEX ix_articles_domain ON articles (domain)")

    upgrade(library.database)

    with library.reading() as reading:
        cards = Cards().load(reading.connection, [card.id])
    assert cards == [copied(card, trust=replace(card.trust, last_run="2026-03-02T10:00:00Z"))]


def as_first_kept(card: dict[str, Any]) -> dict[str, Any]:
    """A card with all that is known of an article, receipts too, and with lists of terms."""
    whole = ("slug", "languages", "title", "summary", "trust", "passages")
    old = {name: card[name] for name in whole}
    metadata = {name: value for name, value in card.items() if name not in whole}
    evidence = [
        {"receipt": {"check": "a", "ranAt": "2026-03-02T10:00:00Z"}, "is_stale": False},
        {"receipt": {"check": "b", "ranAt": "2026-03-01T10:00:00Z"}, "is_stale": False},
        {"receipt": {"check": "c", "ranAt": "2026-03-03T10:00:00Z"}, "is_stale": True},
    ]
    return {
        **old,
        "metadata": {**metadata, "aliases": ["old"], "keywords": ["ECONNREFUSED"]},
        "trust": {**card["trust"], "evidence": evidence},
        "passages": [{**each, "terms": each["terms"].split()} for each in card["passages"]],
    }
