"""Comparison: how much of one error message another one covers, in both directions.

Two messages are compared word by word in order. What they share counts against what the
claim has besides (recall) and what the observation has besides (precision); each word
counts with its weight, and the gaps of one side excuse words of the other.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from corpus.diagnosis import tuning
from corpus.diagnosis.signatures.signature import Signature
from corpus.text import codes
from corpus.text.term_weights import UNKNOWN

Weight = Callable[[str], float]
"""What a term tells: its inverse document frequency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFit:
    """How two messages compare."""

    score: float
    """0 to 1."""
    recall: float
    """The part of the claim that was observed."""
    precision: float
    """The part of the observation that was claimed."""
    order: float
    """The part of shared words that stand in the same order."""
    evidence: float
    """What they share, counted in words that occur nowhere else."""
    is_coded: bool = False
    """Whether they share a code, and not only a number that is one in one of them."""
    is_beginning: bool = False
    """Whether the observation is what the claim begins with, and nothing else."""
    is_clause: bool = False
    """Whether it is one or more whole clauses of the claim, and nothing else."""


def compare(observed: Signature, claimed: Signature, weight: Weight) -> MessageFit:
    """How much two messages cover each other; `weight` is a term's idf."""
    pairs = _align(observed.terms, claimed.terms)
    shared = sum(weight(claimed.terms[there]) for _, there in pairs)
    swapped = [(there, here) for here, there in pairs]
    values = dict.fromkeys(_facing(observed, observed.gaps, pairs), tuning.PLACEHOLDER)
    missing = _besides(claimed, {there for _, there in pairs}, values, weight)
    values = dict.fromkeys(_facing(claimed, claimed.gaps, swapped), tuning.PLACEHOLDER)
    if not missing:
        values |= dict.fromkeys(_facing(claimed, claimed.blanks, swapped), tuning.OPEN)
    extra = _besides(observed, {here for here, _ in pairs}, values, weight)
    coded = _codes(observed, claimed, weight)
    missing *= 1.0 if observed.terms else tuning.BARE
    shared, missing = shared + coded.told, missing + coded.missing
    extra += coded.extra
    if not shared:
        return MessageFit(score=0.0, recall=0.0, precision=0.0, order=0.0, evidence=0.0)
    recall, precision = shared / (shared + missing), shared / (shared + extra)
    order = _order(pairs)
    places = [] if extra else [there for _, there in pairs]
    is_run = bool(places) and places == [*range(places[0], places[0] + len(places))]
    same = observed.template.casefold() == claimed.template.casefold()
    detail = tuning.ORDER * order + tuning.GAPS * _same_gaps(observed, claimed, pairs)
    detail = detail + tuning.HINTS * _same_hints(observed, claimed, weight) + tuning.SAME * same
    score = f_measure(recall, precision) * (
        1 - tuning.ORDER - tuning.GAPS - tuning.HINTS - tuning.SAME + detail
    )
    return MessageFit(
        score=score * tuning.TRUST.get(claimed.origin, 1.0),
        recall=recall,
        precision=precision,
        order=order,
        evidence=max(
            shared / weight(UNKNOWN),
            tuning.WORD * len(pairs) + tuning.CODED * coded.shared,
            tuning.WHOLE * (_is_named(claimed) if same else coded.shared > 0 and not missing),
        ),
        is_coded=not set(observed.codes).isdisjoint(claimed.codes),
        is_beginning=is_run and places[0] == 0,
        is_clause=is_run and _are_clauses(claimed, places[0], places[-1] + 1),
    )


def _are_clauses(claimed: Signature, start: int, end: int) -> bool:
    """Whether clauses of a claim begin and end at these terms."""
    ends = claimed.ends
    return (start == 0 or start in ends) and (end == len(claimed.terms) or end in ends)


def f_measure(recall: float, precision: float) -> float:
    """Van Rijsbergen's F: a claim that was observed with more around it is better than half."""
    beta = tuning.BETA * tuning.BETA
    return (1 + beta) * recall * precision / (beta * precision + recall)


def _align(observed: Sequence[str], claimed: Sequence[str]) -> list[tuple[int, int]]:
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


def _facing(other: Signature, places: Sequence[int], pairs: Sequence[tuple[int, int]]) -> set[int]:
    """After which matched words of this side (counted from 0) the other side has one of these
    gaps.

    `pairs` are (place on the other side, place on this side).
    """
    ends = [0, *(theirs + 1 for theirs, _ in pairs), len(other.terms) + 1]
    return {
        number
        for number, (start, end) in enumerate(pairwise(ends) if places else ())
        if any(start <= place < end for place in places)
    }


def _besides(
    side: Signature, matched: set[int], excused: Mapping[int, float], weight: Weight
) -> float:
    """The weight of one side's words without a partner, less what the other's gaps excuse: by
    how many words with a partner stand before them, a factor."""
    total = 0.0
    passed = 0
    around = _around(side, matched)
    for place, term in enumerate(side.terms):
        if place in matched:
            passed += 1
        else:
            factor = excused.get(passed, 1.0)
            total += weight(term) * min(factor, tuning.AROUND if place in around else 1.0)
    return total


def _around(side: Signature, matched: set[int]) -> set[int]:
    """The places of words in parts of a line that have nothing in common with the claim."""
    places: set[int] = set()
    for start, end in pairwise((0, *side.colons, len(side.terms))) if side.colons else ():
        part = range(start, end)
        if matched.isdisjoint(part):
            places.update(part)
    return places


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


class _Codes(NamedTuple):
    """What the codes of two messages add to the words."""

    shared: int
    told: float
    """By those that are shared."""
    missing: float
    """From the observation."""
    extra: float
    """In the observation."""


def _codes(observed: Signature, claimed: Signature, weight: Weight) -> _Codes:
    if not observed.codes:
        return _Codes(0, 0.0, 0.0 if claimed.terms else sum(map(weight, claimed.codes)), 0.0)
    known = {*claimed.codes, *map(codes.value, claimed.codes)}
    bare = set(claimed.codes)
    same = [code for code in observed.codes if code in known or codes.value(code) in bare]
    rivals = {codes.family(code) for code in claimed.codes}
    rivals -= {"", *map(codes.family, same)}
    chosen = any(map(_is_own_status, claimed.codes))
    fewer = more = 0.0
    for code in observed.codes:
        if codes.family(code) in rivals and not (chosen and _is_own_status(code)):
            fewer += tuning.CONFLICT * weight(code)
            more += tuning.CONFLICT * weight(code)
        elif code not in same:
            more += weight(code)
    return _Codes(len(same), tuning.CODE * sum(map(weight, same)), fewer, more)


def _is_own_status(code: str) -> bool:
    """Whether a code is an exit status that any program may choose: 1 does not exclude 2."""
    return code.startswith("exit:") and len(code) < len("exit:100")


_IDENTIFIER = re.compile(r"[a-z][A-Z]|\w_\w")


def _is_named(claimed: Signature) -> bool:
    """Whether a claim says which error it is by a code or by the name of an exception."""
    return bool(claimed.codes) or _IDENTIFIER.search(claimed.template) is not None
