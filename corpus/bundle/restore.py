"""Restoring: the corpus becomes what a bundle holds, as one new generation.

Articles are read from JSON, checked, and written as an ingest writes them, index and all. So a
backup of SQLite goes into PostgreSQL, that of one engine into another, and nothing is believed
that can be derived. What is not part of the corpus, such as API keys, stays as it is.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from corpus.bundle.archive import unpacked
from corpus.bundle.manifest import ARTICLES, Manifest
from corpus.document.article import PublicationState
from corpus.errors import BundleError
from corpus.library import Library
from corpus.search.documents import index_document
from corpus.search.engine import IndexDocument
from corpus.store import articles, generations, units
from corpus.store.database import Connection
from corpus.store.entry import Entry
from corpus.store.generations import Generation
from corpus.store.stored_documents import entry_of, stored_document
from corpus.text.timestamps import milliseconds

_BATCH_BYTES = 4 * 1024**2
"""From here on, what was read is written before more is read."""
_LONGEST_LINE = 64 * 1024**2
_IN_A_PATH = re.compile(r"(?!\.)[\w.~-]+")
"""What slugs and languages are made of. They become the names of files and parts of addresses."""


def restore(library: Library, file: Path, *, reader_version: int) -> Generation:
    """Publishes what a bundle holds, and returns the generation.

    See `publish`. Raises BundleError for a file that is no bundle, or not for this version.
    """
    with unpacked(file, reader_version=reader_version) as (folder, manifest):
        return publish(library, folder / ARTICLES, manifest)


def publish(library: Library, file: Path, manifest: Manifest) -> Generation:
    """Publishes the articles of a file that somebody gave us, and returns the generation.

    An empty database of ours gets the number that was backed up; where something was published
    since, the number goes on, for servers follow it. Raises BundleError for articles that
    cannot be used, Busy while an ingest runs, and Unavailable when database or index cannot
    be written; then everything is as it was before.
    """
    with (
        generations.ingest_lock(library.settings.data_dir),
        library.database.writing() as connection,
    ):
        made = _published(library, file, connection, manifest)
    library.announce(made)
    return made


def _published(
    library: Library, file: Path, connection: Connection, manifest: Manifest
) -> Generation:
    """Replaces all articles and writes the index; the commit of `connection` is the switch."""
    before = generations.current(connection)
    articles.remove(connection, list(articles.fingerprints(connection)))
    follows = manifest.generation <= before.number
    number = before.number + 1 if follows else manifest.generation
    name = library.write_index(number, previous=None, changes=_written(file, connection))
    articles.tidy(connection)
    made = Generation(
        number=number,
        index_name=name,
        published_at=_moment(before) if follows else manifest.published_at,
        articles=manifest.articles,
    )
    generations.publish(connection, made)
    return made


def _written(file: Path, connection: Connection) -> Iterator[IndexDocument]:
    """Writes articles, a batch in memory, and gives what the index holds of them."""
    seen = set[tuple[str, str]]()
    for batch in _batches(file):
        with _fitting():
            entries = [_checked(entry_of(line), seen) for line in batch]
            if refused := units.write(connection, [(e, stored_document(e)) for e in entries]):
                raise ValueError(refused)
            published = (e for e in entries if e.article.state is PublicationState.PUBLISHED)
            documents = [index_document(entry) for entry in published]
        yield from documents


def _batches(file: Path) -> Iterator[list[bytes]]:
    """The lines of a file, some megabytes at a time."""
    batch, size = list[bytes](), 0
    with file.open("rb") as lines:
        while line := lines.readline(_LONGEST_LINE):
            batch.append(line)
            size += len(line)
            if size >= _BATCH_BYTES:
                yield batch
                batch, size = [], 0
    yield batch


def _checked(entry: Entry, seen: set[tuple[str, str]]) -> Entry:
    """Raises ValueError for what no ingest would have written, or what was `seen` already."""
    article, metadata = entry.article, entry.article.metadata
    keys = {("unit", entry.unit), ("id", metadata.id)}
    if keys & seen:
        raise ValueError("it is there twice")
    seen |= keys
    if article.languages != tuple(derived.lang for derived in entry.derived):
        raise ValueError("not everything that was derived is of a translation")
    for name in (article.slug, *article.languages):
        if not _IN_A_PATH.fullmatch(name):
            raise ValueError(f"{name!r} is no slug, or no language")
    for moment in (metadata.published_at, metadata.updated_at, metadata.created_at):
        milliseconds(moment)
    return entry


@contextmanager
def _fitting() -> Iterator[None]:
    """Says that articles are wrong, whatever was raised in the making of something from them."""
    try:
        yield
    except (
        ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    ) as error:  # fmt: skip
        raise BundleError("the articles in it cannot be used, or do not fit together") from error


def _moment(before: Generation) -> str:
    return generations.moment_after(before, datetime.now(UTC))
