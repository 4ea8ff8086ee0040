"""Matching: which of the claimed signatures does an observed message fit, and how surely.

Two messages are compared word by word in order. What they share counts against what the
claim has besides (recall) and what the observation has besides (precision); each word
counts with its weight, and the gaps of one side excuse words of the other.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Generic, TypeVar

from corpus import traces
from corpus.search import codes
from corpus.signatures import Origin, Signature, signature_of

Key = TypeVar("Key", bound=Hashable)
Weight = Callable[[str], float]

CODE = 2.5
"""What a shared code tells, in words of the same weight."""
CONFLICT = 4.0
"""What a different code of the same family costs."""
PLACEHOLDER = 0.5
"""What is left of a claimed word's weight when the observation has a value in its place."""
ORDER, GAPS, HINTS, SAME = 0.05, 0.05, 0.03, 0.02
"""Shares of the score: order of words, places of gaps, words in quotes, the same template."""
TRUST = {
    Origin.RUN: 1.0,
    Origin.ERROR: 1.0,
    Origin.QUOTE: 1.0,
    Origin.OBSERVED: 1.0,
    Origin.SYMPTOM: 0.98,
    Origin.CODE: 0.95,
    Origin.KEYWORD: 0.9,
    Origin.TITLE: 0.9,
}
"""What a match is worth by where the claim stands: a table row more than a title."""
COMPARED = 40
"""Pairs of a line and a claim that are compared in full."""
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
class Fit:
    """How two messages compare."""

    score: float
    """0 to 1."""
    recall: float
    """The part of the claim that was observed."""
    precision: float
    """The part of the observation that was claimed."""
    evidence: float
    """What they share, in words that occur nowhere else."""


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


def coverage(observed: Signature, claimed: Signature, weight: Weight) -> float:
    """How much two messages cover each other, 0 to 1; `weight` is a term's idf."""
    return compare(observed, claimed, weight).score


def compare(observed: Signature, claimed: Signature, weight: Weight) -> Fit:
    """The comparison behind `coverage`."""
    pairs = _aligned(observed.terms, claimed.terms)
    shared = sum(weight(claimed.terms[there]) for _, there in pairs)
    missing = _besides(claimed, {there for _, there in pairs}, _facing(observed, pairs), weight)
    swapped = [(there, here) for here, there in pairs]
    extra = _besides(observed, {here for here, _ in pairs}, _facing(claimed, swapped), weight)
    same_codes, fewer, more = _codes(observed, claimed, weight)
    shared, missing, extra = shared + same_codes, missing + fewer, extra + more
    if not shared:
        return Fit(score=0.0, recall=0.0, precision=0.0, evidence=0.0)
    recall, precision = shared / (shared + missing), shared / (shared + extra)
    fit = 2 * recall * precision / (recall + precision)
    detail = ORDER * _order(pairs) + GAPS * _same_gaps(observed, claimed, pairs)
    detail += HINTS * _same_hints(observed, claimed, weight)
    detail += SAME * (observed.template.casefold() == claimed.template.casefold())
    score = fit * (1 - ORDER - GAPS - HINTS - SAME + detail) * TRUST[claimed.origin]
    return Fit(score=score, recall=recall, precision=precision, evidence=shared / weight("\ue000"))


