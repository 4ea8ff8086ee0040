"""Restores a bundle: its articles become the corpus, as one new generation.

Articles are read from JSON, validated, and written as an ingest writes them, index included. So a
backup of SQLite can be restored into PostgreSQL, and one of any engine into another. What readers
gave back is added to what is there. Whatever is in neither, such as API keys, is left alone.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from corpus.bundle.archive import unpacked_bundle
from corpus.bundle.manifest import ARTICLES, FEEDBACK, Manifest
from corpus.checks.envelopes import signature_rule
from corpus.checks.evidence import Evidence, SignatureRule, evidence_of
from corpus.document.article import PublicationState
from corpus.errors import BundleError
from corpus.feedback.backup import restore_feedback
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
"""Articles are written in batches of this size."""
_LONGEST_LINE = 64 * 1024**2
_IN_A_PATH = re.compile(r"(?!\.)[\w.~-]+")
"""Valid slugs and languages, which become file names and parts of URLs."""


def restore(library: Library, file: Path, *, reader_version: int) -> Generation:
    """Publishes the articles of a bundle, and returns the generation.

    See `publish`. Raises BundleError if the file is not a bundle, or not for this version.
    """
    with unpacked_bundle(file, reader_version=reader_version) as (folder, manifest):
        if not manifest.has_articles_for(reader_version):
            raise BundleError(
                f"{file} was made by another version of Fixbook; unpack it and ingest its documents"
            )
        return publish(library, folder / ARTICLES, manifest, feedback=folder / FEEDBACK)


def publish(
    library: Library, file: Path, manifest: Manifest, *, feedback: Path | None = None
) -> Generation:
    """Publishes the articles of an untrusted file, and returns the generation.

    It gets the number in the bundle, or the next number if that has been published already,
    because numbers must increase. Raises BundleError for invalid articles, Busy while an ingest
    runs, and Unavailable if database or index cannot be written; then nothing has changed.
    """
    with (
        generations.ingest_lock(library.settings.data_dir),
        library.database.writing() as connection,
    ):
        made = _replace_all(library, file, connection, manifest)
        if feedback is not None and feedback.exists():
            with feedback.open("rb") as lines, _validating("its feedback"):
                restore_feedback(connection, lines)
    library.announce(made)
    return made


def _replace_all(
    library: Library, file: Path, connection: Connection, manifest: Manifest
) -> Generation:
    """Replaces all articles and writes the index; the commit of `connection` publishes them."""
    before = generations.current(connection)
    articles.remove(connection, list(articles.fingerprints(connection)))
    follows = manifest.generation <= before.number
    number = before.number + 1 if follows else manifest.generation
    name = generations.new_index_name(number)
    with library.writing_index(name, previous=None) as index:
        index.apply(_write_articles(library, file, connection))
    articles.tidy(connection)
    made = Generation(
        number=number,
        index_name=name,
        published_at=generations.moment_after(before, datetime.now(UTC))
        if follows
        else manifest.published_at,
        articles=manifest.articles,
        vector_model=library.write_vectors(connection, generations.EMPTY),
    )
    generations.publish(connection, made)
    return made


def _write_articles(
    library: Library, file: Path, connection: Connection
) -> Iterator[IndexDocument]:
    """Writes articles, one batch in memory at a time, and yields their index documents."""
    seen = set[tuple[str, str]]()
    settings = library.settings
    rule = signature_rule(settings.public_keys)
    for batch in _batches(file):
        with _validating():
            checked = (_check_entry(entry_of(line), seen) for line in batch)
            entries = [
                replace(entry, evidence=_evidence(entry, rule, settings.receipt_age))
                for entry in checked
            ]
            if rejected := units.write(connection, [(e, stored_document(e)) for e in entries]):
                raise ValueError(rejected)
            published = (e for e in entries if e.article.state is PublicationState.PUBLISHED)
            documents = [index_document(entry) for entry in published]
        yield from documents


def _batches(file: Path) -> Iterator[list[bytes]]:
    """The lines of a file, in batches of some megabytes."""
    batch, size = list[bytes](), 0
    with file.open("rb") as lines:
        while line := lines.readline(_LONGEST_LINE):
            batch.append(line)
            size += len(line)
            if size >= _BATCH_BYTES:
                yield batch
                batch, size = [], 0
    yield batch


def _check_entry(entry: Entry, seen: set[tuple[str, str]]) -> Entry:
    """The entry. Raises ValueError if no ingest would have written it, or it was `seen` already."""
    article, metadata = entry.article, entry.article.metadata
    keys = {("unit", entry.unit), ("id", metadata.id)}
    if keys & seen:
        raise ValueError("duplicate unit or id")
    seen |= keys
    if article.languages != tuple(derived.lang for derived in entry.derived):
        raise ValueError("derived data and translations do not match")
    for name in (article.slug, *article.languages):
        if not _IN_A_PATH.fullmatch(name):
            raise ValueError(f"{name!r} is not a valid slug or language")
    times = (metadata.published_at, metadata.updated_at, metadata.created_at, metadata.review_by)
    for moment in times:
        milliseconds(moment)
    return entry


def _evidence(entry: Entry, rule: SignatureRule, max_age: int | None) -> tuple[Evidence, ...]:
    """The receipts held against the texts anew: what a file says of them anybody can write."""
    receipts = [item.receipt for item in entry.evidence]
    stated = {id(item.receipt): item.objection for item in entry.evidence}
    found = evidence_of(receipts, entry.article, signatures=rule, max_age=max_age)
    return tuple(
        replace(item, objection=item.objection or stated[id(item.receipt)]) for item in found
    )


@contextmanager
def _validating(what: str = "its articles") -> Iterator[None]:
    """Turns whatever invalid articles raise into a BundleError."""
    try:
        yield
    except (
        ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    ) as error:  # fmt: skip
        verb = "are" if what.endswith("s") else "is"
        raise BundleError(f"{what} {verb} invalid or inconsistent") from error
