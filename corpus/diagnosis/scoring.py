"""Matching: which article does a log belong to, by which line, and how surely."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, partial
from typing import Generic, TypeVar

from corpus.diagnosis.candidates import (
    ObservedLine,
    Weights,
    closes_every_log,
    is_typed,
    promising,
    shared_weights,
    standing,
    wraps_another,
)
from corpus.diagnosis.contradictions import (
    ClassDistance,
    contradictions,
    lacks_thing,
    same_file_type,
    same_values,
)
from corpus.diagnosis.examples import fills, substitution
from corpus.diagnosis.logs.message import speaks_of_error
from corpus.diagnosis.signatures.indexed_signatures import IndexedSignatures, bare
from corpus.diagnosis.signatures.masking import BLANK
from corpus.diagnosis.signatures.signature import Origin, Signature
from corpus.diagnosis.signatures.values import Piece, pieces
from corpus.diagnosis.similarity import MessageFit, Weight, compare
from corpus.diagnosis.tuning import (
    ABOUT,
    CLEAR_EVIDENCE,
    CONTRADICTED,
    ENOUGH,
    EXACT_COVERAGE,
    EXACT_EVIDENCE,
    EXACT_SCORE,
    EXAMPLE_EVIDENCE,
    FILLED_WORDS,
    FOREIGN,
    LIKELY_COVERAGE,
    LIKELY_EVIDENCE,
    LIKELY_SCORE,
    MAIN,
    NAMING,
    RELATED_SCORE,
    SAME_FILES,
    SAME_SCORE,
    SPEAKING,
    TIE,
    TITLED,
    UNFOCUSED,
    VERBATIM_TWINS,
)
from corpus.text.codes import is_code
from corpus.text.term_weights import UNKNOWN, USUAL

Key = TypeVar("Key", bound=Hashable)


class MatchOutcome(StrEnum):
    """How sure a match is."""

    EXACT = "exact"
    LIKELY = "likely"
    RELATED = "related"
    NONE = "none"


SURE = (MatchOutcome.EXACT, MatchOutcome.LIKELY)
"""Outcomes that a reader may act upon."""
SURENESS = {outcome: rank for rank, outcome in enumerate(reversed(MatchOutcome))}
"""The rank of each outcome; the surest has the highest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Generic[Key]):
    """An article's best signature for a log."""

    key: Key
    score: float
    outcome: MatchOutcome
    line: int
    observed: Signature
    claimed: Signature
    is_close: bool = False
    """Whether the message would be surely known if it had no other values in it."""
    is_main: bool = True
    """Whether the line is one of those that matter most in the log."""
    is_verbatim: bool = False
    """Whether the line says word for word what the claim says."""
    substituted: int | None = None
    """If the line says what the claim says with other values that stand in no quotes, how many
    those are."""


def best_match(
    lines: Sequence[ObservedLine],
    candidates: Iterable[tuple[Key, Sequence[Signature]]],
    weight: Weight,
) -> list[Match[Key]]:
    """The candidates that fit any of the lines, best first, each by its best signature.

    Candidates without a promising signature are left out; equals keep their order.
    """
    weights = Weights(weight)
    known = {key: IndexedSignatures(signatures) for key, signatures in candidates}
    articles = [*known.values()]
    keys = [key for key, signatures in known.items() for _ in signatures]
    claims = [claimed for signatures in articles for claimed in signatures]
    shares = shared_weights(lines, articles, weights)
    best: dict[Key, tuple[Match[Key], int]] = {}
    tried: set[tuple[int, Key, tuple[str, ...], tuple[str, ...]]] = set()
    for bound, at, number in promising(lines, shares, articles, weights):
        key, claimed = keys[number], claims[number]
        place = (at, key, claimed.terms, claimed.codes)
        if place in tried or (key in best and _settles(best[key][0], bound)):
            continue
        tried.add(place)
        is_alone = partial(_is_alone, claimed, known)
        match = _match_of(key, lines, at, _alike(claimed, known[key]), weights, is_alone=is_alone)
        if key not in best or _rank(match) > _rank(best[key][0]):
            best[key] = match, at
    focus = _focus({key: known[key] for key in best}, keys, claims, shares)
    about = _about(known, weights)
    found = [
        replace(match, score=_in_article(match, focus(match.key, at), about))
        for match, at in best.values()
    ]
    order = {key: -number for number, key in enumerate(known)}
    ranked = _inner_first(_humble(found), lines)
    ranked.sort(key=lambda match: (_rank(match), order[match.key]), reverse=True)
    return _unambiguous(ranked)


