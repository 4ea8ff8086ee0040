"""Diagnosis: from a log to the articles whose error signatures it shows.

The engine finds candidates by the rarest terms of each telling line; the candidates'
signatures come from the database; `corpus.diagnosis.scoring` says which line fits which of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.checks.claims import first_fix
from corpus.diagnosis import log_parser
from corpus.diagnosis.pairs import ObservedLine, looked_up, observe
from corpus.diagnosis.scoring import SURE, Match, MatchOutcome, best_match
from corpus.diagnosis.similarity import Weight
from corpus.search.documents import signature_terms
from corpus.search.engine import Field
from corpus.search.planner import lookup_plan
from corpus.search.reading import Reading
from corpus.search.term_statistics import weigher
from corpus.store.cards import Card, Passage, PassageKind, bodies
from corpus.store.filters import Filters
from corpus.text.term_weights import UNKNOWN, telling

_LINES = 8
"""Telling lines that are looked up."""
_FIX = 400
"""Characters of a fix that are shown where no row of a table says it shortly."""
_CANDIDATES = 24
"""Articles that are compared for each line."""


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


def diagnose(reading: Reading, text: str, *, filters: Filters, limit: int) -> Diagnosis:
    """The articles whose claimed errors the text shows, at most `limit`."""
    found = compare(reading, observe(text), filters=filters, limit=limit)
    return replace(found, unread=log_parser.unread(text))


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
    known = reading.cards.signatures(reading.connection, ids)
    claimed = (term for signatures in known.values() for each in signatures for term in each.terms)
    reading.index.expect(claimed, Field.SIGNATURE)
    ranked = best_match(observed, ((id_, known[id_]) for id_ in ids), weight)
    matches = [match for match in ranked if match.outcome is not MatchOutcome.NONE]
    return Diagnosis(observed=tuple(observed), matches=tuple(matches[:limit]))


def row_of(reading: Reading, match: Match[str], card: Card, lang: str) -> Passage | None:
    """What a match says to do: the row of the error table with its message, in that language.

    Where no row has it, a sure match points to what the article is about and how it fixes it.
    """
    row = card.row(match.claimed, lang)
    if row is not None or match.outcome not in SURE:
        return row
    fix = first_fix(bodies(reading.connection, [card], lang)[card.id], most=_FIX)
    anchor, solution = fix or (match.claimed.anchor, card.summary[lang])
    return Passage(
        kind=PassageKind.SECTION,
        lang=lang,
        text=match.claimed.text,
        anchor=anchor,
        cause=card.summary[lang],
        solution=solution,
        terms="",
    )


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
