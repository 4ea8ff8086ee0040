"""Which terms of an index are a typo away from a word.

The distance is that of Damerau and Levenshtein in its restricted form (Boytsov, 2011):
insertions, deletions, substitutions, and swaps of neighbours, each letter touched once.
The first letter is taken to be right, which keeps the choice small.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from corpus.search.engine import Field
from corpus.search.tuning import ONE_TYPO
from corpus.text.analysis import LONGEST

_PREFIXES_KEPT = 64


class Vocabulary:
    """The terms of an index for correcting typos, read by first letter on demand."""

    def __init__(
        self, starting_with: Callable[[str], Iterable[str]], frequency: Callable[[str, Field], int]
    ) -> None:
        self._frequency = frequency
        self._terms = lru_cache(_PREFIXES_KEPT)(lambda letter: tuple(starting_with(letter)))

    def similar(self, term: str, *, limit: int) -> Sequence[str]:
        """Similar terms in the index, the most frequent first."""
        if not 1 < len(term) <= LONGEST:
            return []
        near = process.extract(
            term,
            self._terms(term[0]),
            scorer=OSA.distance,
            score_cutoff=typos_allowed(term),
            limit=None,
        )
        others = (other for other, distance, _ in near if distance)
        ranked = sorted((-self._frequency(other, Field.BODY), other) for other in others)
        return [other for frequency, other in ranked if frequency][:limit]


def typos_allowed(term: str) -> int:
    """How many typos a word may have."""
    return 1 if len(term) < ONE_TYPO else 2
