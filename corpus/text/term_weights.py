"""Rarity: what a term tells, from how many articles have it.

Where there are few articles, a term is rare or common by chance, and where many articles
share a message its words look worthless. A message is therefore weighed with a usual
weight for each kind of term, which gives way to what was counted as the corpus grows.
"""

import math
from collections.abc import Callable
from functools import cache

from corpus.text import codes
from corpus.text.words import stop_words

UNKNOWN = "\ue000"
"""Stands for the most that a term can tell: no article has it."""
FEW = 50
"""Articles that say as much about a term as its kind does."""
USUAL, LITTLE = 0.5, 0.15
"""What a term usually tells, of the most that one can: any word, and one of grammar."""
LEAST_CODE = 0.33
"""What a code tells at least, of the most that a term can, whoever has it."""
_LEVELS = frozenset(("err", "error", "except", "fail", "fatal", "warn"))
"""Words that say that it is an error, and not which."""


def idf(frequency: int, documents: int) -> float:
    """The inverse document frequency of BM25: what a term tells, from 0 up."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def telling(counted: Callable[[str], float], documents: int) -> Callable[[str], float]:
    """What the terms of messages tell: their idf as `counted`, drawn to what is usual.

    The most that a term can tell, asked for as `UNKNOWN`, is as counted.
    """
    most = idf(0, documents)
    trust = documents / (documents + FEW)
    little = _LEVELS | stop_words()

    @cache
    def weight(term: str) -> float:
        if term == UNKNOWN:
            return most
        usual = most * (LITTLE if term in little else USUAL)
        drawn = usual + trust * (counted(term) - usual)
        return max(drawn, LEAST_CODE * most) if codes.is_code(term) else drawn

    return weight
