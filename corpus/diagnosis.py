"""Diagnosis: from a log to the articles whose error signatures it shows.

The engine finds candidates by the rarest terms of each telling line; the candidates'
signatures come from the database; `corpus.matching` says which line fits which of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.comparison import Weight
from corpus.filters import Filters
from corpus.library import Reading
from corpus.matching import Match, Observed, Outcome, best_match, looked_up, observe
from corpus.search.documents import signature_terms
from corpus.search.engine import Field
from corpus.search.ranking import lookup_plan
from corpus.search.rarity import UNKNOWN, telling, weigher
from corpus.traces import lines_read

_LINES = 8
"""Telling lines that are looked up."""
_CANDIDATES = 24
"""Articles that are compared for each line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What was recognised in a text, and the articles that know it, best first."""

    observed: tuple[Observed, ...]
    matches: tuple[Match[str], ...]
    """By article id; only those that are at least related."""
    lines_read: int = 0
    lines_total: int = 0

    @property
    def outcome(self) -> Outcome:
        """How sure the best match is."""
        return self.matches[0].outcome if self.matches else Outcome.NONE


def diagnose(reading: Reading, text: str, *, filters: Filters, limit: int) -> Diagnosis:
    """The articles whose claimed errors the text shows, at most `limit`."""
    found = compare(reading, observe(text), filters=filters, limit=limit)
    read, total = lines_read(text)
    return replace(found, lines_read=read, lines_total=total)


def compare(
    reading: Reading, observed: Sequence[Observed], *, filters: Filters, limit: int
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
    matches = [match for match in ranked if match.outcome is not Outcome.NONE]
    return Diagnosis(observed=tuple(observed), matches=tuple(matches[:limit]))


def _candidates(
    reading: Reading,
    observed: Sequence[Observed],
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
