"""Diagnosis: from a log to the articles whose error signatures it shows.

The engine finds candidates by the rarest terms of each telling line; the candidates'
signatures come from the database; `corpus.diagnosis.matching` says which line fits which of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType

from corpus.checks.claims import first_fix
from corpus.checks.fit import Fit, fit_of, fit_of_versions
from corpus.diagnosis.logs.log_formats import names_exception
from corpus.diagnosis.logs.readable_log import readable, unread
from corpus.diagnosis.matching.certainty import likeness
from corpus.diagnosis.matching.evidence import looked_up
from corpus.diagnosis.matching.match import SURE, Match, MatchOutcome
from corpus.diagnosis.matching.observed_line import ObservedLine, observe, second_readings
from corpus.diagnosis.matching.ranking import best_match
from corpus.diagnosis.matching.similarity import Weight
from corpus.diagnosis.matching.summary_lines import closes_every_log
from corpus.diagnosis.signatures.signature import ROWS, Origin, Signature
from corpus.diagnosis.tuning import ALIKE_ENOUGH, LARGEST, LONGEST_LINE, NAMED_SCORE, WORDS_SCORE
from corpus.search.documents import signature_terms
from corpus.search.engine import Field
from corpus.search.planner import lookup_plan, plan
from corpus.search.query import Query
from corpus.search.reading import Reading, engine_span
from corpus.search.term_statistics import weigher
from corpus.search.tuning import INSIDE
from corpus.store.filters import Filters, Sort
from corpus.store.stored_documents import bodies
from corpus.store.summaries import ArticleSummary, Passage, PassageKind
from corpus.text.term_weights import UNKNOWN, telling

_LINES = 8
"""Telling lines that are looked up."""
_FIX = 400
"""Characters of a fix that are shown where no row of a table says it shortly."""
_MESSAGES = (Origin.RUN, Origin.ERROR, Origin.QUOTE, Origin.SYMPTOM)
"""What is a whole message, and no keyword or sample that any part of a line may hold."""
_PHRASE = 3
"""Words from which on a keyword is a message."""
_NEAREST = 5
"""Articles that are looked up by names and words, where no message is surely known."""
_CANDIDATES = 48
"""Articles that are compared for each line. With 32, `apt-key: command not found` misses its row:
other articles have as many of its words."""
_ANYWHERE: Mapping[str, str] = MappingProxyType({})
_COMPARED_BY_FIT = 5
"""Matches that are put in the order of their fit before the first ones are taken."""
_FITTING = (Fit.FITS, Fit.UNKNOWN, Fit.DIFFERS)
"""How well a fix fits where the reader is, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What was recognised in a text, and the articles that know it, best first."""

    observed: tuple[ObservedLine, ...]
    matches: tuple[Match[str], ...]
    """By article id; only those that are at least related."""
    unread: int = 0
    """Lines of the text that were left unread, as it has too many."""

    @property
    def outcome(self) -> MatchOutcome:
        """How sure the best match is."""
        return self.matches[0].outcome if self.matches else MatchOutcome.NONE


def diagnose(
    reading: Reading,
    text: str,
    *,
    filters: Filters,
    limit: int,
    reader: Mapping[str, str] = _ANYWHERE,
) -> Diagnosis:
    """The articles whose claimed errors the text shows, at most `limit`.

    Of articles that claim the same message, those come first whose fix was run, or is meant, for
    the programs and the system of the `reader`: see `corpus.checks.fit`.
    """
    with engine_span(reading, "diagnose") as opened:
        found = _diagnose(reading, text, filters=filters, limit=max(limit, _COMPARED_BY_FIT))
        found = replace(found, matches=_by_fit(reading, found.matches, reader)[:limit])
        opened.set("fixbook.outcome", found.outcome)
        return found


def _diagnose(reading: Reading, text: str, *, filters: Filters, limit: int) -> Diagnosis:
    log = readable(text)
    found = compare(reading, observe(log), filters=filters, limit=limit)
    is_close = any(match.is_close for match in found.matches)
    if found.outcome not in SURE and not is_close:
        found = _read_again(reading, found, filters=filters, limit=limit)
    if found.outcome not in SURE and not is_close and found.observed:
        nearest = _nearest(reading, text, found, filters)
        found = replace(found, matches=tuple(nearest[:limit]))
    return replace(found, unread=unread(log))


def _read_again(reading: Reading, found: Diagnosis, *, filters: Filters, limit: int) -> Diagnosis:
    """What parts of the lines say: a known message may stand inside a longer one, and is likely
    at most."""
    again = compare(reading, second_readings(found.observed), filters=filters, limit=limit).matches
    raised = {seen.line for seen in found.observed if names_exception(seen.signature.text)}
    better = [
        replace(match, outcome=MatchOutcome.LIKELY)
        for match in again
        if match.outcome in SURE and _is_message(match.claimed, match.line in raised)
    ]
    if all(closes_every_log(match.observed.text) for match in found.matches):
        better += [match for match in again if found.matches and match.outcome not in SURE]
    keys = {match.key for match in better}
    others = [match for match in found.matches if match.key not in keys]
    return replace(found, matches=tuple([*better, *others][:limit]))


def _is_message(claimed: Signature, is_raised: bool) -> bool:
    """Whether a claim says enough to be found in any part of a line: more than a word or two where
    the line names an exception that says what is meant."""
    told = len(claimed.terms) >= _PHRASE or bool(claimed.codes)
    says = told or (claimed.origin in _MESSAGES and not is_raised)
    return says and not closes_every_log(claimed.text)


def _nearest(
    reading: Reading, text: str, found: Diagnosis, filters: Filters
) -> Sequence[Match[str]]:
    """Related articles: those that a line names, those with a like message, those with its words.

    Not every page quotes the message that it explains.
    """
    lines = text[:LARGEST].splitlines()
    telling = dict.fromkeys(seen.line for seen in found.observed[:_LINES])
    raw = "\n".join(lines[line - 1][:LONGEST_LINE] for line in telling if line <= len(lines))
    words = found.observed[0].signature.text
    planned = plan(
        Query(typed=raw, text=raw, filters=filters),
        reading.index,
        words=words,
        pinned={},
        lang="",
        sort=Sort.RELEVANCE,
    )
    hits = reading.index.search(planned.plan, offset=0, limit=_NEAREST).items
    named = [hit.id for hit in hits if hit.score >= INSIDE]
    like = {match.key: match for match in found.matches}
    enough = planned.likely * ALIKE_ENOUGH
    by_words = [hit.id for hit in hits if enough <= hit.score < INSIDE]
    ids = list(dict.fromkeys((*named, *like, *by_words)))
    known = reading.summaries.signatures(
        reading.connection, [id_ for id_ in ids if id_ not in like]
    )
    return [
        like.get(id_) or _by_words(id_, known[id_], found.observed[0], is_named=id_ in named)
        for id_ in ids
    ]


def _by_words(
    id_: str, signatures: Sequence[Signature], seen: ObservedLine, *, is_named: bool
) -> Match[str]:
    """A match that rests on a name or on words; its title stands for the message."""
    titles = [each for each in signatures if each.origin is Origin.TITLE]
    return Match(
        key=id_,
        score=NAMED_SCORE if is_named else WORDS_SCORE,
        outcome=MatchOutcome.RELATED,
        line=seen.line,
        observed=seen.signature,
        claimed=(titles or [*signatures, seen.signature])[0],
    )


def compare(
    reading: Reading, observed: Sequence[ObservedLine], *, filters: Filters, limit: int
) -> Diagnosis:
    """The same for messages that have been recognised already."""
    if not observed:
        return Diagnosis(observed=(), matches=())
    counted = weigher(reading.index, Field.SIGNATURE)
    asked = (term for seen in observed for term in signature_terms(seen.signature))
    reading.index.expect(asked, Field.SIGNATURE)
    weight = telling(counted, reading.index.count())
    ids = _candidates(reading, observed[:_LINES], counted=counted, weight=weight, filters=filters)
    known = reading.summaries.signatures(reading.connection, ids)
    claimed = (key for signatures in known.values() for key in signatures.by_key)
    reading.index.expect(claimed, Field.SIGNATURE)
    ranked = best_match(observed, ((id_, known[id_]) for id_ in ids), weight)
    matches = [match for match in ranked if match.outcome is not MatchOutcome.NONE]
    return Diagnosis(observed=tuple(observed), matches=tuple(matches[:limit]))


def _by_fit(
    reading: Reading, matches: Sequence[Match[str]], reader: Mapping[str, str]
) -> tuple[Match[str], ...]:
    """The matches, those of the same message in the order in which they fit the reader."""
    if not reader or len(matches) < 2:
        return tuple(matches)
    summaries = reading.summaries.load(reading.connection, [match.key for match in matches])
    places = {
        match.key: _FITTING.index(_fit(match, summary, reader))
        for match, summary in zip(matches, summaries, strict=True)
    }
    alike = groupby(matches, lambda m: (m.outcome, m.line, m.claimed.template.casefold()))
    return tuple(
        match for _, twins in alike for match in sorted(twins, key=lambda m: places[m.key])
    )


def _fit(match: Match[str], summary: ArticleSummary, reader: Mapping[str, str]) -> Fit:
    lang = summary.languages[0]
    fits = [fit_of_row(summary, row, reader) for row in summary.rows(match.claimed, lang)]
    return min(fits, key=_FITTING.index, default=fit_of_versions(summary.versions, reader))


def fit_of_row(summary: ArticleSummary, row: Passage, reader: Mapping[str, str]) -> Fit:
    """Whether the fix of a row was run, or else is meant, for what the reader has."""
    run = fit_of(summary.trust_in(row.lang).of(row.anchor).environments, reader)
    return run if run is not Fit.UNKNOWN else fit_of_versions(summary.versions, reader)


def row_of(
    reading: Reading,
    match: Match[str],
    summary: ArticleSummary,
    lang: str,
    *,
    reader: Mapping[str, str] = _ANYWHERE,
) -> Passage | None:
    """What a match says to do: the row of the error table with its message, in that language; of
    several, the one that fits the reader best.

    Where no row has it, a sure match points to what the article is about and how it fixes it.
    """
    if rows := [*summary.rows(match.claimed, lang)] or _like_rows(reading, match, summary, lang):
        rows = [row for row in rows if row.lang == rows[0].lang]
        return min(rows, key=lambda row: _FITTING.index(fit_of_row(summary, row, reader)))
    if match.outcome not in SURE:
        return None
    fix = first_fix(bodies(reading.connection, [summary], lang)[summary.id], most=_FIX)
    anchor, solution = fix or (match.claimed.anchor, summary.summary[lang])
    return Passage(
        kind=PassageKind.SECTION,
        lang=lang,
        text=match.claimed.text,
        anchor=anchor,
        cause=summary.summary[lang],
        solution=solution,
    )


def _like_rows(
    reading: Reading, match: Match[str], summary: ArticleSummary, lang: str
) -> list[Passage]:
    """The rows with the message that a line surely is as well, where a passage said it best."""
    if match.outcome not in SURE:
        return []
    known = reading.summaries.signatures(reading.connection, [summary.id])[summary.id]
    rows = [(likeness(match.observed, each), each) for each in known if each.origin in ROWS]
    alike = [(score, row) for score, row in rows if score > 0]
    nearest = max(alike, key=itemgetter(0), default=None)
    return list(summary.rows(nearest[1], lang)) if nearest else []


def _candidates(
    reading: Reading,
    observed: Sequence[ObservedLine],
    *,
    counted: Weight,
    weight: Weight,
    filters: Filters,
) -> list[str]:
    """The articles that have enough of the rarest terms of a line to be a match for it."""
    plans = []
    for line in observed:
        asked = set(signature_terms(line.signature))
        known = [term for term in asked if counted(term) < counted(UNKNOWN)]
        terms, minimum = looked_up(line.signature, known, weight)
        if terms:
            plans.append(lookup_plan(terms, Field.SIGNATURE, minimum=minimum, filters=filters))
    found = reading.index.search_each(plans, limit=_CANDIDATES)
    return list(dict.fromkeys(hit.id for hits in found for hit in hits.items))
