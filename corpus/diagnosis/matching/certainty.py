"""Certainty: how sure a line of a log and a claim of an article are the same error."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.diagnosis import tuning
from corpus.diagnosis.logs.message import speaks_of_error
from corpus.diagnosis.matching.candidates import is_typed
from corpus.diagnosis.matching.contradictions import (
    ClassDistance,
    contradictions,
    lacks_thing,
    same_file_type,
    same_values,
)
from corpus.diagnosis.matching.examples import fills, substitution, unlabelled
from corpus.diagnosis.matching.match import SURE, Key, Match, MatchOutcome
from corpus.diagnosis.matching.observed_line import ObservedLine
from corpus.diagnosis.matching.similarity import MessageFit, Weight, compare
from corpus.diagnosis.matching.summary_lines import closes_every_log
from corpus.diagnosis.signatures.indexed_signatures import bare
from corpus.diagnosis.signatures.masking import BLANK
from corpus.diagnosis.signatures.signature import NAMES, ROWS, Origin, Signature
from corpus.text.codes import is_code
from corpus.text.term_weights import UNKNOWN, USUAL

_NEGATIONS = frozenset(("no", "not"))
_MENTIONS = (Origin.SYMPTOM, Origin.CODE, *NAMES)
"""Origins of what an article may only mention."""


def outcome_of(fit: MessageFit) -> MatchOutcome:
    """How sure a fit is, by thresholds that `tests/corpus/diagnosis/matching/` keeps."""
    both, one = min(fit.recall, fit.precision), max(fit.recall, fit.precision)
    in_order = fit.order == 1.0
    is_whole = both >= tuning.EXACT_COVERAGE and in_order
    if is_whole and fit.score >= tuning.EXACT_SCORE and fit.evidence >= tuning.EXACT_EVIDENCE:
        return MatchOutcome.EXACT
    is_much = both >= tuning.LIKELY_COVERAGE and fit.score >= tuning.LIKELY_SCORE
    is_same = is_whole and fit.score >= tuning.SAME_SCORE
    if is_much and fit.evidence >= (tuning.ENOUGH if is_same else tuning.LIKELY_EVIDENCE):
        return MatchOutcome.LIKELY
    if fit.is_beginning and fit.evidence >= tuning.CLEAR_EVIDENCE:
        return MatchOutcome.LIKELY
    is_most = fit.recall >= tuning.LIKELY_COVERAGE and fit.evidence >= tuning.CLAUSE
    is_enough = is_most or (fit.is_beginning and fit.evidence >= tuning.FIRST_CLAUSE)
    if fit.is_clause and in_order and is_enough:
        return MatchOutcome.LIKELY
    is_part = both >= tuning.LIKELY_COVERAGE and one >= tuning.EXACT_COVERAGE
    if fit.is_coded and is_part and in_order:
        return MatchOutcome.LIKELY
    if fit.score >= tuning.RELATED_SCORE and fit.evidence >= tuning.ENOUGH:
        return MatchOutcome.RELATED
    return MatchOutcome.NONE


def likeness(observed: Signature, claimed: Signature) -> float:
    """The score, 0 to 1, of two messages that are surely the same error where all words tell as
    much; 0 if they are not."""
    fit = compare(observed, claimed, lambda _term: 1.0)
    return fit.score if outcome_of(fit) in SURE else 0.0


def match_of(
    key: Key,
    lines: Sequence[ObservedLine],
    at: int,
    alike: Sequence[Signature],
    weight: Weight,
    *,
    is_alone: Callable[[], bool],
) -> Match[Key]:
    """A line beside that of some messages of an article, alike but for their values, that has
    most of the line's values; `is_alone` says whether no other article has them."""
    seen = lines[at]
    observed, claimed = seen.signature, _nearest(seen.signature, alike, weight)
    fit = compare(observed, claimed, weight)
    is_main = seen.weight > tuning.MAIN * max(line.weight for line in lines)
    outcome = _in_log(outcome_of(fit), seen, is_main=is_main)
    match = Match(
        key=key,
        score=fit.score,
        outcome=outcome,
        line=seen.line,
        observed=observed,
        claimed=claimed,
        is_close=outcome in SURE,
        is_main=is_main,
        is_verbatim=bare(observed) == bare(claimed),
    )
    match, against = _judged(
        match, fit, alike, weight, seen=seen, is_only=len(lines) == 1, is_alone=is_alone
    )
    score = fit.score - tuning.CONTRADICTED * any(against)
    score += tuning.SAME_FILES * same_file_type(observed, claimed)
    return replace(match, score=score * seen.standing)


