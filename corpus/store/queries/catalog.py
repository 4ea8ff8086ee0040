"""The catalogue: articles by name, lists, counts and facets."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
)

from corpus.document.article import PublicationState, Status
from corpus.store import schema
from corpus.store.database import rows
from corpus.store.filters import DOMAINS, FACET_VALUES, FACETS, Filters, Sort
from corpus.store.stored_documents import batches, marks
from corpus.store.tuning import SUGGESTED_SIMILARITY

_ARTICLES = schema.articles
_PUBLISHED = _ARTICLES.c.state == PublicationState.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The title of an article, in one of its languages."""

    slug: str
    lang: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """A page of a list, and the length of the whole."""

    total: int
    items: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCount:
    """A domain or a tag, and the number of its articles."""

    name: str
    articles: int


# What is asked for every article is composed once: that takes as long as the answer.

_NAMES: BindParameter[str] = bindparam("names", expanding=True)
_SLUGS = (
    "SELECT slug, slug, state FROM articles WHERE slug IN ",
    "SELECT id, slug, state FROM articles WHERE id IN ",
    "SELECT code, slug, state FROM articles WHERE code IN ",
    "SELECT alias, slug, state FROM aliases JOIN articles ON id = article_id WHERE alias IN ",
)
_TEXTS, _SHOWN = schema.translations, schema.translations.alias()
_SHOWN_LANG = (
    select(_SHOWN.c.lang)
    .where(_SHOWN.c.article_id == _ARTICLES.c.id)
    .order_by((_SHOWN.c.lang == bindparam("lang")).desc(), _SHOWN.c.position)
    .limit(1)
    .correlate(_ARTICLES)
    .scalar_subquery()
)
"""The language in which an article is shown: the preferred one, or its original."""
_HEADLINES = (
    select(_ARTICLES.c.slug, _TEXTS.c.lang, _TEXTS.c.title, _TEXTS.c.summary)
    .join(_TEXTS, _TEXTS.c.article_id == _ARTICLES.c.id)
    .where(_PUBLISHED, _ARTICLES.c.slug.in_(_NAMES), _TEXTS.c.lang == _SHOWN_LANG)
)


def slugs(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """The slug of each article with one of these ids, codes, slugs or aliases, by that name."""
    found: dict[str, str] = {}
    for batch in batches(names):
        parts = [part + marks(batch) for part in _SLUGS]
        asked = [name for _ in parts for name in batch]
        read = rows(connection, " UNION ALL ".join(parts), *asked)
        found |= {name: slug for name, slug, state in read if state == PublicationState.PUBLISHED}
    return found


def headlines(connection: Connection, slugs: Sequence[str], *, lang: str) -> list[Headline]:
    """The titles of these published articles, in order, in `lang` or their original language."""
    if not slugs:  # SQLite would look at all articles to find none
        return []
    asked = {"names": slugs, "lang": lang}
    found = {
        row.slug: Headline(slug=row.slug, lang=row.lang, title=row.title, summary=row.summary)
        for row in connection.execute(_HEADLINES, asked)
    }
    return [found[slug] for slug in slugs if slug in found]


def neighbours(connection: Connection, slug: str, domain: str) -> tuple[str, str]:
    """The slugs before and after an article in its domain, by name; empty at the ends."""
    slugs = select(_ARTICLES.c.slug).where(_PUBLISHED, _ARTICLES.c.domain == domain).limit(1)
    before = slugs.where(_ARTICLES.c.slug < slug).order_by(_ARTICLES.c.slug.desc())
    after = slugs.where(_ARTICLES.c.slug > slug).order_by(_ARTICLES.c.slug)
    return connection.scalar(before) or "", connection.scalar(after) or ""


def nearest(connection: Connection, name: str, *, limit: int) -> list[str]:
    """Slugs that are similar to a name, by the trigrams they have in common."""
    words = [word[:4] for word in re.split(r"[-_.\s]+", name) if len(word) > 1]
    alike = [_ARTICLES.c.slug.icontains(word, autoescape=True) for word in words[:10]]
    query = select(_ARTICLES.c.slug).where(_PUBLISHED, or_(false(), *alike))
    ranked = [(-_likeness(slug, name), slug) for slug in connection.scalars(query)]
    return [slug for likeness, slug in sorted(ranked)[:limit] if likeness <= -SUGGESTED_SIMILARITY]


def _likeness(one: str, other: str) -> float:
    """Dice's coefficient of the trigrams, 0 to 1."""
    first, second = _triples(one), _triples(other)
    return 2 * len(first & second) / (len(first) + len(second))


def _triples(text: str) -> set[str]:
    padded = f"  {text.lower()} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def newest(
    connection: Connection, filters: Filters, *, sort: Sort, offset: int, limit: int
) -> ArticlePage:
    """Ids of published articles that match the filters, newest first unless sorted otherwise."""
    condition = and_(_PUBLISHED, *_conditions(filters))
    total = connection.scalar(select(func.count()).select_from(_ARTICLES).where(condition)) or 0
    order = {
        Sort.RELEVANCE: _ARTICLES.c.published_ms,
        Sort.UPDATED: _ARTICLES.c.updated_ms,
        Sort.CONFIDENCE: _ARTICLES.c.confidence,
    }[sort]
    query = select(_ARTICLES.c.id).where(condition)
    query = query.order_by(order.desc(), _ARTICLES.c.slug).offset(offset).limit(limit)
    return ArticlePage(total=total, items=tuple(connection.scalars(query)))


