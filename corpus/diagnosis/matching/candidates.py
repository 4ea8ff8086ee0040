"""Candidates: which lines of a log and which claims are worth comparing in full.

A cheap bound by the weight of the terms that both share picks them.
"""

import math
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate, islice
from operator import itemgetter
from typing import NamedTuple

from corpus.diagnosis.matching.evidence import EvidenceThreshold
from corpus.diagnosis.matching.observed_line import ObservedLine
from corpus.diagnosis.matching.similarity import Weight, f_measure
from corpus.diagnosis.signatures.indexed_signatures import IndexedSignatures, bare, digest_of
from corpus.diagnosis.signatures.signature import Signature
from corpus.diagnosis.tuning import BARE, CODE, COMPARED, FLOOR, TURN
from corpus.text import codes


class Pair(NamedTuple):
    """A line and a claim that are worth a comparison."""

    bound: float
    """What their score is at most, roughly."""
    at: int
    """The place of the line."""
    number: int
    """The number of the claim, through all articles."""


class NumberedClaims:
    """The claims of several articles, numbered through."""

    def __init__(self, articles: Iterable[IndexedSignatures]) -> None:
        self.articles = list(articles)
        self.firsts = list(accumulate(map(len, self.articles), initial=0))
        """The number of the first claim of each article; the last one says how many there are."""

    def __getitem__(self, number: int) -> Signature:
        owner, place = self.place(number)
        return self.articles[owner][place]

    def place(self, number: int) -> tuple[int, int]:
        """Which of the articles has a claim, and where among its own."""
        owner = bisect(self.firsts, number) - 1
        return owner, number - self.firsts[owner]

    def having(self, wanted: AbstractSet[str]) -> Mapping[str, list[int]]:
        """The numbers of the claims that have a key, by key."""
        having: defaultdict[str, list[int]] = defaultdict(list)
        for first, article in zip(self.firsts, self.articles, strict=False):
            places = article.by_key
            for key in places.keys() & wanted:
                having[key] += [first + place for place in places[key]]
        return having

    def saying(self, text: str) -> Iterable[int]:
        """The numbers of the claims that are a message, but for the marks of Markdown."""
        digest = digest_of(text)
        for first, article in zip(self.firsts, self.articles, strict=False):
            for place in article.by_digest.get(digest, ()):
                if bare(article[place]) == text:
                    yield first + place


def promising(
    lines: Sequence[ObservedLine],
    shares: Sequence[Mapping[int, float]],
    claims: NumberedClaims,
    weight: Weight,
) -> list[Pair]:
    """The pairs that share most, those with the highest bound first.

    The bound is refined for the best only: it needs the weight of every word of a claim. Of
    equals the claims come first that candidates came with first.
    """
    thresholds = [EvidenceThreshold(seen.signature, weight) for seen in lines]
    totals = [_total(seen.signature, weight) for seen in lines]
    found: list[Pair] = []
    for at, share in enumerate(shares):
        standing = lines[at].standing
        bounds = {common: _bound(common, totals[at], common) for common in set(share.values())}
        found += [
            Pair(bounds[common] * standing, at, number)
            for number, common in sorted(share.items())
            if bounds[common] >= FLOOR
        ]
    found.sort(key=itemgetter(0), reverse=True)
    telling = (pair for pair in found if thresholds[pair.at].in_common(claims[pair.number]))
    refined: list[Pair] = []
    for _, at, number in islice(_in_turns(telling), 4 * COMPARED):
        seen = lines[at]
        claimed = _total(claims[number], weight) * (1.0 if seen.signature.terms else BARE)
        bound = _bound(shares[at][number], totals[at], claimed)
        refined.append(Pair(bound * seen.standing, at, number))
    refined.sort(key=itemgetter(0), reverse=True)
    return [*_verbatim(lines, claims), *_by_code(lines, claims), *refined[:COMPARED]]


def _in_turns(found: Iterable[Pair]) -> list[Pair]:
    """The pairs, a few of each line before more of any: a line of a single word shares all that
    it has with many claims."""
    counted = Counter[int]()
    turns: list[tuple[int, Pair]] = []
    for pair in found:
        turns.append((counted[pair.at] // TURN, pair))
        counted[pair.at] += 1
    turns.sort(key=itemgetter(0))
    return [pair for _, pair in turns]


def _by_code(lines: Sequence[ObservedLine], claims: NumberedClaims) -> list[Pair]:
    """The pairs that share a code which says whose it is: in any language the same error."""
    places = {
        code: at
        for at, seen in reversed([*enumerate(lines)])
        for code in seen.signature.codes
        if is_typed(code)
    }
    if not places:
        return []
    having = claims.having({codes.value(code) for code in places})
    numbers = sorted({number for some in having.values() for number in some})
    return [
        Pair(math.inf, places[code], number)
        for number in numbers
        for code in claims[number].codes[:1]
        if code in places
    ][:COMPARED]


def is_typed(code: str) -> bool:
    """Whether a code says which system's it is, so that it names one error by itself."""
    return code.startswith(("errno:", "winerror:", "sqlstate:"))


def _verbatim(lines: Sequence[ObservedLine], claims: NumberedClaims) -> list[Pair]:
    """The pairs that are the same word for word, which no bound leaves out."""
    places = {bare(seen.signature): at for at, seen in reversed([*enumerate(lines)])}
    pairs = [(number, at) for text, at in places.items() for number in claims.saying(text)]
    return [Pair(math.inf, at, number) for number, at in sorted(pairs)]


def _total(signature: Signature, weight: Weight) -> float:
    return sum(map(weight, signature.terms))


def _bound(common: float, observed: float, claimed: float) -> float:
    """The F-measure of two sums of weights that have `common` in common."""
    recall, precision = common / max(claimed, common), common / max(observed, common)
    return f_measure(recall, precision)


def shared_weights(
    lines: Sequence[ObservedLine], claims: NumberedClaims, weight: Weight
) -> list[Mapping[int, float]]:
    """For each line, by the number of a claim, the weight of what they share at most: a word that
    a line has twice, a claim may have twice.
    """
    having = claims.having({term for seen in lines for term in _keys(seen.signature)})
    found: list[Mapping[int, float]] = []
    for seen in lines:
        shared: defaultdict[int, float] = defaultdict(float)
        values = set(map(codes.value, seen.signature.codes))
        terms = seen.signature.terms
        for term in _keys(seen.signature):
            share = weight(term) * (CODE if term in values else max(terms.count(term), 1))
            for number in having.get(term, ()):
                shared[number] += share
        found.append(shared)
    return found


def _keys(signature: Signature) -> Iterable[str]:
    """What a signature is looked up by, each once: its terms, and its codes without namespace.

    In their order, for sums of floats depend on it.
    """
    return dict.fromkeys((*signature.terms, *map(codes.value, signature.codes)))
