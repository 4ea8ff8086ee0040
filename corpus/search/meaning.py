"""What meaning says of a question in words that is at most related: which hits are near, and
whether any is.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from corpus.search import tuning
from corpus.search.engine import Hit
from corpus.search.planner import PlannedQuery
from corpus.search.query import Query
from corpus.search.reading import Reading
from corpus.store.filters import Sort


def is_asked_in_words(query: Query, planned: PlannedQuery) -> bool:
    """Whether it is a question in English words: several, nothing but words, and no typo."""
    is_english = all(letter.isascii() or not letter.isalpha() for letter in query.text)
    is_plain = planned.is_plain and not planned.typos
    return bool(planned.floor) and is_plain and is_english and not query.is_log


def best_by_words(reading: Reading, planned: PlannedQuery) -> Sequence[Hit]:
    """The hits whose passages are compared, whatever the order that is asked for."""
    best = replace(planned.plan, sort=Sort.RELEVANCE)
    return reading.index.search(best, offset=0, limit=tuning.COMPARED).items


def by_meaning(
    reading: Reading, query: Query, planned: PlannedQuery, best: Sequence[Hit]
) -> PlannedQuery:
    """The query as it is after a comparison of its best hits: some gain by it, or none is left."""
    model, of = reading.model, reading.generation.vector_model
    if model is None or of is None or not best:
        return planned
    stored = reading.summaries.vectors(reading.connection, [hit.id for hit in best])
    near = model.nearness(query.text, [stored.get(hit.id, b"") for hit in best])
    nearest = max(near)
    if best[0].score * nearest <= planned.floor * tuning.UNMEANT * of.chance:
        return replace(planned, floor=math.inf)
    gain = tuning.MEANING * best[0].score / nearest
    gains = {hit.id: gain * cosine for hit, cosine in zip(best, near, strict=True) if cosine > 0}
    pinned = {**planned.plan.pinned, **gains}
    return replace(planned, plan=replace(planned.plan, pinned=pinned), by_meaning=True)