def _aligned(observed: Sequence[str], claimed: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of equal terms by their places, each used once, in order as far as possible."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, term in enumerate(observed):
        places[term].append(place)
    pairs: list[tuple[int, int]] = []
    last = -1
    for there, term in enumerate(claimed):
        free = places.get(term)
        if free:
            here = next((place for place in free if place > last), free[0])
            free.remove(here)
            pairs.append((here, there))
            last = here
    return pairs


def _facing(other: Signature, pairs: Sequence[tuple[int, int]]) -> set[int]:
    """After which matched words of this side (counted from 0) the other side has a gap.

    `pairs` are (place on the other side, place on this side).
    """
    gaps = set(other.gaps)
    facing: set[int] = set()
    before = 0
    for number, (theirs, _) in enumerate(pairs):
        if any(place in gaps for place in range(before, theirs + 1)):
            facing.add(number)
        before = theirs + 1
    if any(place in gaps for place in range(before, len(other.terms) + 1)):
        facing.add(len(pairs))
    return facing


def _besides(side: Signature, matched: set[int], facing: set[int], weight: Weight) -> float:
    """The weight of one side's words without a partner, less what the other's gaps excuse."""
    total = 0.0
    passed = 0
    for place, term in enumerate(side.terms):
        if place in matched:
            passed += 1
        else:
            total += weight(term) * (PLACEHOLDER if passed in facing else 1.0)
    return total


def _order(pairs: Sequence[tuple[int, int]]) -> float:
    """The part of neighbouring pairs that also stand in order and close together."""
    if len(pairs) < 2:
        return 1.0
    good = sum(0 < b[0] - a[0] <= b[1] - a[1] + 1 for a, b in pairwise(pairs))
    return good / (len(pairs) - 1)


def _same_gaps(observed: Signature, claimed: Signature, pairs: Sequence[tuple[int, int]]) -> float:
    """How far the gaps of both stand in the same places."""
    here_to_there = {here + 1: there + 1 for here, there in pairs}
    here_to_there[0] = 0
    seen = {here_to_there.get(gap, -1 - gap) for gap in observed.gaps}
    wanted = set(claimed.gaps)
    return len(seen & wanted) / len(seen | wanted) if seen or wanted else 1.0


def _same_hints(observed: Signature, claimed: Signature, weight: Weight) -> float:
    """How much of what the claim has in quotes was observed; half where it has nothing."""
    total = sum(map(weight, claimed.hints))
    if not total:
        return 0.5
    return sum(weight(hint) for hint in claimed.hints if hint in observed.hints) / total


def _codes(observed: Signature, claimed: Signature, weight: Weight) -> tuple[float, float, float]:
    """What codes add: shared, missing from the observation, missing from the claim."""
    if not observed.codes:
        return 0.0, 0.0 if claimed.terms else sum(map(weight, claimed.codes)), 0.0
    known = {codes.value(code) for code in claimed.codes}
    families = {codes.family(code) for code in claimed.codes} - {""}
    shared = more = fewer = 0.0
    for code in observed.codes:
        if code in claimed.codes or codes.value(code) in known:
            shared += CODE * weight(code)
        elif codes.family(code) in families:
            fewer += CONFLICT * weight(code)
        else:
            more += weight(code)
    return shared, fewer, more


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
    claims = [(key, claimed) for key, signatures in candidates for claimed in signatures]
    best: dict[Key, Match[Key]] = {}
    for bound, seen, number in _promising(lines, [claimed for _, claimed in claims], weights):
        key, claimed = claims[number]
        if key in best and best[key].score >= bound:
            continue
        fit = compare(seen.signature, claimed, weights.__getitem__)
        score = fit.score * _standing(seen)
        if key not in best or score > best[key].score:
            best[key] = Match(
                key=key,
                score=score,
                outcome=outcome_of(fit),
                line=seen.line,
                observed=seen.signature,
                claimed=claimed,
            )
    order = {key: number for number, (key, _) in reversed([*enumerate(claims)])}
    ranked = sorted(best.values(), key=lambda match: (-match.score, order[match.key]))
    return _unambiguous(ranked)


def _standing(seen: Observed) -> float:
    """What a match of a line is worth by what the line looks like."""
    return 0.8 + 0.2 * seen.weight


def _promising(
    lines: Sequence[Observed], claims: Sequence[Signature], weights: _Weights
) -> list[tuple[float, Observed, int]]:
    """Pairs of a line and the number of a claim that share most, with a rough upper bound."""
    having: defaultdict[str, list[int]] = defaultdict(list)
    totals: list[float] = []
    for number, claimed in enumerate(claims):
        for term in {*claimed.terms, *map(codes.value, claimed.codes)}:
            having[term].append(number)
        totals.append(sum(weights[term] for term in claimed.terms))
    found: list[tuple[float, Observed, int]] = []
    for seen in lines:
        shared = _shared(seen.signature, having, weights)
        total = sum(weights[term] for term in seen.signature.terms)
        for number, common in shared.items():
            bound = 2 * common / max(total + totals[number], common, 1e-9)
            found.append((min(1.0, bound) * _standing(seen), seen, number))
    found.sort(key=lambda pair: -pair[0])
    return found[:COMPARED]


def _shared(
    observed: Signature, having: Mapping[str, list[int]], weights: _Weights
) -> dict[int, float]:
    """For each claim that shares anything, the weight of what it shares."""
    shared: defaultdict[int, float] = defaultdict(float)
    for term in {*observed.terms, *map(codes.value, observed.codes)}:
        told = weights[term]
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
    if fit.score >= 0.93 and fit.evidence >= 1.2:
        return Outcome.EXACT
    if fit.score >= 0.75 and fit.evidence >= 0.8:
        return Outcome.LIKELY
    if fit.score >= 0.55 and fit.evidence >= 0.5:
        return Outcome.RELATED
    return Outcome.NONE
