"""The vectors of passages: all of an article's in one row, made and read by `search.vectors`.

A row goes with its article, so an article that was written anew has none until they are made.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from corpus.document.article import PublicationState
from corpus.store import schema

_ARTICLES, _VECTORS = schema.articles.c, schema.passage_vectors


def clear(connection: Connection) -> None:
    """Removes all vectors."""
    connection.execute(delete(_VECTORS))


def missing(connection: Connection) -> list[str]:
    """The ids of published articles without vectors, in order."""
    query = (
        select(_ARTICLES.id)
        .outerjoin(_VECTORS, _VECTORS.c.article_id == _ARTICLES.id)
        .where(_ARTICLES.state == PublicationState.PUBLISHED, _VECTORS.c.article_id.is_(None))
        .order_by(_ARTICLES.id)
    )
    return list(connection.scalars(query))


def having(connection: Connection) -> list[str]:
    """The ids of the articles that have vectors, in order."""
    return list(connection.scalars(select(_VECTORS.c.article_id).order_by(_VECTORS.c.article_id)))


def read(connection: Connection, ids: Sequence[str]) -> list[bytes]:
    """The vectors of these articles, those of each in one piece."""
    query = select(_VECTORS.c.vectors).where(_VECTORS.c.article_id.in_(ids))
    return list(connection.scalars(query.order_by(_VECTORS.c.article_id)))


def write(connection: Connection, vectors: Mapping[str, bytes]) -> None:
    """Writes the vectors of articles that have none, by article id."""
    rows = [{"article_id": id_, "vectors": own} for id_, own in vectors.items()]
    if rows:
        connection.execute(insert(_VECTORS), rows)