def _in_log(outcome: MatchOutcome, seen: ObservedLine, *, is_main: bool) -> MatchOutcome:
    """How sure a match of a line is, which may not be the one that matters."""
    if outcome is MatchOutcome.EXACT and not is_main:
        return MatchOutcome.LIKELY
    if outcome is MatchOutcome.RELATED and seen.weight < tuning.SPEAKING:
        return MatchOutcome.NONE
    return outcome


def _judged(
    match: Match[Key],
    fit: MessageFit,
    alike: Sequence[Signature],
    weight: Weight,
    *,
    seen: ObservedLine,
    is_only: bool,
    is_alone: Callable[[], bool],
) -> tuple[Match[Key], Sequence[ClassDistance]]:
    """The match, as sure as its values and few words allow, and which values contradict it."""
    observed, claimed = match.observed, match.claimed
    if _tells_too_little(observed, claimed, fit, is_only=is_only) and not (
        match.is_verbatim and claimed.origin in ROWS
    ):
        return replace(match.at_most(MatchOutcome.RELATED), is_close=False), ()
    if match.is_verbatim:
        # to be exact, one of too few words to be evidence, such as `Killed`, must be all there is
        is_exact = match.is_main and (match.is_close or is_only)
        outcome = MatchOutcome.EXACT if is_exact else MatchOutcome.LIKELY
        return replace(match, outcome=outcome), ()
    if match.is_close:
        against = _contradictions(observed, claimed, alike)
        if not against:
            return match, ()
        is_example = seen.tells_error and _says_enough(fit, against)
        is_likely = fit.is_coded or (is_example and is_alone())
        outcome = MatchOutcome.LIKELY if is_likely else MatchOutcome.RELATED
        return replace(match, outcome=outcome), against
    if _is_surely_said(observed, claimed, weight):
        return replace(match, outcome=MatchOutcome.LIKELY), ()
    if (substituted := _substituted(observed, claimed, fit)) is not None:
        return replace(match, outcome=MatchOutcome.LIKELY, substituted=substituted), ()
    return match, ()


def _tells_too_little(
    observed: Signature, claimed: Signature, fit: MessageFit, *, is_only: bool
) -> bool:
    return (
        _is_denied(observed, claimed)
        or _tells_nothing(observed, claimed, fit)
        or _is_only_named(observed, claimed, fit)
        or _lacks_value(observed, claimed)
        or (not is_only and _is_only_mentioned(observed, claimed))
    )


def _is_denied(observed: Signature, claimed: Signature) -> bool:
    """Whether a `no` or a `not` is all that differs in the words of a line and a claim: `no tests
    ran` is not `Ran 1 test`."""
    words, others = (
        sorted(term for term in each.terms if term not in _NEGATIONS)
        for each in (observed, claimed)
    )
    return words == others and _NEGATIONS.isdisjoint(observed.terms) != _NEGATIONS.isdisjoint(
        claimed.terms
    )


def _tells_nothing(observed: Signature, claimed: Signature, fit: MessageFit) -> bool:
    """Whether a line ends every failing log, or is a number that nobody's name stands before, or
    has no more in common with a claim than a small number."""
    is_number = not claimed.terms and all(
        code.isdecimal() and len(code) < len("100") for code in claimed.codes
    )
    return is_number or closes_every_log(observed.text) or not (observed.terms or fit.is_coded)


def _is_only_named(observed: Signature, claimed: Signature, fit: MessageFit) -> bool:
    """Whether an article names what a line says in a word or two, such as a command, and neither
    calls it an error; a code that is no more than a number, or stands among other words, does not
    either. A code and the name of a thing are about that thing."""
    is_name = claimed.origin in _MENTIONS and not claimed.terms
    if fit.is_coded and is_name:
        is_among_words = observed.terms and not any(map(is_code, claimed.codes))
        if is_among_words or lacks_thing(observed, claimed):
            return True
    if speaks_of_error(observed.text):
        return False
    if fit.is_coded:
        return (is_name and bool(observed.terms)) or all(map(str.isdecimal, observed.codes))
    return claimed.origin in _MENTIONS and len(claimed.terms) < tuning.NAMING


