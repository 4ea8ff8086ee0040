"""Receipts that become too old, though no file changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.checks.receipts import write_receipts
from corpus.checks.trust import Level
from corpus.library import Library
from corpus.store import articles
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import settings_in, write_files
from tests.corpus.checks.test_trust import ROW, make_pair, receipt
from tests.factories import make_document


def prepared(folder: Path, *, review_by: str | None = None) -> None:
    """An article and a receipt of ten days ago."""
    article = make_pair()
    article = replace(article, metadata=replace(article.metadata, review_by=review_by))
    files = {f"guide.{lang}.md": make_document(article, lang=lang) for lang in article.languages}
    write_files(folder / "content", files)
    ran_at = (datetime.now(UTC) - timedelta(days=10)).isoformat()
    path = folder / "content/receipts/guide.json"
    write_receipts(path, slug="guide", receipts=[receipt(ran_at=ran_at)])


def level(folder: Path, max_age: int | None) -> Level:
    """The level of the row after an ingest with that setting."""
    library = Library(settings_in(folder, receipt_age=max_age))
    upgrade(library.database)
    ingest(library, [folder / "content"], options=IngestOptions())
    with library.reading() as reading:
        ids = list(articles.fingerprints(reading.connection))
        [entry] = articles.load(reading.connection, ids)
    library.close()
    return entry.trust("en").of(ROW).level


def test_the_next_ingest_sees_that_a_receipt_is_too_old(tmp_path: Path) -> None:
    prepared(tmp_path)
    assert [level(tmp_path, max_age) for max_age in (None, 30, 9, 30)] == [
        Level.EXECUTED,
        Level.EXECUTED,
        Level.STALE,
        Level.EXECUTED,
    ]


@pytest.mark.parametrize(
    ("days", "expected"), [(-20, Level.EXECUTED), (-5, Level.STALE), (5, Level.EXECUTED)]
)
def test_an_article_says_when_its_checks_are_to_run_again(
    tmp_path: Path, days: int, expected: Level
) -> None:
    review_by = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    prepared(tmp_path, review_by=review_by)
    assert level(tmp_path, None) is expected
