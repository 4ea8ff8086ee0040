"""Matching: which article does a log belong to, by which line, and how surely.

Every line of the log that may be the message is held against the signatures of the
candidates; a cheap bound picks the pairs that are worth comparing in full.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Generic, TypeVar

from corpus.diagnosis import log_parser
from corpus.diagnosis.signatures import LONGEST, TERMS, Signature, signature_of
from corpus.diagnosis.similarity import BARE, CODE, WORD, Fit, Weight, compare, f_measure
from corpus.text import codes
from corpus.text.term_weights import UNKNOWN

Key = TypeVar("Key", bound=Hashable)

FLOOR = 0.45
"""Pairs that cannot score more are not looked at."""
COMPARED = 24
"""Pairs of a line and a claim that are compared in full."""
UNFOCUSED = 0.025
"""What a match loses, at most, in an article that is about other messages."""
SPEAKING = 0.4
"""The weight from which on a line speaks of an error; others are surely known, or not at all."""
MAIN = 0.8
"""What a line must be more than, in weights of the main line, to settle the matter alone."""
TIE = 0.004
"""Scores closer than this say the same."""
ENOUGH = 0.75
"""The evidence without which a match is none."""
LOOKED_UP = 8
"""Terms of a line that are looked up, the most telling first."""
_CHARACTERS = 1_600
"""Of the messages of a log: sixteen of the usual length."""


class MatchOutcome(StrEnum):
    """How sure a match is."""

    EXACT = "exact"
    LIKELY = "likely"
    RELATED = "related"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedLine:
    """A message of a log, read."""

    line: int
    """Its line in the log, from 1."""
    signature: Signature
    weight: float = 1.0
    """How much it looks like the message that matters, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Generic[Key]):
    """An article's best signature for a log."""

    key: Key
    score: float
    outcome: MatchOutcome
    line: int
    observed: Signature
    claimed: Signature


def observe(text: str, limit: int = 16) -> list[ObservedLine]:
    """The messages of a log with their signatures, the most telling first.

    No more of them are read once they have so many characters together: a reader chooses them.
    """
    found: list[ObservedLine] = []
    room = _CHARACTERS
    for message in log_parser.messages(text, limit):
        if (signature := signature_of(message.text)) is not None:
            line, weight = message.line, message.weight
            found.append(ObservedLine(line=line, signature=signature, weight=weight))
        room -= min(len(message.text), LONGEST)
        if room <= 0:
            break
    return found


def looked_up(
    observed: Signature, known: Collection[str], weight: Weight
) -> tuple[Sequence[str], int]:
    """Which terms of a message to look up, and how many of them a match shares at the least.

    `known` are its terms that any claim has. What shares fewer has not the evidence that a
    match takes; where one term can be enough, those are left out without which none is.
    """
    ranked = sorted(known, key=lambda term: (-weight(term), term))
    terms, others = ranked[:LOOKED_UP], ranked[LOOKED_UP:]
    enough = _Enough(observed, weight)
    minimum = 1
    while minimum < len(terms) and not enough.of(terms, others, most=minimum):
        minimum += 1
    if minimum == 1:
        while len(terms) > 1 and not enough.of([terms[-1], *others]):
            others.append(terms.pop())
    return terms, minimum


class _Enough:
    """Whether shared terms of a message can be the evidence for a match.

    They can by their weight, by their number, or by being all there are, which may be the
    name of an exception. Where the message has a code, that alone can be.
    """

    def __init__(self, observed: Signature, weight: Weight) -> None:
        self._weight = weight
        self._times = Counter(observed.terms)
        self._is_coded = bool(observed.codes)
        self._told = ENOUGH * weight(UNKNOWN) - _ROUNDING
        self._words = min(math.ceil(ENOUGH / WORD), len(observed.terms))

    def in_common(self, claimed: Signature) -> bool:
        """For what a claim shares."""
        return self.of(list(self._times.keys() & claimed.terms))

    def of(self, terms: Sequence[str], others: Sequence[str] = (), *, most: int = TERMS) -> bool:
        """For any `most` of some terms together with all others."""
        if self._is_coded:
            return True
        words = sorted((self._times[term] for term in terms), reverse=True)[:most]
        words += [self._times[term] for term in others]
        if sum(words) >= self._words:
            return True
        told = sorted((self._times[term] * self._weight(term) for term in terms), reverse=True)
        told[most:] = [self._times[term] * self._weight(term) for term in others]
        return sum(told) >= self._told


