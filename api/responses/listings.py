"""Listings: a page of the error index, names with their counts."""

from api.responses.articles import ErrorRow
from api.responses.model import Model
from api.responses.search import Pagination
from api.responses.trust import entry_trust
from api.responses.urls import article_path
from corpus.checks.trust import EntryTrust
from corpus.store.queries.error_index import KnownError


class ErrorArticle(Model):
    """The article of an entry of the error index."""

    slug: str
    title: str
    url: str


class IndexedError(ErrorRow):
    """An entry of the error index."""

    lang: str
    article: ErrorArticle


class ErrorsPage(Model):
    """A page of the error index."""

    items: list[IndexedError]
    pagination: Pagination


class CountObject(Model):
    """A name, and the number of its articles."""

    name: str
    articles: int


class CountsObject(Model):
    """Names with their counts."""

    items: list[CountObject]


def indexed_error(known: KnownError, trust: EntryTrust, *, lang: str, url: str) -> IndexedError:
    """An entry of the error index, as an object."""
    address = f"{url}{article_path(known.slug)}"
    article = ErrorArticle(slug=known.slug, title=known.title, url=address)
    return IndexedError.of(known, trust=entry_trust(trust, lang), article=article)
