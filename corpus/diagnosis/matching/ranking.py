"""Ranking: which articles fit a log best, each by its best line and claim."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

from corpus.diagnosis.matching.candidates import NumberedClaims, promising, shared_weights
from corpus.diagnosis.matching.certainty import match_of
from corpus.diagnosis.matching.contradictions import contradictions
from corpus.diagnosis.matching.match import SURE, SURENESS, Key, Match, MatchOutcome
from corpus.diagnosis.matching.observed_line import ObservedLine
from corpus.diagnosis.matching.similarity import Weight
from corpus.diagnosis.matching.summary_lines import closes_every_log, wraps_another
from corpus.diagnosis.signatures.indexed_signatures import IndexedSignatures
from corpus.diagnosis.signatures.signature import Signature
from corpus.diagnosis.tuning import (
    ABOUT,
    LISTING,
    SPEAKING,
    TIE,
    TITLED,
    UNFOCUSED,
    VERBATIM_TWINS,
)


def best_match(
    lines: Sequence[ObservedLine],
    candidates: Iterable[tuple[Key, Sequence[Signature]]],
    weight: Weight,
) -> list[Match[Key]]:
    """The candidates that fit any of the lines, best first, each by its best signature.

    Candidates without a promising signature are left out; equals keep their order.
    """
    known = [(key, IndexedSignatures.of(signatures)) for key, signatures in candidates]
    claims = NumberedClaims(signatures for _, signatures in known)
    shares = shared_weights(lines, claims, weight)
    best: dict[int, tuple[Match[Key], int]] = {}
    tried: set[tuple[int, int, tuple[str, ...], tuple[str, ...]]] = set()
    for bound, at, number in promising(lines, shares, claims, weight):
        owner, own = claims.place(number)
        key, signatures = known[owner]
        claimed = signatures[own]
        place = (at, owner, claimed.terms, claimed.codes)
        if place in tried or (owner in best and _settles(best[owner][0], bound)):
            continue
        tried.add(place)
        alike = signatures.alike(claimed)
        is_alone = partial(_is_alone, claimed, claims.articles)
        match = match_of(key, lines, at, alike, weight, is_alone=is_alone)
        if owner not in best or _rank(match) > _rank(best[owner][0]):
            best[owner] = match, at
    focus = _focus([*best], claims, shares)
    found = [
        _in_article(match, focus(owner, at), _titled(match.observed, known[owner][1].title, weight))
        for owner, (match, at) in best.items()
    ]
    order = {key: -owner for owner, (key, _) in enumerate(known)}
    breadth = {key: len(signatures) for key, signatures in known}
    ranked = _inner_first([*_before_lists(_humble(found), breadth)], lines)
    ranked.sort(key=lambda match: (_rank(match), order[match.key]), reverse=True)
    return _unambiguous(ranked)


def _in_article(match: Match[Key], focus: float, titled: float) -> Match[Key]:
    """The match with a score by what else its article is about."""
    return replace(match, score=min(1.0, match.score - UNFOCUSED * (1 - focus) + ABOUT * titled))


def _before_lists(found: Sequence[Match[Key]], breadth: Mapping[Key, int]) -> Iterator[Match[Key]]:
    """The matches, each before, and as sure as, that of an article which only lists the message
    among many others; a value that this one has is an example where that one has an open place."""
    for match in found:
        lists = [
            other
            for other in found
            if match.is_close
            and other.line == match.line
            and SURENESS[other.outcome] >= SURENESS[match.outcome]
            and other.claimed.terms == match.claimed.terms
            and breadth[other.key] >= LISTING * breadth[match.key]
        ]
        if lists:
            surest = max(lists, key=_rank)
            score = max(match.score, min(1.0, surest.score + TIE))
            yield replace(match, outcome=surest.outcome, score=score)
        else:
            yield match


def _humble(found: Sequence[Match[Key]]) -> list[Match[Key]]:
    """The matches, none of them likely where another article has more of the line's words, and
    only other values; nor, where its own values are examples, if another one says as much; nor
    sure with other values where another one is exact without."""
    answered = {
        match.line
        for match in found
        if match.outcome is MatchOutcome.EXACT and not _has_other_values(match)
    }

    def is_too_sure(match: Match[Key]) -> bool:
        if match.outcome in SURE and match.line in answered and _has_other_values(match):
            return True
        return match.outcome is MatchOutcome.LIKELY and any(
            _says_more(other, match)
            for other in found
            if other.line == match.line and other is not match
        )

    return [match.at_most(MatchOutcome.RELATED) if is_too_sure(match) else match for match in found]


def _says_more(other: Match[Key], match: Match[Key]) -> bool:
    """Whether another article has more of a line than a likely match, but for values; or is sure,
    with no more values that are examples."""
    if other.is_close and other.outcome is MatchOutcome.RELATED and other.score > match.score:
        return True
    return (
        match.substituted is not None
        and other.outcome in SURE
        and (other.substituted or 0) <= match.substituted
    )


def _has_other_values(match: Match[Key]) -> bool:
    """Whether a claim has other values than the line, even if its article says that any will do."""
    return bool(contradictions(match.observed, match.claimed))


def _inner_first(found: Sequence[Match[Key]], lines: Sequence[ObservedLine]) -> list[Match[Key]]:
    """The matches, those of a line that wraps another error only related where that one is surely
    known; of a line that ends every failing log, where any other line speaks of an error."""
    speaking = [seen for seen in lines if seen.weight >= SPEAKING]
    says_more = not all(closes_every_log(seen.signature.text) for seen in speaking)
    sure = (match.observed.text for match in found if match.outcome in SURE)
    is_known = not all(map(wraps_another, sure))

    def is_outer(text: str) -> bool:
        return (is_known and wraps_another(text)) or (says_more and closes_every_log(text))

    return [
        match.at_most(MatchOutcome.RELATED) if is_outer(match.observed.text) else match
        for match in found
    ]


def _settles(match: Match[Key], bound: float) -> bool:
    """Whether no pair with that bound can say more of an article than a match does."""
    is_said = match.is_verbatim and match.is_main
    return match.outcome in SURE and (is_said or match.score >= bound)


def _is_alone(claimed: Signature, articles: Iterable[IndexedSignatures]) -> bool:
    """Whether one article alone has a message, whatever the values in it."""
    return sum(bool(signatures.alike(claimed)) for signatures in articles) == 1


def _focus(
    matched: Sequence[int], claims: NumberedClaims, shares: Sequence[Mapping[int, float]]
) -> Callable[[int, int], float]:
    """How far each of the `matched` articles is about a line, 0 to 1: the mean of what its claims
    share with it.

    Claims that differ in their values only count as one.
    """
    distinct = {owner: len({*claims.articles[owner].shapes}) for owner in matched}

    @cache
    def sums_of(at: int) -> Mapping[int, float]:
        most = max(shares[at].values())
        shared: dict[tuple[int, int], float] = {}
        for number, share in shares[at].items():
            owner, place = claims.place(number)
            if owner in distinct:
                shape = owner, claims.articles[owner].shapes[place]
                shared[shape] = max(share / most, shared.get(shape, 0.0))
        sums: defaultdict[int, float] = defaultdict(float)
        for (owner, _), share in shared.items():
            sums[owner] += share
        return sums

    return lambda owner, at: sums_of(at)[owner] / distinct[owner]


def _titled(observed: Signature, title: Sequence[str], weight: Weight) -> float:
    """How much of a line, 0 to 1, the title of an article says; 0 where it is little."""
    wanted = (*observed.terms, *observed.codes)
    total = sum(map(weight, wanted))
    part = sum(weight(term) for term in wanted if term in title) / total if total else 0.0
    return part if part >= TITLED else 0.0


def _rank(match: Match[Key]) -> tuple[int, bool, bool, bool, float]:
    """What a match says: how surely, of what, then in which words, then how much."""
    is_inner = not closes_every_log(match.observed.text)
    return SURENESS[match.outcome], is_inner, match.is_main, match.is_verbatim, match.score


def _unambiguous(ranked: list[Match[Key]]) -> list[Match[Key]]:
    """The matches, none of them exact if the two best cannot be told apart.

    Few that have the very same message may all be exact: each has a row for it.
    """
    verbatim = [match for match in ranked if match.is_verbatim]
    if ranked and ranked[0].is_verbatim and len(verbatim) <= VERBATIM_TWINS:
        sure = {match.key for match in verbatim}
    elif len(ranked) < 2 or ranked[0].score - ranked[1].score >= TIE:
        others = (match for match in ranked[1:] if match.line != ranked[0].line)
        sure = {match.key for match in (*ranked[:1], *others)}
    else:
        sure = set()
    found = [m if m.key in sure else m.at_most(MatchOutcome.LIKELY) for m in ranked]
    return sorted(found, key=lambda match: SURENESS[match.outcome], reverse=True)