_ROUNDING = 1e-9


class _Weights(dict[str, float]):
    """The weights of the terms of one lookup, each asked for once."""

    def __init__(self, weight: Weight) -> None:
        super().__init__()
        self._weight = weight

    def __missing__(self, term: str) -> float:
        known = self[term] = self._weight(term)
        return known


def best_match(
    lines: Sequence[ObservedLine],
    candidates: Iterable[tuple[Key, Sequence[Signature]]],
    weight: Weight,
) -> list[Match[Key]]:
    """The candidates that fit any of the lines, best first, each by its best signature.

    Candidates without a promising signature are left out; equals keep their order.
    """
    weights = _Weights(weight)
    claims = [(key, claimed) for key, signatures in candidates for claimed in signatures]
    shares = _shares(lines, [claimed for _, claimed in claims], weights)
    main = max((seen.weight for seen in lines), default=0.0)
    best: dict[Key, tuple[Match[Key], int]] = {}
    for bound, at, number in _promising(lines, shares, [claim for _, claim in claims], weights):
        key, claimed = claims[number]
        if key in best and best[key][0].score >= bound:
            continue
        seen = lines[at]
        fit = compare(seen.signature, claimed, weights.__getitem__)
        match = Match(
            key=key,
            score=fit.score * _standing(seen),
            outcome=_outcome(fit, seen, main),
            line=seen.line,
            observed=seen.signature,
            claimed=claimed,
        )
        if key not in best or _surer(match, best[key][0]):
            best[key] = match, at
    focus = _focus([key for key, _ in claims], shares)
    found = [
        replace(match, score=match.score - UNFOCUSED * (1 - focus(match.key, at)))
        for match, at in best.values()
    ]
    order = {key: number for number, (key, _) in reversed([*enumerate(claims)])}
    return _unambiguous(sorted(found, key=lambda match: (-match.score, order[match.key])))


def _focus(
    keys: Sequence[Key], shares: Sequence[Mapping[int, float]]
) -> Callable[[Key, int], float]:
    """How far an article is about a line, 0 to 1: the mean of what its claims share with it."""
    claims = Counter(keys)

    @cache
    def told(at: int) -> Mapping[Key, float]:
        most = max(shares[at].values())
        sums: defaultdict[Key, float] = defaultdict(float)
        for number, share in shares[at].items():
            sums[keys[number]] += share / most
        return sums

    return lambda key, at: told(at)[key] / claims[key]


def _standing(seen: ObservedLine) -> float:
    """What a match of a line is worth by what the line looks like."""
    return 0.8 + 0.2 * seen.weight


_SURENESS = {outcome: rank for rank, outcome in enumerate(reversed(MatchOutcome))}


def _surer(one: Match[Key], other: Match[Key]) -> bool:
    """Whether one match of an article says more than another."""
    return (_SURENESS[one.outcome], one.score) > (_SURENESS[other.outcome], other.score)


def _outcome(fit: Fit, seen: ObservedLine, main: float) -> MatchOutcome:
    """How sure a match of a line is, in a log whose main line has the weight `main`."""
    outcome = outcome_of(fit)
    if outcome is MatchOutcome.EXACT and seen.weight <= MAIN * main:
        return MatchOutcome.LIKELY
    if outcome is MatchOutcome.RELATED and seen.weight < SPEAKING:
        return MatchOutcome.NONE
    return outcome


