"""Plans as OpenSearch is asked them; that they find the same is tested against a server."""

from corpus.search.engine import Alternative, Clause, Field, Plan
from corpus.search.engines.opensearch.query import NOTHING, Queries, order
from corpus.store.filters import Filters, Sort

BODY_ONLY = {Field.BODY: 1.0}


def test_a_plan_of_everything() -> None:
    plan = Plan(
        boosts={Field.KEY: 3.0, Field.BODY: 1.0},
        clauses=(Clause((Alternative(("a",)), Alternative(("b", "c"), 0.8))),),
        names={"name:x": 100.0},
        pinned={"art_1": 50.0},
        phrases=(("p", "q"), ("r",), ()),
        excluded=("bad",),
        preferred={"lang:en": 0.001},
        filters=Filters(domains=("d", "e"), minimum_confidence=40, updated_since_ms=7),
    )

    def anywhere(term: str, part: float) -> dict[str, object]:
        fields = [
            {"term": {"key": {"value": term, "boost": 3 * part}}},
            {"term": {"body": {"value": term, "boost": part}}},
        ]
        return {"bool": {"should": fields, "minimum_should_match": 1}}

    def flat(field: str, term: str, boost: float) -> dict[str, object]:
        return {"constant_score": {"filter": {"term": {field: term}}, "boost": boost}}

    best = [anywhere("a", 1.0), {"bool": {"must": [anywhere("b", 0.4), anywhere("c", 0.4)]}}]
    ways = [
        {"dis_max": {"queries": best}},
        flat("names", "name:x", 100.0),
        flat("id", "art_1", 50.0),
    ]
    spans = [{"span_term": {"body": "p"}}, {"span_term": {"body": "q"}}]
    assert Queries(1.0).of(plan) == {
        "bool": {
            "must": [{"bool": {"should": ways, "minimum_should_match": 1}}],
            "filter": [
                {"span_near": {"clauses": spans, "slop": 0, "in_order": True}},
                {"term": {"body": "r"}},
                {"terms": {"labels": ("domain:d", "domain:e")}},
                {"range": {"confidence": {"gte": 40}}},
                {"range": {"updated_ms": {"gte": 7}}},
            ],
            "must_not": [{"term": {"body": "bad"}}],
            "should": [flat("labels", "lang:en", 0.001)],
        }
    }


def test_the_scale_is_of_bm25_only() -> None:
    clauses = (Clause((Alternative(("a",)),)),)
    plan = Plan(boosts=BODY_ONLY, clauses=clauses, names={"name:x": 100.0})
    word, name = Queries(2.2).of(plan)["bool"]["must"][0]["bool"]["should"]
    assert word == {"term": {"body": {"value": "a", "boost": 2.2}}}
    assert name == {"constant_score": {"filter": {"term": {"names": "name:x"}}, "boost": 100.0}}


def test_more_clauses_than_there_are_match_nothing() -> None:
    clauses = (Clause((Alternative(("a",)),)), Clause((Alternative(("b",)),)))
    plan = Plan(boosts=BODY_ONLY, clauses=clauses, minimum=3)
    assert Queries(1.0).of(plan)["bool"]["must"] == [NOTHING]


def test_hits_come_with_all_that_orders_them() -> None:
    assert order(Sort.RELEVANCE) == [
        {"_score": "desc"},
        {"updated_ms": "desc"},
        {"id": "asc"},
        {"confidence": "desc"},
    ]
