"""Restoring: the corpus becomes what a bundle holds, as one new generation.

Rows are copied into a database of ours and the index is made from them. So a backup of SQLite
goes into PostgreSQL, that of one engine into another, and nothing that somebody else made is
ever opened but to read rows. What is not part of the corpus, such as API keys, stays as it is.
"""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, delete, insert
from sqlalchemy.exc import IntegrityError, StatementError

from corpus import generation, store
from corpus.bundle import unpacked
from corpus.errors import BundleError
from corpus.foreign_rows import foreign_rows, read_table
from corpus.generation import Generation
from corpus.library import Library
from corpus.manifest import DATABASE, Manifest
from corpus.snapshot import TABLES


def restore(library: Library, file: Path, *, reader_version: int) -> Generation:
    """Publishes what a bundle holds, and returns the generation.

    See `publish`. Raises BundleError for a file that is no bundle, or not for this version.
    """
    with unpacked(file, reader_version=reader_version) as (folder, manifest):
        return publish(library, folder / DATABASE, manifest)


def publish(library: Library, database: Path, manifest: Manifest) -> Generation:
    """Publishes the rows of a database that somebody gave us, and returns the generation.

    An empty database of ours gets the number that was backed up; where something was published
    since, the number goes on, for servers follow it. Raises BundleError for rows that
    cannot be used, Busy while an ingest runs, and Unavailable when database or index cannot
    be written; then everything is as it was before.
    """
    with (
        foreign_rows(database) as rows,
        generation.ingest_lock(library.settings.data_dir),
        library.database.writing() as connection,
    ):
        made = _published(library, rows, connection, manifest)
    library.announce(made)
    return made


def _published(
    library: Library, rows: Connection, connection: Connection, manifest: Manifest
) -> Generation:
    """Replaces all rows and writes the index; the commit of `connection` is the switch."""
    before = generation.current(connection)
    _copy_rows(rows, connection)
    follows = manifest.generation <= before.number
    number = before.number + 1 if follows else manifest.generation
    ids = list(store.fingerprints(connection))
    name = library.write_index(
        number, previous=None, changes=library.index_documents(connection, ids)
    )
    made = Generation(
        number=number,
        index_name=name,
        published_at=_moment(before) if follows else manifest.published_at,
        articles=manifest.articles,
    )
    generation.publish(connection, made)
    return made


def _copy_rows(rows: Connection, connection: Connection) -> None:
    for table in reversed(TABLES):
        connection.execute(delete(table))
    try:
        for table in TABLES:
            for batch in read_table(table, rows):
                connection.execute(insert(table), batch)
    except (IntegrityError, StatementError, ValueError) as error:
        raise BundleError("the rows of its database do not fit together") from error


def _moment(before: Generation) -> str:
    return generation.moment_after(before, datetime.now(UTC))
