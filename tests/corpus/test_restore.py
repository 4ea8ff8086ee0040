"""Backup and restore: the corpus that was, with everything in it, and nothing half done."""

import sqlite3
from pathlib import Path

import pytest

from corpus import generation, keys, store
from corpus.bundle import write_bundle
from corpus.entry import Entry
from corpus.errors import BundleError, Busy
from corpus.generation import Generation
from corpus.library import Library
from corpus.restore import restore
from corpus.upgrade import upgrade
from ingest.pipeline import Options, ingest
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
        return store.load(reading.connection, sorted(store.fingerprints(reading.connection)))


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
    report = ingest(other, [library.settings.content_dir], options=Options())
    assert (report.unchanged, report.published) == (2, False)
    other.close()


def test_what_was_published_since_is_replaced_and_numbers_go_on(
    library: Library, ingested: Ingested, tmp_path: Path
) -> None:
    before = entries(ingested(DOCUMENTS))
    file = backed_up(library, tmp_path / "backup.fixbook")
    with library.database.writing() as connection:
        token = keys.add(connection, "ci")
    content = write_files(
        library.settings.content_dir, {"b.md": "# Other\n\nText.\n", "c.md": "# C\n"}
    )
    ingest(library, [content], options=Options())
    newer = library.current()
    seen = library.notice.value()
    made = restored(library, file)

    assert made.number == newer.number + 1
    assert made.published_at > newer.published_at
    assert entries(library) == before
    assert library.notice.value() == seen + 1
    assert library.mend() == made
    with library.database.reading() as connection:
        assert keys.Keyring(keys.listed(connection)).holder(token) is not None


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
    with generation.ingest_lock(library.settings.data_dir), pytest.raises(Busy):
        restored(library, file)


def test_a_database_that_holds_more_than_rows_is_refused_at_once(
    ingested: Ingested, tmp_path: Path
) -> None:
    """A view over an endless query, in a bundle whose checksums fit, while another ingest runs."""
    library = ingested(DOCUMENTS)
    file = backed_up(library, tmp_path / "backup.fixbook")
    database = tmp_path / "rows.db"
    database.write_bytes(members(file)["fixbook.db"])
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TABLE cards")
        connection.execute(
            "CREATE VIEW cards AS WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS article_id FROM n"
        )
    connection.close()
    repacked(file, lambda found: with_members(found, {"fixbook.db": database.read_bytes()}))
    with (
        generation.ingest_lock(library.settings.data_dir),
        pytest.raises(BundleError, match="a view that does not belong there: 'cards'"),
    ):
        restored(library, file)


def test_rows_that_do_not_fit_together_change_nothing(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    before = entries(library)
    file = backed_up(library, tmp_path / "backup.fixbook")
    database = tmp_path / "rows.db"
    database.write_bytes(members(file)["fixbook.db"])
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE error_entries SET article_id = 'art_Nobody000000'")
    connection.close()
    repacked(file, lambda found: with_members(found, {"fixbook.db": database.read_bytes()}))
    with pytest.raises(BundleError, match="do not fit together"):
        restored(library, file)
    assert entries(library) == before
