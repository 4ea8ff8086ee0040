"""What the terms of an index tell, from how many of its articles have them."""

from collections.abc import Callable
from functools import cache
from statistics import mean
from weakref import WeakKeyDictionary

from corpus.search.engine import Field, OpenIndex
from corpus.text.term_weights import idf
from corpus.text.words import stop_words

_FEW, _WORDY = 5, 0.65
"""So many articles, each so wordy, are counted as well: a handful says little about a corpus."""
_FOREIGN = 0.1
"""Articles with fewer are in a language of which no words of grammar are known."""

_wordiness: WeakKeyDictionary[OpenIndex, float] = WeakKeyDictionary()


def weigher(index: OpenIndex, where: Field) -> Callable[[str], float]:
    """The idf of terms in a field of an index, each looked up once."""
    documents = index.count()
    return cache(lambda term: idf(min(index.frequency(term, where), documents), documents))


def wordiness(index: OpenIndex) -> float:
    """The part of the words of grammar that an article usually has, 0 to 1: how much it says.

    That is in the language of which articles have more of them.
    """
    known = _wordiness.get(index)
    if known is None:
        index.expect(stop_words(), Field.TEXT)
        of_language: dict[bool, list[int]] = {}
        for term in stop_words():
            of_language.setdefault(term.isascii(), []).append(index.frequency(term, Field.TEXT))
        most = max(mean(counted) for counted in of_language.values())
        counted = (most + _FEW * _WORDY) / (index.count() + _FEW)
        known = _wordiness[index] = counted if counted > _FOREIGN else _WORDY
    return known
