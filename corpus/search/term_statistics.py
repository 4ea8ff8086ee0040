"""What the terms of an index tell, from how many of its articles have them."""

from collections.abc import Callable
from functools import cache

from corpus.search.engine import Field, OpenIndex
from corpus.text.term_weights import idf


def weigher(index: OpenIndex, where: Field) -> Callable[[str], float]:
    """The idf of terms in a field of an index, each looked up once."""
    documents = index.count()
    return cache(lambda term: idf(min(index.frequency(term, where), documents), documents))
