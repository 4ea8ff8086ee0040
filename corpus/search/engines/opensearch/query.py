"""From a plan to OpenSearch's query language, as data: nothing typed is ever parsed there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corpus.search.engine import Alternative, Clause, Field, Plan
from corpus.store.filters import Sort

Query = dict[str, Any]

NOTHING: Query = {"match_none": {}}
ORDERS: Mapping[Sort, tuple[str, ...]] = {
    Sort.RELEVANCE: ("_score", "updated_ms", "id", "confidence"),
    Sort.UPDATED: ("updated_ms", "_score", "id", "confidence"),
    Sort.CONFIDENCE: ("confidence", "_score", "updated_ms", "id"),
}
"""What hits are ordered by; it comes back with each of them, so nothing else has to."""


def order(sort: Sort) -> list[dict[str, str]]:
    """The order as the server takes it: the highest first, but ids from the first on."""
    return [{key: "asc" if key == "id" else "desc"} for key in ORDERS[sort]]


class Queries:
    """Makes queries from plans, for a server whose BM25 is `scale` times too small.

    Lucene left out the constant factor k1 + 1 of BM25; OpenSearch puts it back in before 3.0.
    """

    def __init__(self, scale: float) -> None:
        self._scale = scale

    def of(self, plan: Plan) -> Query:
        """All of a plan; only what matches is scored, the rest narrows."""
        return {
            "bool": {
                "must": [self._matching(plan)],
                "filter": [*_narrowing(plan)],
                "must_not": [_term(Field.BODY.value, term) for term in plan.excluded],
                "should": [
                    _flat(_term("labels", label), bonus) for label, bonus in plan.preferred.items()
                ],
            }
        }

    def _matching(self, plan: Plan) -> Query:
        clauses = [self._clause(clause, plan.boosts) for clause in plan.clauses]
        ways = [_any(clauses, minimum=max(1, plan.minimum))]
        ways += [_flat(_term("names", name), boost) for name, boost in plan.names.items()]
        ways += [_flat(_term(Field.PAIRS.value, pair), each) for pair, each in plan.pairs.items()]
        ways += [_flat(_term("id", id_), boost) for id_, boost in plan.pinned.items()]
        return _any(ways)

    def _clause(self, clause: Clause, boosts: Mapping[Field, float]) -> Query:
        alternatives = [self._alternative(each, boosts) for each in clause.alternatives]
        if len(alternatives) == 1:
            return alternatives[0]
        return {"dis_max": {"queries": alternatives}} if alternatives else NOTHING

    def _alternative(self, alternative: Alternative, boosts: Mapping[Field, float]) -> Query:
        """The mean score of the terms, for documents that have them all."""
        if not alternative.terms:
            return NOTHING
        part = self._scale * alternative.weight / len(alternative.terms)
        terms = [_anywhere(term, boosts, part) for term in alternative.terms]
        return terms[0] if len(terms) == 1 else {"bool": {"must": terms}}


def _anywhere(term: str, boosts: Mapping[Field, float], part: float) -> Query:
    return _any(
        [
            {"term": {field.value: {"value": term, "boost": boost * part}}}
            for field, boost in boosts.items()
        ]
    )


def _narrowing(plan: Plan) -> Iterable[Query]:
    yield from (_phrase(phrase) for phrase in plan.phrases if phrase)
    for group in plan.filters.labels():
        yield {"terms": {"labels": group}}
    if plan.filters.minimum_confidence:
        yield {"range": {"confidence": {"gte": plan.filters.minimum_confidence}}}
    if plan.filters.updated_since_ms:
        yield {"range": {"updated_ms": {"gte": plan.filters.updated_since_ms}}}


def _phrase(phrase: Sequence[str]) -> Query:
    if len(phrase) == 1:
        return _term(Field.BODY.value, phrase[0])
    words = [{"span_term": {Field.BODY.value: term}} for term in phrase]
    return {"span_near": {"clauses": words, "slop": 0, "in_order": True}}


def _term(where: str, term: str) -> Query:
    return {"term": {where: term}}


def _any(parts: Sequence[Query], *, minimum: int = 1) -> Query:
    if len(parts) < minimum:
        return NOTHING
    if len(parts) == 1:
        return parts[0]
    return {"bool": {"should": parts, "minimum_should_match": minimum}}


def _flat(part: Query, score: float) -> Query:
    """The same score for all that match, however well."""
    return {"constant_score": {"filter": part, "boost": score}}
