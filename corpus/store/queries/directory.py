"""The directory: published articles as short lines, for lists that name many or all of them.

It reads only the columns that a line needs, and never holds more than a part of the corpus.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from corpus.checks.trust import Level
from corpus.document.article import PublicationState
from corpus.store import schema
from corpus.store.queries import catalog
from corpus.store.stored_documents import batches

_ARTICLES = schema.articles
_PUBLISHED = _ARTICLES.c.state == PublicationState.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine:
    """An article in a list: its slug, title and summary in one language."""

    slug: str
    lang: str
    title: str
    summary: str
    executed: int
    """The number of its executed error entries."""
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainArticles:
    """A domain, the number of its articles, and the first of them."""

    domain: str
    articles: int
    lines: tuple[ArticleLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """An article in the sitemap: slug, languages (the original first), last change."""

    slug: str
    languages: tuple[str, ...]
    updated_ms: int
    """Milliseconds since 1970; 0 if unknown."""
    errors: Mapping[str, Sequence[str]]
    """The languages of each of its errors, by anchor."""


def articles_by_domain(
    connection: Connection, *, lang: str, domains: int, lines: int
) -> list[DomainArticles]:
    """The domains with articles, the largest first; the first `domains` of them have lines.

    There are at most `lines` of them in all, as many for each. Executed articles come
    first, then those that were changed last. `lang` is preferred.
    """
    counts = [count for count in catalog.domains(connection) if count.articles]
    shown = [count.name for count in counts[:domains]]
    ids = _first_of_each(connection, shown, most=lines // max(len(shown), 1))
    found = _lines(connection, ids, lang)
    return [
        DomainArticles(domain=count.name, articles=count.articles, lines=tuple(found[count.name]))
        for count in counts
    ]


def ids_after(connection: Connection, slug: str, *, limit: int) -> tuple[list[str], str]:
    """Ids of the next published articles, ordered by slug, and the last slug among them."""
    query = select(_ARTICLES.c.id, _ARTICLES.c.slug).where(_PUBLISHED, _ARTICLES.c.slug > slug)
    rows = connection.execute(query.order_by(_ARTICLES.c.slug).limit(limit)).all()
    return [row.id for row in rows], rows[-1].slug if rows else slug


def locations(connection: Connection, *, offset: int, limit: int) -> list[Location]:
    """A page of all published articles, ordered by slug."""
    query = select(_ARTICLES.c.id, _ARTICLES.c.slug, _ARTICLES.c.updated_ms).where(_PUBLISHED)
    query = query.order_by(_ARTICLES.c.slug).offset(offset).limit(limit)
    rows = connection.execute(query).all()
    ids = [row.id for row in rows]
    languages, errors = _languages(connection, ids), _errors(connection, ids)
    return [
        Location(
            slug=row.slug,
            languages=tuple(languages[row.id]),
            updated_ms=row.updated_ms,
            errors=errors[row.id],
        )
        for row in rows
    ]


def _first_of_each(connection: Connection, domains: Sequence[str], *, most: int) -> list[str]:
    """Ids of the first articles of each domain."""
    executed_first = case((_ARTICLES.c.trust == Level.EXECUTED, 0), else_=1)
    order = (executed_first, _ARTICLES.c.updated_ms.desc(), _ARTICLES.c.slug)
    place = func.row_number().over(partition_by=_ARTICLES.c.domain, order_by=order)
    numbered = (
        select(_ARTICLES.c.id, place.label("place"))
        .where(_PUBLISHED, _ARTICLES.c.domain.in_(domains))
        .subquery()
    )
    first = select(numbered.c.id).where(numbered.c.place <= most).order_by(numbered.c.place)
    return list(connection.scalars(first))


def is_spoken(connection: Connection, lang: str) -> bool:
    """Whether any article has a text in this language."""
    query = select(schema.translations.c.lang).where(schema.translations.c.lang == lang).limit(1)
    return connection.scalar(query) is not None


def _lines(connection: Connection, ids: Sequence[str], lang: str) -> dict[str, list[ArticleLine]]:
    """The lines of these articles by domain, in the given order."""
    found: dict[str, tuple[str, ArticleLine]] = {}
    texts = schema.translations
    rows = schema.error_entries
    own = (rows.c.article_id == texts.c.article_id, rows.c.lang == texts.c.lang)
    entries = select(func.count()).select_from(rows).where(*own)
    executed = entries.where(rows.c.trust == Level.EXECUTED)
    columns = (
        _ARTICLES.c.id,
        _ARTICLES.c.slug,
        _ARTICLES.c.domain,
        executed.correlate(texts).scalar_subquery().label("executed"),
        entries.correlate(texts).scalar_subquery().label("entries"),
    )
    for batch in batches(ids):
        query = select(*columns, texts.c.lang, texts.c.title, texts.c.summary).join(texts)
        query = query.where(_ARTICLES.c.id.in_(batch))
        query = query.order_by((texts.c.lang == lang).desc(), texts.c.position)
        for row in connection.execute(query):
            line = ArticleLine(
                slug=row.slug,
                lang=row.lang,
                title=row.title,
                summary=row.summary,
                executed=row.executed,
                entries=row.entries,
            )
            found.setdefault(row.id, (row.domain, line))
    lines: defaultdict[str, list[ArticleLine]] = defaultdict(list)
    for domain, line in (found[id_] for id_ in ids):
        lines[domain].append(line)
    return lines


def _languages(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    table = schema.translations
    languages: defaultdict[str, list[str]] = defaultdict(list)
    for batch in batches(ids):
        query = select(table.c.article_id, table.c.lang).order_by(table.c.position)
        query = query.where(table.c.article_id.in_(batch))
        for article_id, lang in connection.execute(query):
            languages[article_id].append(lang)
    return languages


def _errors(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """The languages of each error of these articles, by anchor."""
    table = schema.error_entries
    found: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for batch in batches(ids):
        query = select(table.c.article_id, table.c.anchor, table.c.lang).distinct()
        query = query.where(table.c.article_id.in_(batch))
        for article_id, anchor, lang in connection.execute(
            query.order_by(table.c.anchor, table.c.lang)
        ):
            found[article_id].setdefault(anchor, []).append(lang)
    return found
