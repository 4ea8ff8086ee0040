"""Term weights: how informative a term is, by the number of articles that contain it.

In a small corpus a term is rare or common by chance, and a message that many articles share looks
worthless. So the terms of messages start with a typical weight for their kind, which is replaced
by the counted one as the corpus grows.
"""

import math
from collections.abc import Callable
from functools import cache

from corpus.text import codes
from corpus.text.words import stop_words

UNKNOWN = "\ue000"
"""A term that no article contains: it has the highest weight."""
FEW = 50
"""The number of articles at which the counted and the typical weight count equally."""
USUAL, LITTLE = 0.5, 0.15
"""The typical weight, as part of the highest: of any word, and of a function word."""
LEAST_CODE = 0.33
"""The lowest weight of a code, as part of the highest."""
_LEVELS = frozenset(("err", "error", "except", "fail", "fatal", "warn"))
"""Words that say that something is an error, but not which one."""


def idf(frequency: int, documents: int) -> float:
    """The inverse document frequency of BM25, from 0 up."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def telling(counted: Callable[[str], float], documents: int) -> Callable[[str], float]:
    """The weights of terms of messages: their idf as `counted`, smoothed towards the typical one.

    The weight of `UNKNOWN` is the highest.
    """
    most = idf(0, documents)
    trust = documents / (documents + FEW)
    little = stop_words()

    @cache
    def weight(term: str) -> float:
        if term == UNKNOWN:
            return most
        usual = most * (LITTLE if term in _LEVELS or term in little else USUAL)
        drawn = usual + trust * (counted(term) - usual)
        return max(drawn, LEAST_CODE * most) if codes.is_code(term) else drawn

    return weight
