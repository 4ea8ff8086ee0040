"""Entries in the database: writing them, removing them, reading them back whole."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    insert,
    select,
)

from corpus.checks.trust import Evidence
from corpus.diagnosis.signatures import Origin, Signature
from corpus.document.article import (
    Article,
    CodeBlock,
    Metadata,
    PublicationState,
    QuestionAnswer,
    RecordEnvironment,
    Risk,
    RuntimeRequirement,
    Status,
    Translation,
    VerificationRecord,
    VerificationResult,
    VerifierKind,
)
from corpus.document.outline import ErrorEntry, Link, Section
from corpus.store import schema
from corpus.store.entry import Derived, Entry
from corpus.store.receipt_rows import load_evidence
from corpus.store.rows import Values, rows_of, verifier_id

_BATCH = 400
"""How many ids go into one `IN`; SQLite and PostgreSQL both take more."""

_FINGERPRINT = 16
"""Hexadecimal digits that are enough to see a change: one in 10^19 would be missed."""

_WITH_ARTICLE = (
    schema.articles, schema.translations, schema.aliases, schema.tags, schema.keywords,
    schema.related, schema.questions, schema.code_blocks, schema.sections,
    schema.error_entries, schema.references, schema.signatures, schema.verification_records,
    schema.receipts,
)  # fmt: skip


def write(connection: Connection, entries: Sequence[Entry]) -> None:
    """Adds entries; whatever had the same article id or came from the same unit goes first."""
    remove(connection, [entry.article.metadata.id for entry in entries])
    connection.execute(
        delete(schema.articles).where(schema.articles.c.unit.in_([entry.unit for entry in entries]))
    )
    rows: dict[Table, list[Values]] = defaultdict(list)
    for entry in entries:
        for table, values in rows_of(entry):
            rows[table].append(values)
    _add_verifiers(connection, entries)
    for table in _WITH_ARTICLE:
        if rows[table]:
            connection.execute(insert(table), rows[table])


def remove(connection: Connection, ids: Iterable[str]) -> None:
    """Removes articles with everything that belongs to them; unknown ids are no error."""
    for batch in _batches(list(ids)):
        connection.execute(delete(schema.articles).where(schema.articles.c.id.in_(batch)))


def tidy(connection: Connection) -> None:
    """Removes verifiers of whom no record is left."""
    used = select(schema.verification_records.c.verifier_id)
    connection.execute(delete(schema.verifiers).where(schema.verifiers.c.id.not_in(used)))


def load(connection: Connection, ids: Sequence[str]) -> list[Entry]:
    """The entries with these article ids, in that order; unknown ids are left out."""
    return _loaded(connection, ids, (*_SHOWN, schema.signatures))


def shown(connection: Connection, ids: Sequence[str]) -> list[Entry]:
    """The same without error signatures: readers see none of them, and they are many rows."""
    return _loaded(connection, ids, _SHOWN)


def signatures(connection: Connection, ids: Sequence[str]) -> dict[str, list[Signature]]:
    """The error signatures of articles, in all their languages, by article id."""
    table = schema.signatures
    found: dict[str, list[Signature]] = {id_: [] for id_ in ids}
    for batch in _batches(ids):
        query = select(table).where(table.c.article_id.in_(batch))
        for row in connection.execute(query.order_by(table.c.lang, table.c.position)):
            found[row.article_id].append(_signature(row))
    return found


def fingerprints(connection: Connection) -> dict[str, str]:
    """For each article id what tells its versions apart; short, for there may be many."""
    rows = connection.execute(select(schema.articles.c.id, schema.articles.c.fingerprint))
    return {row.id: row.fingerprint[:_FINGERPRINT] for row in rows}


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


def _loaded(connection: Connection, ids: Sequence[str], tables: Sequence[Table]) -> list[Entry]:
    found: dict[str, Entry] = {}
    for batch in _batches(ids):
        found.update(_load_batch(connection, batch, tables))
    return [found[id_] for id_ in ids if id_ in found]


def _batches(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))


# Queries are composed once: composing one costs as much as reading an article's few rows.

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_RECORDS = schema.verification_records
_ARTICLES = select(schema.articles).where(schema.articles.c.id.in_(_IDS))
_RECORDS_WITH_NAMES = (
    select(_RECORDS, schema.verifiers.c.name)
    .join(schema.verifiers)
    .where(_RECORDS.c.article_id.in_(_IDS))
    .order_by(_RECORDS.c.position)
)
_SHOWN = (
    schema.questions, schema.code_blocks, schema.sections, schema.error_entries,
    schema.references,
)  # fmt: skip
"""The tables of translations whose rows readers see."""
_Grouped = Mapping[Any, list[Row[Any]]]


@cache
def _of_articles(table: Table) -> Select[Any]:
    """The rows of some articles, in order."""
    return select(table).where(table.c.article_id.in_(_IDS)).order_by(table.c.position)


def _load_batch(
    connection: Connection, ids: Sequence[str], tables: Sequence[Table]
) -> dict[str, Entry]:
    per_article = {
        table: _grouped(connection, table, ids)
        for table in (schema.translations, schema.aliases, schema.tags, schema.keywords,
                      schema.related)
    }  # fmt: skip
    records = _records(connection, ids)
    evidence = load_evidence(connection, ids)
    per_translation = {table: _grouped(connection, table, ids, by_lang=True) for table in tables}
    rows = connection.execute(_ARTICLES, {"ids": ids})
    return {
        row.id: _entry(
            row,
            per_article,
            per_translation,
            records=records.get(row.id, ()),
            evidence=evidence.get(row.id, ()),
        )
        for row in rows
    }


def _grouped(
    connection: Connection, table: Table, ids: Sequence[str], *, by_lang: bool = False
) -> _Grouped:
    groups: dict[Any, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(_of_articles(table), {"ids": ids}):
        groups[(row.article_id, row.lang) if by_lang else row.article_id].append(row)
    return groups


def _records(connection: Connection, ids: Sequence[str]) -> dict[str, list[VerificationRecord]]:
    records: dict[str, list[VerificationRecord]] = defaultdict(list)
    for row in connection.execute(_RECORDS_WITH_NAMES, {"ids": ids}):
        records[row.article_id].append(
            VerificationRecord(
                verifier=row.name,
                result=VerificationResult(row.result),
                verified_at=row.verified_at,
                notes=row.notes,
                environment=RecordEnvironment(os=row.os, runtime=row.runtime, version=row.version)
                if row.os is not None
                else None,
                kind=VerifierKind(row.kind) if row.kind else None,
            )
        )
    return records


def _entry(
    row: Row[Any],
    per_article: Mapping[Table, _Grouped],
    per_translation: Mapping[Table, _Grouped],
    *,
    records: Sequence[VerificationRecord],
    evidence: Sequence[Evidence],
) -> Entry:
    def listed(table: Table, column: str) -> tuple[str, ...]:
        return tuple(getattr(item, column) for item in per_article[table].get(row.id, ()))

    texts = per_article[schema.translations].get(row.id, [])
    metadata = Metadata(
        id=row.id,
        code=row.code,
        aliases=listed(schema.aliases, "alias"),
        author=row.author,
        domain=row.domain,
        tags=listed(schema.tags, "tag"),
        keywords=listed(schema.keywords, "keyword"),
        status=Status(row.status),
        confidence=row.confidence,
        risk=Risk(row.risk),
        versions=tuple(row.versions),
        runtimes=tuple(
            RuntimeRequirement(name=name, version=version) for name, version in row.runtimes
        ),
        published_at=row.published_at,
        updated_at=row.updated_at,
        created_at=row.created_at,
        records=tuple(records),
        related_ids=listed(schema.related, "related_id"),
    )
    return Entry(
        article=Article(
            slug=row.slug,
            metadata=metadata,
            translations=tuple(_translation(text, per_translation) for text in texts),
            state=PublicationState(row.state),
            extra=row.extra,
        ),
        derived=tuple(_derived(text, per_translation) for text in texts),
        evidence=tuple(evidence),
        unit=row.unit,
        fingerprint=row.fingerprint,
    )


def _translation(text: Row[Any], rows: Mapping[Table, _Grouped]) -> Translation:
    key = (text.article_id, text.lang)
    return Translation(
        lang=text.lang,
        title=text.title,
        summary=text.summary,
        body=text.body,
        code_blocks=tuple(
            CodeBlock(language=row.language, content=row.content, description=row.description)
            for row in rows[schema.code_blocks].get(key, ())
        ),
        questions=tuple(
            QuestionAnswer(question=row.question, answer=row.answer)
            for row in rows[schema.questions].get(key, ())
        ),
    )


def _derived(text: Row[Any], rows: Mapping[Table, _Grouped]) -> Derived:
    key = (text.article_id, text.lang)
    return Derived(
        lang=text.lang,
        sections=tuple(
            Section(
                level=row.level, title=row.title, anchor=row.anchor, start=row.start, end=row.end
            )
            for row in rows[schema.sections].get(key, ())
        ),
        errors=tuple(
            ErrorEntry(error=row.error, cause=row.cause, solution=row.solution, anchor=row.anchor)
            for row in rows[schema.error_entries].get(key, ())
        ),
        references=tuple(
            Link(label=row.label, target=row.target) for row in rows[schema.references].get(key, ())
        ),
        signatures=tuple(map(_signature, rows.get(schema.signatures, {}).get(key, ()))),
    )


def _signature(row: Row[Any]) -> Signature:
    terms, codes, hints, gaps, *remedy = row.parts
    return Signature(
        template=row.template,
        terms=tuple(terms),
        codes=tuple(codes),
        hints=tuple(hints),
        gaps=tuple(gaps),
        text=row.text,
        origin=Origin(row.origin),
        anchor=row.anchor,
        remedy="".join(remedy),
    )