def _lacks_value(observed: Signature, claimed: Signature) -> bool:
    """Whether a line has no value where a claim of a few words has one behind the first of them: a
    `file not found` is not yet a header that is not found."""
    has_value = any(claimed.gaps) and not claimed.codes and len(claimed.terms) <= tuning.NAMING
    return has_value and not observed.gaps and len(observed.terms) <= len(claimed.terms)


def _is_only_mentioned(observed: Signature, claimed: Signature) -> bool:
    """Whether a line among others has no more than the code of a claim, or a keyword of an article
    where it speaks of no error."""
    if observed.codes and not observed.terms:
        return not speaks_of_error(observed.text)
    is_keyword = claimed.origin in NAMES and not claimed.codes
    return is_keyword and (len(claimed.terms) < tuning.NAMING or not speaks_of_error(observed.text))


def _says_enough(fit: MessageFit, against: Sequence[ClassDistance]) -> bool:
    """Whether an error is likely the same with other values in it, `against` those that are."""
    furthest = max(against)
    enough = tuning.EXAMPLE_EVIDENCE if furthest is ClassDistance.SAME else tuning.CLEAR_EVIDENCE
    return furthest is not ClassDistance.OTHER and fit.evidence >= enough


def _nearest(observed: Signature, alike: Sequence[Signature], weight: Weight) -> Signature:
    """Of messages that differ in their values only the one that has most of a line's. Where none
    has more, one whose values stand in the same places is nearer, then one that is open to any."""

    def wording(claimed: Signature) -> tuple[bool, bool]:
        return bare(observed) == bare(claimed), claimed.origin in ROWS

    def nearness(claimed: Signature) -> tuple[int, float, bool]:
        return (
            same_values(observed, claimed),
            compare(observed, claimed, weight).score,
            bool(claimed.blanks),
        )

    best = max(map(wording, alike))
    nearest = [claimed for claimed in alike if wording(claimed) == best]
    return max(nearest, key=nearness) if nearest[1:] else nearest[0]


def _contradictions(
    observed: Signature, claimed: Signature, alike: Sequence[Signature]
) -> list[ClassDistance]:
    siblings = [
        other
        for other in alike
        if other is not claimed
        and (BLANK.search(other.text) or (other.remedy and other.remedy == claimed.remedy))
    ]
    return contradictions(observed, claimed, siblings)


def _is_surely_said(observed: Signature, claimed: Signature, weight: Weight) -> bool:
    """Whether a line is surely a claim's message although few of its words are telling: it is a
    row's with its open places filled, or that without its prefix, or it has the claim's code in
    another language."""
    is_filled = claimed.origin in ROWS and _is_filled(observed, claimed)
    return is_filled or _same_code_in_other_words(observed, claimed, weight)


def _is_filled(observed: Signature, claimed: Signature) -> bool:
    words, seen, said = len(claimed.terms), bare(observed), bare(claimed)
    return (words >= tuning.FILLED_WORDS and fills(seen, said)) or (
        words >= tuning.UNLABELLED_WORDS and fills(seen, unlabelled(said))
    )


def _same_code_in_other_words(observed: Signature, claimed: Signature, weight: Weight) -> bool:
    """Whether a message in a language that the corpus does not speak has a claim's code."""
    codes = [code for code in observed.codes if is_typed(code)]
    if not codes or codes != [code for code in claimed.codes if is_typed(code)]:
        return False
    unknown = sum(weight(term) >= weight(UNKNOWN) * USUAL for term in observed.terms)
    return unknown >= tuning.FOREIGN * len(observed.terms) > 0


def _substituted(observed: Signature, claimed: Signature, fit: MessageFit) -> int | None:
    """How many values, which stand in no quotes, a line has in the place of a row's, if it says the
    same but for them; None if it does not."""
    is_enough = fit.evidence >= tuning.EXAMPLE_EVIDENCE and claimed.origin in ROWS
    if not is_enough or {*observed.codes} != {*claimed.codes}:
        return None
    found = substitution(bare(observed), bare(claimed))
    if found is None or not (found.is_whole or fit.evidence >= tuning.CLEAR_EVIDENCE):
        return None
    return len(found.values)
