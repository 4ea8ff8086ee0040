"""An entry as the rows of its tables."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table

from corpus.diagnosis.signatures import Signature
from corpus.document.article import Translation, VerificationRecord
from corpus.document.outline import ErrorEntry, Link, Section
from corpus.store import schema
from corpus.store.entry import Derived, Entry
from corpus.store.receipt_rows import evidence_row
from corpus.text.timestamps import milliseconds

Values = dict[str, Any]
"""The values of a row, by column."""


def verifier_id(name: str) -> str:
    """The id of a verifier: the same name is the same verifier everywhere."""
    return f"ver_{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def rows_of(entry: Entry) -> Iterable[tuple[Table, Values]]:
    """All rows of an article with their tables; those of its verifiers aside."""
    article, metadata = entry.article, entry.article.metadata
    key = {"article_id": metadata.id}
    yield schema.articles, _article_row(entry)
    for position, alias in enumerate(metadata.aliases):
        yield schema.aliases, {**key, "position": position, "alias": alias}
    for table, column, values in (
        (schema.tags, "tag", metadata.tags),
        (schema.keywords, "keyword", metadata.keywords),
        (schema.related, "related_id", metadata.related_ids),
    ):
        for position, value in enumerate(values):
            yield table, {**key, "position": position, column: value}
    for position, item in enumerate(entry.evidence):
        yield schema.receipts, {**key, "position": position, **evidence_row(item)}
    for position, record in enumerate(metadata.records):
        yield schema.verification_records, {**key, "position": position, **_record_row(record)}
    for position, translation in enumerate(article.translations):
        yield from _translation_rows(metadata.id, position, translation)
        yield from _derived_rows(metadata.id, entry.derived[position])


def _article_row(entry: Entry) -> Values:
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
        "trust": entry.trust.level,
        "versions": list(metadata.versions),
        "runtimes": [[runtime.name, runtime.version] for runtime in metadata.runtimes],
        "extra": article.extra,
        "published_at": metadata.published_at,
        "updated_at": metadata.updated_at,
        "created_at": metadata.created_at,
        "published_ms": milliseconds(metadata.published_at or metadata.created_at),
        "updated_ms": milliseconds(metadata.changed_at),
        "unit": entry.unit,
        "fingerprint": entry.fingerprint,
    }


def _record_row(record: VerificationRecord) -> Values:
    environment = record.environment
    return {
        "verifier_id": verifier_id(record.verifier),
        "result": record.result,
        "verified_at": record.verified_at,
        "notes": record.notes,
        "kind": record.kind,
        "os": environment.os if environment else None,
        "runtime": environment.runtime if environment else None,
        "version": environment.version if environment else None,
    }


def _translation_rows(
    article_id: str, position: int, translation: Translation
) -> Iterable[tuple[Table, Values]]:
    key = {"article_id": article_id, "lang": translation.lang}
    yield (
        schema.translations,
        {
            **key,
            "position": position,
            "title": translation.title,
            "summary": translation.summary,
            "body": translation.body,
        },
    )
    for at, qa in enumerate(translation.questions):
        values = {"question": qa.question, "answer": qa.answer}
        yield schema.questions, {**key, "position": at, **values}
    for at, block in enumerate(translation.code_blocks):
        values = {
            "language": block.language,
            "content": block.content,
            "description": block.description,
        }
        yield schema.code_blocks, {**key, "position": at, **values}


def _derived_rows(article_id: str, derived: Derived) -> Iterable[tuple[Table, Values]]:
    key = {"article_id": article_id, "lang": derived.lang}
    items: tuple[tuple[Table, Sequence[Section | ErrorEntry | Link]], ...] = (
        (schema.sections, derived.sections),
        (schema.error_entries, derived.errors),
        (schema.references, derived.references),
    )
    for table, found in items:
        for at, item in enumerate(found):
            yield table, {**key, "position": at, **_fields(item)}
    for at, signature in enumerate(derived.signatures):
        yield schema.signatures, {**key, "position": at, **_signature_row(signature)}


def _fields(item: Section | ErrorEntry | Link) -> Values:
    return {name: getattr(item, name) for name in type(item).__dataclass_fields__}


def _signature_row(signature: Signature) -> Values:
    return {
        "template": signature.template,
        "text": signature.text,
        "origin": signature.origin,
        "anchor": signature.anchor,
        "parts": [
            signature.terms,
            signature.codes,
            signature.hints,
            signature.gaps,
            signature.remedy,
        ],
    }