def _in_article(match: Match[Key], focus: float, about: Callable[[Key, Signature], float]) -> float:
    """The score of a match by what else its article is about, 0 to 1."""
    gain = ABOUT * about(match.key, match.observed)
    return min(1.0, match.score - UNFOCUSED * (1 - focus) + gain)


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

    return [
        replace(match, outcome=MatchOutcome.RELATED) if is_too_sure(match) else match
        for match in found
    ]


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
    return bool(contradictions(_pieces(match.observed), _pieces(match.claimed)))


def _inner_first(found: Sequence[Match[Key]], lines: Sequence[ObservedLine]) -> list[Match[Key]]:
    """The matches, those of a line that wraps another error only related where that one is surely
    known; of a line that ends every failing log, where any other line speaks of an error."""
    speaking = [seen for seen in lines if seen.weight >= SPEAKING]
    is_told = not all(closes_every_log(seen.signature.text) for seen in speaking)
    is_known = any(
        match.outcome in SURE and not wraps_another(match.observed.text) for match in found
    )
    return [
        replace(match, outcome=MatchOutcome.RELATED)
        if match.outcome in SURE
        and (
            (is_known and wraps_another(match.observed.text))
            or (is_told and closes_every_log(match.observed.text))
        )
        else match
        for match in found
    ]


def _settles(match: Match[Key], bound: float) -> bool:
    """Whether no pair with that bound can say more of an article than a match does."""
    is_said = match.is_verbatim and match.is_main
    return match.outcome in SURE and (is_said or match.score >= bound)


def _alike(claimed: Signature, signatures: Sequence[Signature]) -> list[Signature]:
    """The messages of an article that differ from one of them in their values only."""
    shape = (claimed.terms, claimed.codes)
    return [each for each in signatures if (each.terms, each.codes) == shape]


def _is_alone(claimed: Signature, known: Mapping[Key, Sequence[Signature]]) -> bool:
    """Whether one article alone has a message, whatever the values in it."""
    return sum(bool(_alike(claimed, signatures)) for signatures in known.values()) == 1


def _match_of(
    key: Key,
    lines: Sequence[ObservedLine],
    at: int,
    alike: Sequence[Signature],
    weights: Weights,
    *,
    is_alone: Callable[[], bool],
) -> Match[Key]:
    """A line beside that of some messages of an article, alike but for their values, that has
    most of the line's values; `is_alone` says whether no other article has them."""
    seen = lines[at]
    observed = seen.signature
    claimed = _nearest(observed, alike, weights)
    fit = compare(observed, claimed, weights.__getitem__)
    is_main = seen.weight > MAIN * max(line.weight for line in lines)
    outcome = _in_log(outcome_of(fit), seen, is_main=is_main)
    is_verbatim, is_close = bare(observed) == bare(claimed), outcome in SURE
    against: list[ClassDistance] = []
    substituted = None
    tells_nothing = (
        _tells_nothing(observed, claimed, fit)
        or _is_only_named(observed, claimed, fit)
        or _lacks_value(observed, claimed)
        or (len(lines) > 1 and _is_only_mentioned(observed, claimed))
    )
    if tells_nothing and not (is_verbatim and claimed.origin in _ROWS):
        outcome, is_close = min(outcome, MatchOutcome.RELATED, key=SURENESS.__getitem__), False
    elif is_verbatim:
        outcome = _verbatim(outcome, is_alone=len(lines) == 1, is_main=is_main)
    elif not is_close and _is_surely_said(observed, claimed, weights):
        outcome = MatchOutcome.LIKELY
    elif is_close and (against := _contradictions(observed, claimed, alike)):
        is_likely = fit.is_coded or (_says_enough(observed, fit, against) and is_alone())
        outcome = MatchOutcome.LIKELY if is_likely else MatchOutcome.RELATED
    elif not is_close and (substituted := _substituted(observed, claimed, fit)) is not None:
        outcome = MatchOutcome.LIKELY
    return Match(
        key=key,
        score=_score(observed, claimed, fit, against) * standing(seen),
        outcome=outcome,
        line=seen.line,
        observed=observed,
        claimed=claimed,
        is_close=is_close,
        is_main=is_main,
        is_verbatim=is_verbatim,
        substituted=substituted,
    )


def _score(
    observed: Signature, claimed: Signature, fit: MessageFit, against: Sequence[ClassDistance]
) -> float:
    """The score of a fit by the values in it."""
    seen, said = _pieces(observed), _pieces(claimed)
    return fit.score - CONTRADICTED * any(against) + SAME_FILES * same_file_type(seen, said)


def _tells_nothing(observed: Signature, claimed: Signature, fit: MessageFit) -> bool:
    """Whether a line ends every failing log, or is a number that nobody's name stands before, or
    has no more in common with a claim than a small number."""
    is_number = not claimed.terms and all(map(_is_small_number, claimed.codes))
    return is_number or closes_every_log(observed.text) or not (observed.terms or fit.is_coded)


