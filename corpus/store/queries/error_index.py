"""The error index: every row of every error table, ordered by its text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, tuple_

from corpus.document.article import PublicationState
from corpus.store import schema
from corpus.store.queries.catalog import ArticlePage

_ARTICLES = schema.articles
_ENTRIES = schema.error_entries
_TEXTS = schema.translations
_PUBLISHED = _ARTICLES.c.state == PublicationState.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownError:
    """An entry of the error index, and its article."""

    error: str
    cause: str
    solution: str
    anchor: str
    lang: str
    article_id: str
    slug: str
    title: str
    code: tuple[str, ...] = ()
    """What cause and solution have in code spans, where that is looked up."""


def known_errors(
    connection: Connection, *, q: str, domains: Sequence[str], lang: str, offset: int, limit: int
) -> ArticlePage:
    """The index in one language where it exists: entries that hold `q`, by text.

    A page is read along the index of beginnings, entry by entry until it is full, so the
    article is asked for each entry and not joined: then both databases go that way.
    """
    article = and_(
        _PUBLISHED,
        _ARTICLES.c.id == _ENTRIES.c.article_id,
        *([_ARTICLES.c.domain.in_(domains)] if domains else []),
    )
    condition = and_(
        _shown_entries(lang),
        *(_ENTRIES.c.error.icontains(word, autoescape=True) for word in q.split()),
    )
    count = select(func.count()).select_from(_ENTRIES.join(_ARTICLES, article)).where(condition)
    slug = select(_ARTICLES.c.slug).where(article).scalar_subquery()
    query = (
        select(_ENTRIES, slug.label("slug"))
        .where(condition, select(_ARTICLES.c.id).where(article).exists())
        .order_by(schema.error_beginning, func.lower(_ENTRIES.c.error), slug, _ENTRIES.c.position)
        .offset(offset)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    titles = _titles(connection, rows)
    items = tuple(_known_error(row, titles[row.article_id, row.lang]) for row in rows)
    return ArticlePage(total=connection.scalar(count) or 0, items=items)


def errors_at(connection: Connection, anchors: Sequence[str], *, lang: str) -> Sequence[KnownError]:
    """The entries with one of these anchors, one for each article, those in `lang` first."""
    query = (
        select(_ENTRIES, _ARTICLES.c.slug)
        .join(_ARTICLES, _ARTICLES.c.id == _ENTRIES.c.article_id)
        .where(_ENTRIES.c.anchor.in_(anchors), _PUBLISHED)
        .order_by(_ENTRIES.c.lang != lang, _ARTICLES.c.slug, _ENTRIES.c.position)
    )
    rows = connection.execute(query).all()
    first = {row.article_id: row for row in reversed(rows)}
    shown = [row for row in rows if first[row.article_id] is row]
    titles = _titles(connection, shown)
    return [_known_error(row, titles[row.article_id, row.lang]) for row in shown]


def languages_at(connection: Connection, anchors: Collection[str]) -> list[str]:
    """The languages that have an error with one of these anchors."""
    query = (
        select(_ENTRIES.c.lang)
        .join(_ARTICLES, _ARTICLES.c.id == _ENTRIES.c.article_id)
        .where(_ENTRIES.c.anchor.in_(anchors), _PUBLISHED)
        .order_by(_ENTRIES.c.anchor, _ENTRIES.c.lang)
    )
    return list(dict.fromkeys(connection.scalars(query)))


def _shown_entries(lang: str) -> ColumnElement[bool]:
    """Whether an error entry is in the wanted language, or in the original where that lacks.

    A set that is made once, for a question that is asked of each entry takes ten times as long.
    """
    translated = select(_TEXTS.c.article_id).where(_TEXTS.c.lang == lang)
    originals = select(_TEXTS.c.article_id, _TEXTS.c.lang).where(
        _TEXTS.c.position == 0, _TEXTS.c.article_id.not_in(translated)
    )
    return or_(
        _ENTRIES.c.lang == lang, tuple_(_ENTRIES.c.article_id, _ENTRIES.c.lang).in_(originals)
    )


def _titles(connection: Connection, rows: Sequence[Any]) -> dict[tuple[str, str], str]:
    """The titles of the translations that rows belong to, by article id and language."""
    if not rows:
        return {}
    wanted = tuple_(_TEXTS.c.article_id, _TEXTS.c.lang).in_(
        [(row.article_id, row.lang) for row in rows]
    )
    query = select(_TEXTS.c.article_id, _TEXTS.c.lang, _TEXTS.c.title).where(wanted)
    return {(id_, lang): title for id_, lang, title in connection.execute(query)}


def _known_error(row: Any, title: str) -> KnownError:
    return KnownError(
        error=row.error,
        cause=row.cause,
        solution=row.solution,
        anchor=row.anchor,
        lang=row.lang,
        article_id=row.article_id,
        slug=row.slug,
        title=title,
    )
