"""Answers from an OpenSearch index: few requests for a question, and nothing asked twice.

An index never changes, so what was learned of its terms is kept: how many documents have
a term (from the term dictionary of each shard), and which terms are a typo away.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from rapidfuzz.distance import OSA

from corpus.errors import IndexMissing, Unavailable
from corpus.search.engine import Field, Hits, Plan, RankedHit
from corpus.search.engines.opensearch.bulk import LONGEST_TERM
from corpus.search.engines.opensearch.client import Answer, Cluster
from corpus.search.engines.opensearch.query import ORDERS, Queries, order
from corpus.search.engines.spelling import typos_allowed
from corpus.search.engines.weak_methods import weakly
from corpus.store.filters import FACET_VALUES, FACETS, Sort
from corpus.text.analysis import LONGEST

MOST_HITS = 1_000_000
"""The furthest place in a ranking that can be asked for."""
_SPARE = 20
"""Hits asked for beyond the page, to see where the group of equals ends."""
_GROWTH = 4
_FREQUENCIES_KEPT = 200_000
_SPELLINGS_KEPT = 2_000
_AT_ONCE = 2_000
"""Terms looked up in one request."""
_COUNTED_OF_A_SHARD = 10_000
"""Values that each shard counts; so many that those of all shards together are right."""
_NEAR = 100
"""Candidates for a typo that are looked at, the most frequent ones."""


class OpenSearchIndex:
    """One index of a cluster, known by its name."""

    def __init__(
        self, cluster: Cluster, name: str, *, documents: int, scale: float, routings: Sequence[str]
    ) -> None:
        self._cluster = cluster
        self._name = name
        self._documents = documents
        self._queries = Queries(scale)
        self._routings = routings
        """For each shard a value that leads to it."""
        self._frequencies: dict[tuple[Field, str], int] = {}
        self._near = lru_cache(_SPELLINGS_KEPT)(weakly(self._look_near))

    def search(self, plan: Plan, *, offset: int, limit: int) -> Hits:
        """See OpenIndex."""
        return self._page(plan, offset, limit, None)

    def search_each(self, plans: Sequence[Plan], *, limit: int) -> Sequence[Hits]:
        """See OpenIndex. What did not come whole is asked for again, by itself."""
        if len(plans) < 2:
            return [self.search(plan, offset=0, limit=limit) for plan in plans]
        first = self._hits_each([self._body(plan, self._size(limit)) for plan in plans])
        return [self._page(plan, 0, limit, hits) for plan, hits in zip(plans, first, strict=True)]

    def facets(self, plan: Plan) -> Mapping[str, Mapping[str, int]]:
        """See OpenIndex. The server counts: a hundred thousand hits need not travel."""
        terms = {"size": FACET_VALUES, "shard_size": _COUNTED_OF_A_SHARD}
        counted = {name: {"terms": {"field": f"facets.{name}", **terms}} for name in FACETS}
        body = {**self._query_of(plan), "size": 0, "aggs": counted}
        told = "aggregations.*.buckets.key,aggregations.*.buckets.doc_count"
        params = {"allow_partial_search_results": "false", "filter_path": told}
        answer = self._cluster.read(f"/{self._name}/_search", body, params=params)
        found = answer.get("aggregations", {})
        return {name: _counts(found.get(name, {}).get("buckets", ())) for name in FACETS}

    def expect(self, terms: Iterable[str], where: Field) -> None:
        """See OpenIndex."""
        unknown = [term for term in dict.fromkeys(terms) if (where, term) not in self._frequencies]
        for start in range(0, len(unknown), _AT_ONCE):
            self._learn(unknown[start : start + _AT_ONCE], where)

    def frequency(self, term: str, where: Field) -> int:
        """See OpenIndex."""
        known = self._frequencies.get((where, term))
        return self._learn([term], where)[term] if known is None else known

    def similar(self, term: str, *, limit: int) -> Sequence[str]:
        """See OpenIndex."""
        if not 1 < len(term) <= LONGEST:
            return []
        return self._near(term)[:limit]

    def count(self) -> int:
        """See OpenIndex."""
        return self._documents

    def check(self) -> None:
        """See OpenIndex."""
        self._cluster.read(f"/{self._name}/_count", params={"terminate_after": "1"})

    def close(self) -> None:
        """Nothing to do: the connections belong to the engine."""

    # Hits

    def _page(self, plan: Plan, offset: int, limit: int, first: Answer | None) -> Hits:
        total, ranked = self._best_hits(plan, offset + limit, first)
        ranked.sort(key=lambda hit: hit.place(plan.sort))
        page = ranked[offset : offset + limit]
        return Hits(total=min(total, plan.counted), items=tuple(hit.hit for hit in page))

    def _best_hits(
        self, plan: Plan, wanted: int, first: Answer | None
    ) -> tuple[int, list[RankedHit]]:
        """At least the best `wanted`, and all that are equal to the last of them.

        The server orders by scores with all their digits. To order equals as every engine
        does, the group that the end of the page falls into must be there as a whole.
        """
        size, most = self._size(wanted), self._most
        while True:
            hits = first or self._hits(self._body(plan, size))
            total = int(hits["total"]["value"])
            ranked = [_ranked(plan.sort, hit["sort"]) for hit in hits.get("hits", ())]
            if len(ranked) < size or size >= min(total, most):
                return total, ranked
            if _group(ranked[-1], plan.sort) > _group(ranked[wanted - 1], plan.sort):
                return total, ranked
            size, first = min(size * _GROWTH, most), None

    @property
    def _most(self) -> int:
        return min(self._documents, MOST_HITS)

    def _size(self, wanted: int) -> int:
        """How many hits are asked for at first."""
        return min(wanted + _SPARE, self._most)

    @property
    def _manner(self) -> dict[str, str]:
        """A missing shard must not look like missing articles; rarity depends on all shards."""
        several = len(self._routings) > 1
        return {
            "allow_partial_search_results": "false",
            "search_type": "dfs_query_then_fetch" if several else "query_then_fetch",
        }

    def _query_of(self, plan: Plan) -> dict[str, Any]:
        query = self._queries.of(plan)
        return {"query": query, "min_score": plan.floor} if plan.floor else {"query": query}

    def _body(self, plan: Plan, size: int) -> dict[str, Any]:
        return {
            **self._query_of(plan),
            "size": size,
            "sort": order(plan.sort),
            "track_total_hits": True,
            "stored_fields": "_none_",
        }

    def _hits(self, body: Mapping[str, Any]) -> Answer:
        params = {**self._manner, "filter_path": "hits.total.value,hits.hits.sort"}
        answer = self._cluster.read(f"/{self._name}/_search", body, params=params)
        hits: Answer = answer["hits"]
        return hits

    def _hits_each(self, bodies: Sequence[Mapping[str, Any]]) -> Sequence[Answer | None]:
        """The same for several questions in one request; None where there is no answer."""
        head = msgspec.json.encode({"index": self._name, **self._manner})
        lines = b"".join(head + b"\n" + msgspec.json.encode(body) + b"\n" for body in bodies)
        params = {
            "filter_path": "responses.status,responses.hits.total.value,responses.hits.hits.sort"
        }
        answer = self._cluster.read("/_msearch", lines, params=params)
        return [each.get("hits") for each in answer["responses"]]

    # Terms

    def _learn(self, terms: Sequence[str], where: Field) -> dict[str, int]:
        """How many documents have each of the terms; kept, for the index never changes."""
        found = dict.fromkeys(terms, 0)
        asked = " ".join(term for term in terms if len(term.encode()) <= LONGEST_TERM)
        if asked and self._documents:
            for counted in self._term_counts(asked, where):
                for term, told in counted.items():
                    found[term] = found.get(term, 0) + int(told.get("doc_freq", 0))
        if len(self._frequencies) > _FREQUENCIES_KEPT:
            self._frequencies.clear()
        self._frequencies.update({(where, term): number for term, number in found.items()})
        return found

    def _term_counts(self, text: str, where: Field) -> Iterable[Mapping[str, Answer]]:
        """What the dictionary of each shard knows of the terms of a text."""
        lookup = {
            "_index": self._name,
            "doc": {where.value: text},
            "fields": [where.value],
            "positions": False,
            "offsets": False,
            "field_statistics": False,
            "term_statistics": True,
        }
        asked = [{**lookup, "routing": routing} for routing in self._routings]
        answer = self._cluster.read("/_mtermvectors", {"docs": asked}, params={"realtime": "false"})
        for shard in answer["docs"]:
            if "error" in shard:
                raise _fault(str(shard["error"].get("type")))
            yield shard["term_vectors"].get(where.value, {}).get("terms", {})

    def _look_near(self, term: str) -> Sequence[str]:
        """All terms a typo or two away, the most frequent first."""
        most = typos_allowed(term)
        near = {
            "field": Field.BODY.value,
            "analyzer": "keyword",
            "suggest_mode": "always",
            "string_distance": "damerau_levenshtein",
            "max_edits": most,
            "prefix_length": 1,
            "min_word_length": 1,
            "sort": "frequency",
            "size": _NEAR,
            "shard_size": 10 * _NEAR,
            "max_inspections": 100,
            "max_term_freq": float(2**31 - 1),
            "accuracy": 0.0,
        }
        body = {"size": 0, "suggest": {"near": {"text": term, "term": near}}}
        params = {"filter_path": "suggest.near.options", "allow_partial_search_results": "false"}
        answer = self._cluster.read(f"/{self._name}/_search", body, params=params)
        entries = answer.get("suggest", {}).get("near", [])
        options = [each for entry in entries for each in entry.get("options", ())]
        others = [str(each["text"]) for each in options]
        similar = [
            each
            for each in others
            if each != term and OSA.distance(term, each, score_cutoff=most) <= most
        ]
        self.expect(similar, Field.BODY)
        return sorted(similar, key=lambda each: (-self.frequency(each, Field.BODY), each))


def _fault(kind: str) -> Unavailable:
    """What an error means that stands inside an answer."""
    if kind == "index_not_found_exception":
        return IndexMissing("the search index is missing")
    return Unavailable("the search server could not look up words")


def _ranked(sort: Sort, values: Sequence[Any]) -> RankedHit:
    return RankedHit(
        **{key.removeprefix("_"): value for key, value in zip(ORDERS[sort], values, strict=True)}
    )


def _counts(buckets: Iterable[Answer]) -> Mapping[str, int]:
    return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}


def _group(hit: RankedHit, sort: Sort) -> tuple[float, float]:
    """What is equal for hits whose order the score does not decide."""
    first, score, *_ = hit.place(sort)
    return first, score