def _promising(
    lines: Sequence[ObservedLine],
    shares: Sequence[Mapping[int, float]],
    claims: Sequence[Signature],
    weights: _Weights,
) -> list[tuple[float, int, int]]:
    """Places of lines and numbers of claims that share most, with a rough upper bound.

    The bound is refined for the best only: it needs the weight of every word of a claim.
    """
    enough = [_Enough(seen.signature, weights.__getitem__) for seen in lines]
    totals = [_total(seen.signature, weights) for seen in lines]
    found: list[tuple[float, float, int, int]] = []
    for at, share in enumerate(shares):
        for number, common in share.items():
            bound = _bound(common, totals[at], common)
            if bound >= FLOOR:
                found.append((bound * _standing(lines[at]), common, at, number))
    found.sort(key=lambda pair: -pair[0])
    refined: list[tuple[float, int, int]] = []
    telling = (pair for pair in found if enough[pair[2]].in_common(claims[pair[3]]))
    for _, common, at, number in islice(telling, 4 * COMPARED):
        seen = lines[at]
        theirs = _total(claims[number], weights) * (1.0 if seen.signature.terms else BARE)
        refined.append((_bound(common, totals[at], theirs) * _standing(seen), at, number))
    refined.sort(key=lambda pair: -pair[0])
    return refined[:COMPARED]


def _total(signature: Signature, weights: _Weights) -> float:
    return sum([weights[term] for term in signature.terms])


def _bound(common: float, observed: float, claimed: float) -> float:
    """The F-measure of two sums of weights that have `common` in common."""
    recall, precision = common / max(claimed, common), common / max(observed, common)
    return f_measure(recall, precision)


def _shares(
    lines: Sequence[ObservedLine], claims: Sequence[Signature], weights: _Weights
) -> list[Mapping[int, float]]:
    """For each line, by the number of a claim, the weight of what they share."""
    having = _having(lines, claims)
    return [_shared(seen.signature, having, weights) for seen in lines]


def _having(lines: Sequence[ObservedLine], claims: Sequence[Signature]) -> Mapping[str, list[int]]:
    """For each term of the lines the numbers of the claims that have it."""
    wanted = {term for seen in lines for term in _keys(seen.signature)}
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, claimed in enumerate(claims):
        if not wanted.isdisjoint(claimed.terms):
            for term in wanted.intersection(claimed.terms):
                having[term].append(number)
        for code in claimed.codes:
            if codes.value(code) in wanted:
                having[codes.value(code)].append(number)
    return having


def _keys(signature: Signature) -> set[str]:
    """What a signature is looked up by: its terms, and its codes without namespace."""
    return {*signature.terms, *map(codes.value, signature.codes)}


def _shared(
    observed: Signature, having: Mapping[str, list[int]], weights: _Weights
) -> dict[int, float]:
    """For each claim that shares anything, the weight of what it shares."""
    shared: defaultdict[int, float] = defaultdict(float)
    values = set(map(codes.value, observed.codes))
    for term in _keys(observed):
        told = weights[term] * (CODE if term in values else 1.0)
        for number in having.get(term, ()):
            shared[number] += told
    return shared


def _unambiguous(ranked: list[Match[Key]]) -> list[Match[Key]]:
    """The matches, none of them exact if the two best cannot be told apart."""
    if len(ranked) < 2 or ranked[0].score - ranked[1].score >= TIE:
        return ranked
    return [
        replace(match, outcome=MatchOutcome.LIKELY)
        if match.outcome is MatchOutcome.EXACT
        else match
        for match in ranked
    ]


def outcome_of(fit: Fit) -> MatchOutcome:
    """How sure a fit is, by thresholds that `tests/corpus/diagnosis/test_scoring.py` keeps."""
    both = min(fit.recall, fit.precision)
    if both >= 0.95 and fit.score >= 0.92 and fit.order == 1.0 and fit.evidence >= 1.1:
        return MatchOutcome.EXACT
    if both >= 0.6 and fit.score >= 0.86 and fit.evidence >= 0.8:
        return MatchOutcome.LIKELY
    one = max(fit.recall, fit.precision)
    if fit.is_coded and both >= 0.6 and one >= 0.95 and fit.order == 1.0:
        return MatchOutcome.LIKELY
    if fit.score >= 0.65 and fit.evidence >= ENOUGH:
        return MatchOutcome.RELATED
    return MatchOutcome.NONE
