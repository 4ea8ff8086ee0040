"""Backup and restore: the corpus that was, with everything in it, and nothing half done."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from corpus.bundle.archive import write_bundle
from corpus.bundle.restore import restore
from corpus.errors import BundleError, Busy
from corpus.library import Library
from corpus.store import api_keys, articles, generations, schema
from corpus.store.entry import Entry
from corpus.store.generations import Generation
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from ingest.prepare import READER_VERSION
from tests.bundles import members, repacked, with_members
from tests.conftest import Ingested, settings_in, write_files
from tests.factories import make_document

DOCUMENTS = {"connection-refused.md": make_document(), "b.md": "# Disk is full\n\nMake room.\n"}


def backed_up(library: Library, file: Path) -> Path:
    write_bundle(library, file, url="https://fixes.example", reader_version=READER_VERSION)
    return file


def restored(library: Library, file: Path) -> Generation:
    return restore(library, file, reader_version=READER_VERSION)


def entries(library: Library) -> list[Entry]:
    with library.reading() as reading:
        return articles.load(reading.connection, sorted(articles.fingerprints(reading.connection)))


def elsewhere(folder: Path) -> Library:
    """An empty library in another place."""
    library = Library(settings_in(folder))
    upgrade(library.database)
    return library


def test_an_empty_service_becomes_the_one_that_was(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    file = backed_up(library, tmp_path / "backup.fixbook")
    other = elsewhere(tmp_path / "other")
    made = restored(other, file)

    assert (made.number, made.articles) == (1, 2)
    assert made.published_at == library.current().published_at
    assert entries(other) == entries(library)
    assert other.has_index(other.current())
    report = ingest(other, [library.settings.content_dir], options=IngestOptions())
    assert (report.unchanged, report.published) == (2, False)
    other.close()


def test_what_was_published_since_is_replaced_and_numbers_go_on(
    library: Library, ingested: Ingested, tmp_path: Path
) -> None:
    before = entries(ingested(DOCUMENTS))
    file = backed_up(library, tmp_path / "backup.fixbook")
    with library.database.writing() as connection:
        token = api_keys.add(connection, "ci")
    content = write_files(
        library.settings.content_dir, {"b.md": "# Other\n\nText.\n", "c.md": "# C\n"}
    )
    ingest(library, [content], options=IngestOptions())
    newer = library.current()
    seen = library.notice.value()
    made = restored(library, file)

    assert made.number == newer.number + 1
    assert made.published_at > newer.published_at
    assert entries(library) == before
    assert library.notice.value() == seen + 1
    assert library.mend() == made
    with library.database.reading() as connection:
        assert api_keys.Keyring(api_keys.listed(connection)).holder(token) is not None


def test_what_is_no_backup_changes_nothing(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    whole = backed_up(library, tmp_path / "backup.fixbook").read_bytes()
    before = library.current()
    broken = tmp_path / "broken.fixbook"
    for content in (b"", b"hello", whole[: len(whole) // 2]):
        broken.write_bytes(content)
        with pytest.raises(BundleError):
            restored(library, broken)

    assert library.current() == before


def test_not_while_an_ingest_runs(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    file = backed_up(library, tmp_path / "backup.fixbook")
    with generations.ingest_lock(library.settings.data_dir), pytest.raises(Busy):
        restored(library, file)


def forged(library: Library, file: Path, *statements: str) -> Path:
    """A backup whose rows were changed, and whose checksums fit."""
    backed_up(library, file)
    database = file.with_suffix(".db")
    database.write_bytes(members(file)["fixbook.db"])
    with sqlite3.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return repacked(file, lambda found: with_members(found, {"fixbook.db": database.read_bytes()}))


def test_a_database_that_holds_more_than_rows_is_refused_at_once(
    ingested: Ingested, tmp_path: Path
) -> None:
    """A view over an endless query, in a bundle whose checksums fit, while another ingest runs."""
    library = ingested(DOCUMENTS)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    view = f"CREATE VIEW cards AS {endless}"
    file = forged(library, tmp_path / "backup.fixbook", "DROP TABLE cards", view)
    with (
        generations.ingest_lock(library.settings.data_dir),
        pytest.raises(BundleError, match="a view that does not belong there: 'cards'"),
    ):
        restored(library, file)


@pytest.mark.parametrize(
    "change",
    [
        "translations SET article_id = 'no' || article_id",
        "articles SET slug = '../../up' WHERE slug = 'b'",
        "articles SET slug = '.hidden' WHERE slug = 'b'",
        "articles SET slug = 'b' || char(13) || char(10) WHERE slug = 'b'",
        "articles SET status = 'other'",
        "articles SET versions = '5'",
        "articles SET runtimes = '[1]'",
        "articles SET published_at = 'lately'",
        "signatures SET parts = '[]'",
        "signatures SET origin = 'other'",
    ],
)
def test_rows_that_do_not_fit_together_change_nothing(
    ingested: Ingested, tmp_path: Path, change: str
) -> None:
    library = ingested(DOCUMENTS)
    before = entries(library)
    file = forged(library, tmp_path / "backup.fixbook", f"UPDATE {change}")
    with pytest.raises(BundleError, match="rows of its database do not fit together"):
        restored(library, file)
    assert entries(library) == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("articles SET published_ms = 'soon'", "a value that is none for articles.published_ms"),
        ("translations SET body = x'00ff'", "a value that is none for translations.body"),
        ("articles SET extra = '{'", "is damaged"),
        (f"articles SET extra = '{'[' * 100_000}'", "is damaged"),
        ("translations SET body = CAST(x'ff41' AS TEXT)", "is damaged"),
    ],
)
def test_values_that_cannot_be_read(
    ingested: Ingested, tmp_path: Path, change: str, message: str
) -> None:
    library = ingested(DOCUMENTS)
    file = forged(library, tmp_path / "backup.fixbook", f"UPDATE {change}")
    with pytest.raises(BundleError, match=message):
        restored(library, file)


def test_cards_are_made_from_the_articles(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    before = stored_cards(library)
    file = forged(
        library, tmp_path / "backup.fixbook", "UPDATE cards SET card = '{', signatures = '[5]'"
    )
    restored(library, file)
    assert stored_cards(library) == before
    assert len(before) == 2


def stored_cards(library: Library) -> list[tuple[str, str, str]]:
    with library.reading() as reading:
        rows = reading.connection.execute(select(schema.cards).order_by("article_id"))
        return [tuple(row) for row in rows]
