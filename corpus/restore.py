"""Restoring: the corpus becomes what a backup holds, as one new generation.

Rows are copied and the index is made from them, so that a backup of SQLite goes into
PostgreSQL, and that of one engine into another. What is not part of the corpus, such as
API keys, stays as it is.
"""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, delete

from corpus import generation, store
from corpus.bundle import unpacked
from corpus.database import Database
from corpus.generation import Generation
from corpus.library import Library
from corpus.manifest import DATABASE
from corpus.snapshot import TABLES, copy_table
from corpus.upgrade import upgrade


def restore(library: Library, file: Path, *, reader_version: int) -> Generation:
    """Publishes what a bundle holds, and returns the generation.

    An empty database gets the number that was backed up; where something was published
    since, the number goes on, for servers follow it. Raises BundleError for a file that
    cannot be used, Busy while an ingest runs, and Unavailable when database or index cannot
    be written; then everything is as it was before.
    """
    with (
        unpacked(file, reader_version=reader_version) as (folder, _manifest),
        generation.ingest_lock(library.settings.data_dir),
    ):
        source = Database(f"sqlite:///{folder / DATABASE}")
        try:
            upgrade(source)
            with source.reading() as rows, library.database.writing() as connection:
                made = _published(library, rows, connection)
        finally:
            source.dispose()
        library.announce(made)
    return made


def _published(library: Library, rows: Connection, connection: Connection) -> Generation:
    """Replaces all rows and writes the index; the commit of `connection` is the switch."""
    before, backed_up = generation.current(connection), generation.current(rows)
    for table in reversed(TABLES):
        connection.execute(delete(table))
    for table in TABLES:
        copy_table(table, rows, connection)
    follows = backed_up.number <= before.number
    number = before.number + 1 if follows else backed_up.number
    ids = list(store.fingerprints(connection))
    name = library.write_index(
        number, previous=None, changes=library.index_documents(connection, ids)
    )
    made = Generation(
        number=number,
        index_name=name,
        published_at=_moment(before) if follows else backed_up.published_at,
        articles=backed_up.articles,
    )
    generation.publish(connection, made)
    return made


def _moment(before: Generation) -> str:
    return generation.moment_after(before, datetime.now(UTC))