def domains(connection: Connection) -> list[NamedCount]:
    """Every domain, predefined or in the corpus, with the number of its articles."""
    query = select(_ARTICLES.c.domain, func.count()).where(_PUBLISHED).group_by(_ARTICLES.c.domain)
    counts = dict.fromkeys(DOMAINS, 0) | _pairs(connection, query)
    return [
        NamedCount(name=name, articles=counts[name])
        for name in sorted(counts, key=lambda name: (-counts[name], name))
    ]


def tags(connection: Connection) -> list[NamedCount]:
    """Every tag, most used first."""
    table = schema.tags
    number = func.count().label("number")
    query = select(table.c.tag, number).join(_ARTICLES).where(_PUBLISHED)
    query = query.group_by(table.c.tag).order_by(number.desc(), table.c.tag)
    return [NamedCount(name=tag, articles=count) for tag, count in connection.execute(query)]


def facets(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many of these articles have each domain, status, risk and tag."""
    listed = _values_query(connection, ids)
    return _facets(connection, _ARTICLES.c.id.in_(listed), schema.tags.c.article_id.in_(listed))


def facets_of(connection: Connection, filters: Filters) -> dict[str, dict[str, int]]:
    """The same for all published articles that match the filters."""
    condition = and_(_PUBLISHED, *_conditions(filters))
    passing = select(_ARTICLES.c.id).where(condition)
    return _facets(connection, condition, schema.tags.c.article_id.in_(passing))


def _values_query(connection: Connection, values: Sequence[str]) -> Select[Any]:
    """A query for values that are sent as one parameter, because their number is limited."""
    if connection.dialect.name == "sqlite":
        return select(func.json_each(json.dumps(values)).table_valued("value").c.value)
    return select(func.unnest(literal(list(values), ARRAY(Text))))


def _facets(
    connection: Connection, of_articles: ColumnElement[bool], of_tags: ColumnElement[bool]
) -> dict[str, dict[str, int]]:
    """The most common values of each facet; an article counts under each of its tags."""
    columns = (_ARTICLES.c.domain, _ARTICLES.c.status, _ARTICLES.c.risk)
    counts = {facet: Counter[str]() for facet in FACETS}
    rows = select(func.count(), *columns).where(of_articles).group_by(*columns)
    for number, *values in connection.execute(rows):
        for facet, value in zip(counts, values, strict=False):
            counts[facet][value] += number
    tag = schema.tags.c.tag
    tags = select(tag, func.count()).where(of_tags).group_by(tag)
    counts["tag"].update(_pairs(connection, tags))
    return {facet: _commonest(values) for facet, values in counts.items()}


def _commonest(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:FACET_VALUES])


def stats(connection: Connection) -> dict[str, int]:
    """The number of articles: all, published, verified by their authors, and new this week."""
    week_ago = (datetime.now(UTC) - timedelta(days=7)).timestamp() * 1000
    verified = and_(_PUBLISHED, _ARTICLES.c.status == Status.VERIFIED)
    new = and_(_PUBLISHED, _ARTICLES.c.published_ms >= week_ago)
    return {
        "total": connection.scalar(_count(None)) or 0,
        "published": connection.scalar(_count(_PUBLISHED)) or 0,
        "verified": connection.scalar(_count(verified)) or 0,
        "weeklyNew": connection.scalar(_count(new)) or 0,
    }


def trust_levels(connection: Connection) -> dict[str, int]:
    """The number of error entries with each trust level, in the original languages."""
    rows, texts = schema.error_entries, schema.translations
    original = and_(
        texts.c.article_id == rows.c.article_id, texts.c.lang == rows.c.lang, texts.c.position == 0
    )
    query = select(rows.c.trust, func.count()).join(texts, original)
    query = query.join(_ARTICLES, _ARTICLES.c.id == rows.c.article_id).where(_PUBLISHED)
    return _pairs(connection, query.group_by(rows.c.trust))


def _count(condition: ColumnElement[bool] | None) -> Select[int]:
    query = select(func.count()).select_from(_ARTICLES)
    return query if condition is None else query.where(condition)


def _pairs(connection: Connection, query: Select[Any]) -> dict[str, Any]:
    rows: Any = connection.execute(query).all()  # a result has keys(), so dict() misreads it
    return dict(rows)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    tagged = select(schema.tags.c.article_id).where(
        func.lower(schema.tags.c.tag).in_([tag.lower() for tag in filters.tags])
    )
    rows = schema.error_entries
    trusted = or_(
        _ARTICLES.c.trust.in_(filters.trusts),
        _ARTICLES.c.id.in_(select(rows.c.article_id).where(rows.c.trust.in_(filters.trusts))),
    )
    given = (
        (filters.domains, _ARTICLES.c.domain.in_(filters.domains)),
        (filters.statuses, _ARTICLES.c.status.in_(filters.statuses)),
        (filters.risks, _ARTICLES.c.risk.in_(filters.risks)),
        (filters.authors, _ARTICLES.c.author.in_(filters.authors)),
        (filters.trusts, trusted),
        (filters.tags, _ARTICLES.c.id.in_(tagged)),
        (filters.minimum_confidence, _ARTICLES.c.confidence >= filters.minimum_confidence),
        (filters.updated_since_ms, _ARTICLES.c.updated_ms >= filters.updated_since_ms),
    )
    return [condition for value, condition in given if value]
