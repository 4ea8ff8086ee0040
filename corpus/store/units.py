"""The queries of an ingest: published units, their names and links; writing units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from corpus.document.article import PublicationState
from corpus.store import articles, schema
from corpus.store.entry import Entry
from corpus.store.stored_documents import StoredDocument

_ARTICLES = schema.articles.c


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit in the database."""

    name: str
    id: str
    slug: str
    fingerprint: str


def known_units(connection: Connection) -> dict[str, KnownUnit]:
    """All units by name."""
    columns = (_ARTICLES.unit, _ARTICLES.id, _ARTICLES.slug, _ARTICLES.fingerprint)
    return {row.unit: KnownUnit(*row) for row in connection.execute(select(*columns))}


def names_in_use(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """Unit, kind and name of everything that identifies an article."""
    columns = (_ARTICLES.unit, _ARTICLES.slug, _ARTICLES.id, _ARTICLES.code)
    for unit, slug, id_, code in connection.execute(select(*columns)):
        yield from ((unit, "slug", slug), (unit, "id", id_))
        if code:
            yield unit, "code", code
    aliases = select(_ARTICLES.unit, schema.aliases.c.alias).join(schema.aliases)
    yield from ((unit, "alias", alias) for unit, alias in connection.execute(aliases))


def links(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """Unit, language and target of each link in an article, in order."""
    table = schema.references
    query = (
        select(_ARTICLES.unit, table.c.lang, table.c.target)
        .join(schema.articles, _ARTICLES.id == table.c.article_id)
        .order_by(_ARTICLES.unit, table.c.lang, table.c.position)
    )
    yield from ((unit, lang, target) for unit, lang, target in connection.execute(query))


def published_count(connection: Connection) -> int:
    """The number of published articles."""
    query = select(func.count()).where(_ARTICLES.state == PublicationState.PUBLISHED)
    return connection.scalar(query) or 0


def write(connection: Connection, rows: Sequence[tuple[Entry, StoredDocument]]) -> dict[str, str]:
    """Writes entries with their documents, replacing those of the same units.

    Returns why the database rejects entries, by unit. All others are written.
    """
    entries = [entry for entry, _ in rows]
    try:
        with connection.begin_nested():
            articles.write(connection, entries, [document for _, document in rows])
    except StatementError as error:
        if not _is_refusal(error):
            raise
        if len(rows) == 1:
            reason = f"the database rejects it: {type(error.orig).__name__}"
            return {entries[0].unit: reason}
        return {unit: why for row in rows for unit, why in write(connection, [row]).items()}
    return {}


def _is_refusal(error: StatementError) -> bool:
    """Whether the values are at fault, not the database: too long, out of range, duplicate.

    For PostgreSQL these are the error classes 22 and 54 (its manual, appendix A).
    """
    if not isinstance(error, DBAPIError) or isinstance(error, DataError | IntegrityError):
        return True
    return str(getattr(error.orig, "sqlstate", None) or "")[:2] in ("22", "54")
