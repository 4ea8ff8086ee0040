"""Restoring: the corpus becomes what a bundle holds, as one new generation.

Rows are copied into a database of ours and the index is made from them. So a backup of SQLite
goes into PostgreSQL, that of one engine into another, and nothing that somebody else made is
ever opened but to read rows. What is not part of the corpus, such as API keys, stays as it is.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, delete, insert
from sqlalchemy.exc import OperationalError, StatementError

from corpus.bundle.archive import unpacked
from corpus.bundle.foreign_rows import foreign_rows, read_table
from corpus.bundle.manifest import DATABASE, Manifest
from corpus.bundle.snapshot import TABLES
from corpus.document.article import PublicationState
from corpus.errors import BundleError
from corpus.library import Library
from corpus.search.documents import index_document
from corpus.search.engine import IndexDocument
from corpus.store import articles, cards, generations, schema
from corpus.store.entry import Entry
from corpus.store.generations import Generation
from corpus.text.timestamps import milliseconds

_BATCH = 200
_IN_A_PATH = re.compile(r"(?!\.)[\w.~-]+")
"""What slugs and languages are made of. They become the names of files and parts of addresses."""


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
        generations.ingest_lock(library.settings.data_dir),
        library.database.writing() as connection,
    ):
        made = _published(library, rows, connection, manifest)
    library.announce(made)
    return made


def _published(
    library: Library, rows: Connection, connection: Connection, manifest: Manifest
) -> Generation:
    """Replaces all rows and writes the index; the commit of `connection` is the switch."""
    before = generations.current(connection)
    _copy_rows(rows, connection)
    follows = manifest.generation <= before.number
    number = before.number + 1 if follows else manifest.generation
    name = library.write_index(number, previous=None, changes=_index_documents(connection))
    made = Generation(
        number=number,
        index_name=name,
        published_at=_moment(before) if follows else manifest.published_at,
        articles=manifest.articles,
    )
    generations.publish(connection, made)
    return made


def _copy_rows(rows: Connection, connection: Connection) -> None:
    """Copies all but the cards, which are made anew: a search believes what they say."""
    for table in reversed(TABLES):
        connection.execute(delete(table))
    for table in TABLES:
        for batch in read_table(table, rows) if table is not schema.cards else ():
            with _fitting():
                connection.execute(insert(table), batch)


def _index_documents(connection: Connection) -> Iterator[IndexDocument]:
    """What was copied, for the index; each article is read whole, checked, and gets its card."""
    ids = list(articles.fingerprints(connection))
    for start in range(0, len(ids), _BATCH):
        with _fitting():
            entries = articles.load(connection, ids[start : start + _BATCH])
            for entry in entries:
                _check(entry)
            cards.write(connection, [cards.card_row(entry) for entry in entries])
            published = [
                entry for entry in entries if entry.article.state is PublicationState.PUBLISHED
            ]
            documents = [index_document(entry) for entry in published]
        yield from documents


def _check(entry: Entry) -> None:
    """Raises ValueError for what no ingest would have written."""
    article, metadata = entry.article, entry.article.metadata
    for name in (article.slug, *article.languages):
        if not _IN_A_PATH.fullmatch(name):
            raise ValueError(f"{name!r} is no slug, or no language")
    for moment in (metadata.published_at, metadata.updated_at, metadata.created_at):
        milliseconds(moment)


@contextmanager
def _fitting() -> Iterator[None]:
    """Says that rows are wrong, whatever was raised in the making of something from them."""
    try:
        yield
    except OperationalError:
        raise  # which is about our database
    except (
        StatementError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError,
        ValueError,
    ) as error:  # fmt: skip
        raise BundleError("the rows of its database do not fit together") from error


def _moment(before: Generation) -> str:
    return generations.moment_after(before, datetime.now(UTC))
