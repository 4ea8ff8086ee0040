"""Evidence: whether what a message shares with a claim can be enough for a match at all."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from heapq import nlargest

from corpus.diagnosis.matching.similarity import Weight
from corpus.diagnosis.signatures.signature import Signature
from corpus.diagnosis.tuning import ENOUGH, FEW_WORDS, FILLED_WORDS, LOOKED_UP, WORD
from corpus.text.term_weights import UNKNOWN

_ROUNDING = 1e-9


def looked_up(
    observed: Signature, known: Collection[str], weight: Weight
) -> tuple[Sequence[str], int]:
    """Which terms of a message to look up, and how many of them a match shares at the least.

    `known` are its terms that any claim has. What shares fewer has not the evidence that a
    match takes; of a short message a few are enough: a row with an open place has no more.
    """
    ranked = sorted(known, key=lambda term: (-weight(term), term))
    terms, others = ranked[:LOOKED_UP], ranked[LOOKED_UP:]
    enough = EvidenceThreshold(observed, weight)
    minimum = 1
    most = min(len(terms), FILLED_WORDS if len(observed.terms) <= FEW_WORDS else LOOKED_UP)
    while minimum < most and not enough.of(terms, others, most=minimum):
        minimum += 1
    return terms, minimum


class EvidenceThreshold:
    """Whether shared terms of a message can be the evidence for a match.

    They can by their weight, by their number, or by being all there are, which may be the
    name of an exception. Where the message has a code, that alone can be.
    """

    def __init__(self, observed: Signature, weight: Weight) -> None:
        self._times = Counter(observed.terms)
        self._weights = {term: times * weight(term) for term, times in self._times.items()}
        self._is_coded = bool(observed.codes)
        self._least_weight = ENOUGH * weight(UNKNOWN) - _ROUNDING
        self._fewest_words = min(math.ceil(ENOUGH / WORD), len(observed.terms))

    def in_common(self, claimed: Signature) -> bool:
        """For what a claim shares."""
        if self._is_coded:
            return True
        shared = self._times.keys() & claimed.terms
        if claimed.blanks and len(shared) >= FILLED_WORDS and shared.issuperset(claimed.terms):
            return True
        return self._is_enough(
            map(self._times.__getitem__, shared), map(self._weights.__getitem__, shared)
        )

    def of(self, terms: Sequence[str], others: Sequence[str], *, most: int) -> bool:
        """For any `most` of some terms together with all others."""
        if self._is_coded:
            return True
        times = [self._times[term] for term in terms]
        weights = [self._weights.get(term, 0.0) for term in terms]
        return self._is_enough(
            [*nlargest(most, times), *map(self._times.__getitem__, others)],
            [*nlargest(most, weights), *(self._weights.get(term, 0.0) for term in others)],
        )

    def _is_enough(self, times: Iterable[int], weights: Iterable[float]) -> bool:
        return sum(times) >= self._fewest_words or math.fsum(weights) >= self._least_weight
