"""Articles in the database: reading, writing and removing them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from corpus.checks.evidence import Evidence
from corpus.checks.trust import EntryTrust
from corpus.document.article import PublicationState, Translation, VerificationRecord
from corpus.document.outline import ErrorEntry
from corpus.store import schema
from corpus.store.database import rows
from corpus.store.entry import Entry
from corpus.store.stored_documents import StoredDocument, batches, load_entry, stored_columns
from corpus.store.tuning import FINGERPRINT_DIGITS
from corpus.text.timestamps import milliseconds

_Values = dict[str, Any]
"""The values of a row, by column."""


# Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """A published article, found by a name."""

    id: str
    slug: str
    document: str

    @property
    def entry(self) -> Entry:
        """The entry without its signatures, which readers do not see. Decoded on each access."""
        return load_entry(self.document)


# The state is checked afterwards: as a condition, it would make SQLite scan all published articles.
# With IN instead of =, PostgreSQL would scan all aliases.
_FIND = """
SELECT articles.id, slug, state, document
FROM articles JOIN stored_documents ON article_id = articles.id
WHERE slug = ? OR articles.id = ? OR code = ?
OR articles.id = (SELECT article_id FROM aliases WHERE alias = ?)
"""


def find(connection: Connection, name: str) -> FoundArticle | None:
    """The published article that has this slug, id, reference code or alias."""
    for id_, slug, state, document in rows(connection, _FIND, name, name, name, name):
        if state == PublicationState.PUBLISHED:
            return FoundArticle(id=id_, slug=slug, document=document)
    return None


def load(connection: Connection, ids: Sequence[str]) -> Iterator[Entry]:
    """The entries with these article ids, in that order, one batch in memory at a time.

    Unknown ids are left out.
    """
    return _load(connection, "document, signatures", ids)


def load_without_signatures(connection: Connection, ids: Sequence[str]) -> Iterator[Entry]:
    """The same without error signatures, which readers do not see, and which are many."""
    return _load(connection, "document", ids)


def _load(connection: Connection, columns: str, ids: Sequence[str]) -> Iterator[Entry]:
    for batch in batches(ids):
        read = stored_columns(connection, f"article_id, {columns}", batch)
        texts = {id_: found for id_, *found in read}
        yield from (load_entry(*texts[id_]) for id_ in batch if id_ in texts)


def fingerprints(connection: Connection) -> dict[str, str]:
    """The fingerprint of each article, by id; shortened, because there may be many."""
    found = connection.execute(select(schema.articles.c.id, schema.articles.c.fingerprint))
    return {row.id: row.fingerprint[:FINGERPRINT_DIGITS] for row in found}


# Writing


def write(
    connection: Connection, entries: Sequence[Entry], documents: Sequence[StoredDocument]
) -> None:
    """Writes entries, replacing those with the same article id or from the same unit."""
    if not entries:
        return
    remove(connection, [entry.article.metadata.id for entry in entries])
    connection.execute(
        delete(schema.articles).where(schema.articles.c.unit.in_([entry.unit for entry in entries]))
    )
    _add_verifiers(connection, entries)
    by_table: dict[Table, list[_Values]] = defaultdict(list)
    for entry in entries:
        for table, values in _rows_of(entry):
            by_table[table].append(values)
    by_table[schema.stored_documents] = [_fields(document) for document in documents]
    for table in schema.metadata.sorted_tables:
        if by_table[table]:
            connection.execute(insert(table), by_table[table])


def remove(connection: Connection, ids: Sequence[str]) -> None:
    """Removes articles with everything that belongs to them; unknown ids are ignored."""
    for batch in batches(ids):
        connection.execute(delete(schema.articles).where(schema.articles.c.id.in_(batch)))


def tidy(connection: Connection) -> None:
    """Removes verifiers without records."""
    used = select(schema.verification_records.c.verifier_id)
    connection.execute(delete(schema.verifiers).where(schema.verifiers.c.id.not_in(used)))


def verifier_id(name: str) -> str:
    """The id of a verifier, which depends only on the name."""
    return f"ver_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _add_verifiers(connection: Connection, entries: Sequence[Entry]) -> None:
    named = {
        verifier_id(record.verifier): record.verifier
        for entry in entries
        for record in entry.article.metadata.records
    }
    known = set(connection.scalars(select(schema.verifiers.c.id)))
    new = [{"id": id_, "name": name} for id_, name in named.items() if id_ not in known]
    if new:
        connection.execute(insert(schema.verifiers), new)


def _rows_of(entry: Entry) -> Iterable[tuple[Table, _Values]]:
    """The rows of an article with their tables, for who asks the database what there is."""
    metadata, original = entry.article.metadata, entry.article.languages[0]
    yield schema.articles, _article_row(entry)
    listed: tuple[tuple[Table, Iterable[_Values]], ...] = (
        (schema.aliases, ({"alias": alias} for alias in metadata.aliases)),
        (schema.tags, ({"tag": tag} for tag in metadata.tags)),
        (schema.keywords, ({"keyword": keyword} for keyword in metadata.keywords)),
        (schema.related, ({"related_id": id_} for id_ in metadata.related_ids)),
        (schema.verification_records, map(_record_row, metadata.records)),
        (schema.receipts, (_receipt_row(item, original) for item in entry.evidence)),
    )
    for table, found in listed:
        yield from _number(table, found, article_id=metadata.id)
    for position, translation in enumerate(entry.article.translations):
        yield from _translation_rows(entry, position, translation)


def _number(table: Table, found: Iterable[_Values], **key: str) -> Iterable[tuple[Table, _Values]]:
    return ((table, {**key, "position": at, **values}) for at, values in enumerate(found))


def _fields(item: Any) -> _Values:
    return {name: getattr(item, name) for name in type(item).__dataclass_fields__}


def _error_row(error: ErrorEntry, trust: EntryTrust) -> _Values:
    columns = ("error", "cause", "solution", "anchor")
    return {**{name: getattr(error, name) for name in columns}, "trust": trust.level}


def _article_row(entry: Entry) -> _Values:
    article, metadata = entry.article, entry.article.metadata
    return {
        "id": metadata.id,
        "slug": article.slug,
        "code": metadata.code,
        "author": metadata.author,
        "domain": metadata.domain,
        "status": metadata.status,
        "confidence": metadata.confidence,
        "risk": metadata.risk,
        "state": article.state,
        "trust": entry.trust(entry.article.languages[0]).level,
        "versions": list(metadata.versions),
        "runtimes": [[runtime.name, runtime.version] for runtime in metadata.runtimes],
        "published_at": metadata.published_at,
        "updated_at": metadata.updated_at,
        "created_at": metadata.created_at,
        "published_ms": milliseconds(metadata.published_at or metadata.created_at),
        "updated_ms": milliseconds(metadata.changed_at),
        "unit": entry.unit,
        "fingerprint": entry.fingerprint,
    }


def _record_row(record: VerificationRecord) -> _Values:
    environment = record.environment
    return {
        "verifier_id": verifier_id(record.verifier),
        "result": record.result,
        "verified_at": record.verified_at,
        "notes": record.notes,
        "kind": record.kind,
        "os": environment and environment.os,
        "runtime": environment and environment.runtime,
        "version": environment and environment.version,
    }


def _receipt_row(item: Evidence, lang: str) -> _Values:
    receipt = item.receipt
    return {
        "check_name": receipt.check,
        "outcome": receipt.outcome,
        "stale": item.is_stale(lang),
        "ran_at": receipt.ran_at,
        "os": receipt.environment.os,
    }


def _translation_rows(
    entry: Entry, position: int, translation: Translation
) -> Iterable[tuple[Table, _Values]]:
    key = {"article_id": entry.article.metadata.id, "lang": translation.lang}
    texts = {name: getattr(translation, name) for name in ("title", "summary", "body")}
    yield schema.translations, {**key, "position": position, **texts}
    derived, trust = entry.derived[position], entry.trust(translation.lang)
    errors = map(_error_row, derived.errors, (trust.of(each.anchor) for each in derived.errors))
    for table, found in (
        (schema.questions, map(_fields, translation.questions)),
        (schema.code_blocks, map(_fields, translation.code_blocks)),
        (schema.error_entries, errors),
        (schema.references, map(_fields, derived.references)),
    ):
        yield from _number(table, found, **key)