def _is_small_number(code: str) -> bool:
    return code.isdecimal() and len(code) < len("100")


def _is_only_named(observed: Signature, claimed: Signature, fit: MessageFit) -> bool:
    """Whether an article names what a line says in a word or two, such as a command, and neither
    calls it an error; a code that is no more than a number, or stands among other words, does not
    either. A code and the name of a thing are about that thing."""
    is_name = claimed.origin in _NAMES and not claimed.terms
    if (
        fit.is_coded
        and is_name
        and (
            lacks_thing(_pieces(observed), _pieces(claimed))
            or (observed.terms and not any(map(is_code, claimed.codes)))
        )
    ):
        return True
    if speaks_of_error(observed.text):
        return False
    if fit.is_coded:
        return (is_name and bool(observed.terms)) or all(map(str.isdecimal, observed.codes))
    return claimed.origin in _NAMES and len(claimed.terms) < NAMING


def _lacks_value(observed: Signature, claimed: Signature) -> bool:
    """Whether a line has no value where a claim of a few words has one behind the first of them: a
    `file not found` is not yet a header that is not found."""
    has_value = any(claimed.gaps) and not claimed.codes and len(claimed.terms) <= NAMING
    return has_value and not observed.gaps and len(observed.terms) <= len(claimed.terms)


def _is_only_mentioned(observed: Signature, claimed: Signature) -> bool:
    """Whether a line among others has no more than the code of a claim, or a keyword of an article
    where it speaks of no error."""
    if observed.codes and not observed.terms:
        return not speaks_of_error(observed.text)
    is_keyword = claimed.origin in _KEYWORDS and not claimed.codes
    return is_keyword and (len(claimed.terms) < NAMING or not speaks_of_error(observed.text))


def _pieces(signature: Signature) -> Sequence[Piece]:
    return pieces(signature.text, signature.origin)


def _says_enough(observed: Signature, fit: MessageFit, against: Sequence[ClassDistance]) -> bool:
    """Whether an error is likely the same with other values in it, `against` those that are."""
    furthest = max(against)
    enough = EXAMPLE_EVIDENCE if furthest is ClassDistance.SAME else CLEAR_EVIDENCE
    is_akin = furthest is not ClassDistance.OTHER
    return is_akin and fit.evidence >= enough and speaks_of_error(observed.text)


_NAMES = (Origin.SYMPTOM, Origin.CODE, Origin.KEYWORD, Origin.TITLE)
_KEYWORDS = (Origin.KEYWORD, Origin.TITLE)
_ROWS = (Origin.RUN, Origin.ERROR)
"""Origins of what stands in the error table, with a cause and a solution."""


def _nearest(observed: Signature, alike: Sequence[Signature], weights: Weights) -> Signature:
    """Of messages that differ in their values only the one that has most of a line's. Where none
    has more, one whose values stand in the same places is nearer, then one that is open to any."""

    def wording(claimed: Signature) -> tuple[bool, bool]:
        return bare(observed) == bare(claimed), claimed.origin in _ROWS

    def nearness(claimed: Signature) -> tuple[int, float, bool]:
        return (
            same_values(_pieces(observed), _pieces(claimed)),
            compare(observed, claimed, weights.__getitem__).score,
            bool(claimed.blanks),
        )

    best = max(map(wording, alike))
    nearest = [claimed for claimed in alike if wording(claimed) == best]
    return max(nearest, key=nearness) if nearest[1:] else nearest[0]


def _contradictions(
    observed: Signature, claimed: Signature, alike: Sequence[Signature]
) -> list[ClassDistance]:
    return contradictions(
        _pieces(observed),
        _pieces(claimed),
        [
            _pieces(other)
            for other in alike
            if other is not claimed
            and (BLANK.search(other.text) or (other.remedy and other.remedy == claimed.remedy))
        ],
    )


def _is_surely_said(observed: Signature, claimed: Signature, weights: Weights) -> bool:
    """Whether a line is surely a claim's message although few of its words are telling: it is a
    row's with its open places filled, or it has the claim's code in another language."""
    is_row = claimed.origin in _ROWS and len(claimed.terms) >= FILLED_WORDS
    if is_row and fills(bare(observed), bare(claimed)):
        return True
    return _same_code_in_other_words(observed, claimed, weights)


def _substituted(observed: Signature, claimed: Signature, fit: MessageFit) -> int | None:
    """How many values, which stand in no quotes, a line has in the place of a row's, if it says the
    same but for them; None if it does not."""
    enough = fit.evidence >= EXAMPLE_EVIDENCE and claimed.origin in _ROWS
    if not enough or {*observed.codes} != {*claimed.codes}:
        return None
    found = substitution(bare(observed), bare(claimed))
    if found is None or not (found.is_whole or fit.evidence >= CLEAR_EVIDENCE):
        return None
    return len(found.values)


