"""Matching: which article does a log belong to, by which line, and how surely.

Every line of the log that may be the message is held against the signatures of the
candidates; a cheap bound picks the pairs that are worth comparing in full.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

from corpus import traces
from corpus.comparison import BARE, CODE, Fit, Weight, compare, f_measure
from corpus.search import codes
from corpus.signatures import Signature, signature_of

Key = TypeVar("Key", bound=Hashable)

FLOOR = 0.45
"""Pairs that cannot score more are not looked at."""
COMPARED = 24
"""Pairs of a line and a claim that are compared in full."""
UNFOCUSED = 0.01
"""What a match loses, at most, in an article that has many messages besides."""
SPEAKING = 0.4
"""The weight from which on a line speaks of an error; others are surely known, or not at all."""
MAIN = 0.8
"""What a line must be more than, in weights of the main line, to settle the matter alone."""
TIE = 0.004
"""Scores closer than this say the same."""


class Outcome(StrEnum):
    """How sure a match is."""

    EXACT = "exact"
    LIKELY = "likely"
    RELATED = "related"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
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
    outcome: Outcome
    line: int
    observed: Signature
    claimed: Signature


def observe(text: str, limit: int = 16) -> list[Observed]:
    """The messages of a log with their signatures, the most telling first."""
    return [
        Observed(line=message.line, signature=signature, weight=message.weight)
        for message in traces.messages(text, limit)
        if (signature := signature_of(message.text)) is not None
    ]


def lookup(lines: Sequence[Observed]) -> dict[str, float]:
    """What to ask an engine for candidates: terms, and how much each counts (0 to 1).

    Terms of the line that looks most like the message count most, so that a long log does
    not drown it.
    """
    wanted: dict[str, float] = {}
    for seen in lines:
        for term in _keys(seen.signature):
            wanted[term] = max(wanted.get(term, 0.0), seen.weight**2)
    return wanted


class _Weights(dict[str, float]):
    """The weights of the terms of one lookup, each asked for once."""

    def __init__(self, weight: Weight) -> None:
        super().__init__()
        self._weight = weight

    def __missing__(self, term: str) -> float:
        known = self[term] = self._weight(term)
        return known


def best_match(
    lines: Sequence[Observed],
    candidates: Iterable[tuple[Key, Sequence[Signature]]],
    weight: Weight,
) -> list[Match[Key]]:
    """The candidates that fit any of the lines, best first, each by its best signature.

    Candidates without a promising signature are left out; equals keep their order.
    """
    weights = _Weights(weight)
    candidates = [(key, signatures) for key, signatures in candidates if signatures]
    claims = [(key, claimed) for key, signatures in candidates for claimed in signatures]
    focus = {key: UNFOCUSED * (1 - len(signatures) ** -0.5) for key, signatures in candidates}
    main = max((seen.weight for seen in lines), default=0.0)
    best: dict[Key, Match[Key]] = {}
    for bound, seen, number in _promising(lines, [claimed for _, claimed in claims], weights):
        key, claimed = claims[number]
        if key in best and best[key].score >= bound:
            continue
        fit = compare(seen.signature, claimed, weights.__getitem__)
        match = Match(
            key=key,
            score=fit.score * _standing(seen) - focus[key],
            outcome=_outcome(fit, seen, main),
            line=seen.line,
            observed=seen.signature,
            claimed=claimed,
        )
        if key not in best or _surer(match, best[key]):
            best[key] = match
    order = {key: number for number, (key, _) in reversed([*enumerate(claims)])}
    ranked = sorted(best.values(), key=lambda match: (-match.score, order[match.key]))
    return _unambiguous(ranked)


def _standing(seen: Observed) -> float:
    """What a match of a line is worth by what the line looks like."""
    return 0.8 + 0.2 * seen.weight


_SURENESS = {outcome: rank for rank, outcome in enumerate(reversed(Outcome))}


def _surer(one: Match[Key], other: Match[Key]) -> bool:
    """Whether one match of an article says more than another."""
    return (_SURENESS[one.outcome], one.score) > (_SURENESS[other.outcome], other.score)


def _outcome(fit: Fit, seen: Observed, main: float) -> Outcome:
    """How sure a match of a line is, in a log whose main line has the weight `main`."""
    outcome = outcome_of(fit)
    if outcome is Outcome.EXACT and seen.weight <= MAIN * main:
        return Outcome.LIKELY
    if outcome is Outcome.RELATED and seen.weight < SPEAKING:
        return Outcome.NONE
    return outcome


def _promising(
    lines: Sequence[Observed], claims: Sequence[Signature], weights: _Weights
) -> list[tuple[float, Observed, int]]:
    """Pairs of a line and the number of a claim that share most, with a rough upper bound.

    The bound is refined for the best only: it needs the weight of every word of a claim.
    """
    having = _having(lines, claims)
    found: list[tuple[float, float, Observed, int]] = []
    for seen in lines:
        total = _total(seen.signature, weights)
        for number, common in _shared(seen.signature, having, weights).items():
            bound = _bound(common, total, common)
            if bound >= FLOOR:
                found.append((bound, common, seen, number))
    found.sort(key=lambda pair: -pair[0] * _standing(pair[2]))
    refined: list[tuple[float, Observed, int]] = []
    for _, common, seen, number in found[: 4 * COMPARED]:
        mine, theirs = _total(seen.signature, weights), _total(claims[number], weights)
        theirs *= 1.0 if seen.signature.terms else BARE
        refined.append((_bound(common, mine, theirs) * _standing(seen), seen, number))
    refined.sort(key=lambda pair: -pair[0])
    return refined[:COMPARED]


def _total(signature: Signature, weights: _Weights) -> float:
    return sum([weights[term] for term in signature.terms])


def _bound(common: float, observed: float, claimed: float) -> float:
    """The F-measure of two sums of weights that have `common` in common."""
    recall, precision = common / max(claimed, common), common / max(observed, common)
    return f_measure(recall, precision)


def _having(lines: Sequence[Observed], claims: Sequence[Signature]) -> Mapping[str, list[int]]:
    """For each term of the lines the numbers of the claims that have it."""
    wanted = {term for seen in lines for term in _keys(seen.signature)}
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, claimed in enumerate(claims):
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
        replace(match, outcome=Outcome.LIKELY) if match.outcome is Outcome.EXACT else match
        for match in ranked
    ]


def outcome_of(fit: Fit) -> Outcome:
    """How sure a fit is, by thresholds that `tests/corpus/test_matching.py` keeps."""
    both = min(fit.recall, fit.precision)
    if both >= 0.95 and fit.score >= 0.92 and fit.order == 1.0 and fit.evidence >= 1.1:
        return Outcome.EXACT
    if both >= 0.6 and fit.score >= 0.86 and fit.evidence >= 0.8:
        return Outcome.LIKELY
    one = max(fit.recall, fit.precision)
    if fit.is_coded and both >= 0.6 and one >= 0.95 and fit.order == 1.0:
        return Outcome.LIKELY
    if fit.score >= 0.65 and fit.evidence >= 0.75:
        return Outcome.RELATED
    return Outcome.NONE