def _same_code_in_other_words(observed: Signature, claimed: Signature, weights: Weights) -> bool:
    """Whether a message in a language that the corpus does not speak has a claim's code."""
    codes = [code for code in observed.codes if is_typed(code)]
    if not codes or codes != [code for code in claimed.codes if is_typed(code)]:
        return False
    unknown = sum(weights[term] >= weights[UNKNOWN] * USUAL for term in observed.terms)
    return unknown >= FOREIGN * len(observed.terms) > 0


def _verbatim(outcome: MatchOutcome, *, is_alone: bool, is_main: bool) -> MatchOutcome:
    """How sure a message is that stands word for word in the article.

    To be exact, one of too few words to be evidence, such as `Killed`, must be all that there is.
    """
    if is_alone or outcome in SURE:
        return MatchOutcome.EXACT if is_main else MatchOutcome.LIKELY
    return MatchOutcome.LIKELY


def _focus(
    known: Mapping[Key, Sequence[Signature]],
    keys: Sequence[Key],
    claims: Sequence[Signature],
    shares: Sequence[Mapping[int, float]],
) -> Callable[[Key, int], float]:
    """How far each of the `known` articles is about a line, 0 to 1: the mean of what its claims
    share with it.

    Claims that differ in their values only count as one.
    """
    distinct = {key: len({each.terms for each in known[key]}) for key in known}

    @cache
    def sums_of(at: int) -> Mapping[Key, float]:
        most = max(shares[at].values())
        shared: dict[tuple[Key, tuple[str, ...]], float] = {}
        for number, share in shares[at].items():
            if keys[number] in known:
                shape = keys[number], claims[number].terms
                shared[shape] = max(share / most, shared.get(shape, 0.0))
        sums: defaultdict[Key, float] = defaultdict(float)
        for (key, _), share in shared.items():
            sums[key] += share
        return sums

    return lambda key, at: sums_of(at)[key] / distinct[key]


def _about(
    known: Mapping[Key, Sequence[Signature]], weights: Weights
) -> Callable[[Key, Signature], float]:
    """How much of a line, 0 to 1, the title of an article says."""

    def about(key: Key, observed: Signature) -> float:
        titles = [each for each in known[key] if each.origin is Origin.TITLE]
        said = {term for title in titles for term in (*title.terms, *title.codes)}
        wanted = (*observed.terms, *observed.codes)
        total = sum(weights[term] for term in wanted)
        part = sum(weights[term] for term in wanted if term in said) / total if total else 0.0
        return part if part >= TITLED else 0.0

    return about


def _rank(match: Match[Key]) -> tuple[int, bool, bool, bool, float]:
    """What a match says: how surely, of what, then in which words, then how much."""
    is_inner = not closes_every_log(match.observed.text)
    return SURENESS[match.outcome], is_inner, match.is_main, match.is_verbatim, match.score


def _in_log(outcome: MatchOutcome, seen: ObservedLine, *, is_main: bool) -> MatchOutcome:
    """How sure a match of a line is, which may not be the one that matters."""
    if outcome is MatchOutcome.EXACT and not is_main:
        return MatchOutcome.LIKELY
    if outcome is MatchOutcome.RELATED and seen.weight < SPEAKING:
        return MatchOutcome.NONE
    return outcome


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
    return [
        match
        if match.key in sure or match.outcome is not MatchOutcome.EXACT
        else replace(match, outcome=MatchOutcome.LIKELY)
        for match in ranked
    ]


def outcome_of(fit: MessageFit) -> MatchOutcome:
    """How sure a fit is, by thresholds that `tests/corpus/diagnosis/test_scoring.py` keeps."""
    both = min(fit.recall, fit.precision)
    is_whole = both >= EXACT_COVERAGE and fit.order == 1.0
    if is_whole and fit.score >= EXACT_SCORE and fit.evidence >= EXACT_EVIDENCE:
        return MatchOutcome.EXACT
    is_much = both >= LIKELY_COVERAGE and fit.score >= LIKELY_SCORE
    is_same = is_whole and fit.score >= SAME_SCORE
    if is_much and fit.evidence >= (ENOUGH if is_same else LIKELY_EVIDENCE):
        return MatchOutcome.LIKELY
    if fit.is_beginning and fit.evidence >= CLEAR_EVIDENCE:
        return MatchOutcome.LIKELY
    one = max(fit.recall, fit.precision)
    if fit.is_coded and both >= LIKELY_COVERAGE and one >= EXACT_COVERAGE and fit.order == 1.0:
        return MatchOutcome.LIKELY
    if fit.score >= RELATED_SCORE and fit.evidence >= ENOUGH:
        return MatchOutcome.RELATED
    return MatchOutcome.NONE
