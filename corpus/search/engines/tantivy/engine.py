"""Full-text search with Tantivy: in the same place as Whoosh, for a hundred times the articles.

A plan becomes Tantivy's own query objects, never a query string. Its scores are BM25
(Robertson and Zaragoza, 2009) with k1 = 1.2 and b = 0.75, in single precision.
"""

import json
from bisect import bisect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import tantivy
from tantivy import FieldType, Occur, Query

from corpus.errors import IndexMissing
from corpus.search.engine import (
    Alternative,
    Change,
    Clause,
    Engine,
    Field,
    Hit,
    Hits,
    IndexDocument,
    IndexWriter,
    OpenIndex,
    Plan,
    RankedHit,
    Removal,
    round_score,
)
from corpus.search.engines import index_folder as folders
from corpus.search.engines.spelling import Vocabulary
from corpus.search.engines.weak_methods import weakly
from corpus.store.filters import Sort
from corpus.text.term_weights import idf

_FORMAT = "tantivy 3"
"""Names the schema below: a folder of another one is rebuilt."""
_MEMORY_BYTES = 100_000_000
"""What the writer fills before it starts another segment: about 12,000 articles of 4 KB."""
_TOKENIZER = "terms"
_DETAIL = {Field.BODY: "position", Field.PAIRS: "basic"}
_GROWTH = 4
_MOST_OF_BM25 = 2.2
"""What BM25 stays below, in units of a term's idf: k1 + 1."""

_FREQUENCIES = 10_000
"""Frequencies of terms that are remembered: they take about 1 MB."""

_Scored: TypeAlias = tuple[float, tantivy.DocAddress]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for labels in ("names", "labels"):
        builder.add_text_field(labels, tokenizer_name=_TOKENIZER, index_option="basic")
    for field in Field:
        detail = _DETAIL.get(field, "freq")
        builder.add_text_field(field, tokenizer_name=_TOKENIZER, index_option=detail)
    builder.add_integer_field("confidence", fast=True)
    builder.add_integer_field("updated_ms", fast=True)
    return builder.build()


class TantivyEngine(Engine):
    """The embedded engine for corpora that have outgrown Whoosh."""

    name = "tantivy"
    is_shared = False
    comfortable: int | None = None
    blocking_ms = 1.0

    @contextmanager
    def writing(self, folder: Path, *, previous: Path | None) -> Iterator[IndexWriter]:
        """See Engine. One thread keeps the segments few and the memory bounded."""
        place = folders.replacing(folder, engine=_FORMAT, previous=previous, copied=".json")
        with place as aside:
            writer = _Writing(aside, is_new=previous is None)
            yield writer
            writer.finish()

    def open(self, folder: Path) -> OpenIndex:
        """See Engine."""
        folders.check(folder, engine=_FORMAT)
        with _damage_as_missing:
            index = tantivy.Index.open(str(folder))
            index.config_reader("manual")  # the folder never changes: nothing to watch
            segments = json.loads((folder / "meta.json").read_bytes())["segments"]
            return TantivyIndex(index, has_removed=any(each["deletes"] for each in segments))

    def sweep(self, folder: Path, *, keep: Callable[[str], bool]) -> None:
        """See Engine."""
        folders.sweep(folder, keep=keep)


class _Writing:
    """Writes changes into an index that nobody has open."""

    def __init__(self, folder: Path, *, is_new: bool) -> None:
        path = str(folder)
        index = tantivy.Index(_schema(), path=path) if is_new else tantivy.Index.open(path)
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer(_TOKENIZER, words)
        self._writer = index.writer(heap_size=_MEMORY_BYTES, num_threads=1)

    def apply(self, changes: Iterable[Change]) -> None:
        """See IndexWriter."""
        for change in changes:
            if isinstance(change, Removal):
                self._writer.delete_documents_by_term("id", change.id)
            else:
                self._writer.add_document(_document(change))

    def finish(self) -> None:
        """Makes the changes visible."""
        self._writer.commit()
        self._writer.wait_merging_threads()


class _DamageAsMissing:
    """Turns what reading a damaged file raises into IndexMissing.

    Rust's panics come as a class that no module exports and that is not even an Exception.
    A class of our own, for a generator costs more than what it is put around.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        if kind is None:
            return
        if issubclass(kind, OSError | ValueError) or kind.__name__ == "PanicException":
            raise IndexMissing("the search index is damaged") from error


_damage_as_missing = _DamageAsMissing()


def _document(document: IndexDocument) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("id", document.id)
    made.add_text("names", " ".join(document.names))
    made.add_text("labels", " ".join(document.labels))
    for field, text in document.texts.items():
        made.add_text(field, text)
    made.add_integer("confidence", document.confidence)
    made.add_integer("updated_ms", document.updated_ms)
    return made


class TantivyIndex(OpenIndex):
    """One index, mapped into memory by Tantivy; nothing else is kept."""

    def __init__(self, index: tantivy.Index, *, has_removed: bool) -> None:
        self._searcher = index.searcher()
        self._terms = _Terms(self._searcher, index.schema, has_removed=has_removed)
        self._queries = _Queries(self._terms)
        self._vocabulary = Vocabulary(weakly(self._starting_with), self._terms.frequency)

    def search(self, plan: Plan, *, offset: int, limit: int) -> Hits:
        """See OpenIndex."""
        with _damage_as_missing:
            total, found = self._best_hits(self._queries.of(plan), plan, offset + limit)
            in_order = len({round_score(score) for score, _ in found}) == len(found)
            if plan.sort is Sort.RELEVANCE and in_order:
                page = found[offset : offset + limit]
                hits = [Hit(self._id(address), round_score(score)) for score, address in page]
            else:
                places = sorted(self._places(found, plan.sort))[offset : offset + limit]
                hits = [Hit(id_, -score) for _, score, _, id_ in places]
        return Hits(total=total, items=tuple(hits))

    def facets(self, plan: Plan) -> None:
        """See OpenIndex."""

    def expect(self, terms: Iterable[str], where: Field) -> None:
        """Nothing to do: a frequency is near at hand."""

    def frequency(self, term: str, where: Field) -> int:
        """See OpenIndex."""
        return self._terms.frequency(term, where)

    def similar(self, term: str, *, limit: int) -> Sequence[str]:
        """See OpenIndex."""
        return self._vocabulary.similar(term, limit=limit)

    def count(self) -> int:
        """See OpenIndex."""
        return self._searcher.num_docs

    def close(self) -> None:
        """Nothing to do: Tantivy unmaps the files with the last reference to this object."""

    def _starting_with(self, prefix: str) -> Iterable[str]:
        with _damage_as_missing:
            return [term for term, _ in self._searcher.terms_with_prefix(Field.BODY, prefix)]

    def _best_hits(self, query: Query, plan: Plan, wanted: int) -> tuple[int, Sequence[_Scored]]:
        """At least the best `wanted`, and all that are equal to the last of them.

        Tantivy orders equals as it stored them. To order them as every engine does, the
        group that the end of the page falls into must be there as a whole. It knows no floor
        either: to count what reaches it, the first hit below it must be there.
        """
        everything = max(1, self._searcher.num_docs)
        by_score = plan.sort is Sort.RELEVANCE
        size = max(wanted, plan.floor and plan.counted) + 1 if by_score else everything
        while True:
            size = int(min(size, everything))
            result = self._searcher.search(query, limit=size)
            hits: Sequence[_Scored] = result.hits
            enough = bisect(hits, -plan.floor, key=_descending) if plan.floor else len(hits)
            total = enough if plan.floor else _count(result)
            if size == everything or enough < size or _is_apart(hits, wanted):
                return min(total, plan.counted), _page(hits[:enough], plan, wanted)
            size *= _GROWTH

    def _id(self, address: tantivy.DocAddress) -> str:
        id_: str = self._searcher.doc(address)["id"][0]
        return id_

    def _places(
        self, found: Sequence[_Scored], sort: Sort
    ) -> Iterator[tuple[float, float, int, str]]:
        """What the place of each hit depends on, so that all engines order alike."""
        addresses = [address for _, address in found]
        read = self._searcher.fast_field_values
        values = zip(
            found, read("confidence", addresses), read("updated_ms", addresses), strict=True
        )
        for (score, address), confidence, updated in values:
            yield RankedHit(
                self._id(address), score, int(confidence or 0), int(updated or 0)
            ).place(sort)


class _Terms:
    """The terms of an index."""

    def __init__(
        self, searcher: tantivy.Searcher, schema: tantivy.Schema, *, has_removed: bool
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._has_removed = has_removed
        self._frequencies: dict[tuple[str, str], int] = {}
        self.documents: int = searcher.num_docs

    def query(self, where: str, term: str) -> Query:
        """What has a term in a field."""
        return Query.term_query(self._schema, where, term)

    def phrase(self, terms: Sequence[str]) -> Query:
        """What has these terms side by side."""
        if len(terms) == 1:
            return self.query(Field.BODY, terms[0])
        return Query.phrase_query(self._schema, Field.BODY, list(terms))

    def at_least(self, where: str, least: int) -> Query:
        """What has a number that is not below this one."""
        return Query.range_query(self._schema, where, FieldType.Integer, lower_bound=least)

    def frequency(self, term: str, where: str) -> int:
        """How many documents have a term in a field."""
        if (known := self._frequencies.get((where, term))) is not None:
            return known
        if len(self._frequencies) >= _FREQUENCIES:
            self._frequencies.clear()
        with _damage_as_missing:
            if self._has_removed:  # Tantivy's own number counts them until they are merged
                frequency = _count(self._searcher.search(self.query(where, term), limit=1))
            else:
                frequency = self._searcher.doc_freq(where, term)
        self._frequencies[where, term] = frequency
        return frequency


class _Queries:
    """Makes Tantivy's queries from plans."""

    def __init__(self, terms: _Terms) -> None:
        self._terms = terms

    def of(self, plan: Plan) -> Query:
        """All of a plan; only what matches is scored, the rest narrows."""
        few = self._too_little(plan)
        parts = [(Occur.Must, self._matching(plan, few))]
        if few:
            parts.append((Occur.Should, _any([*self._clauses(few, plan.boosts)])))
        parts += [(Occur.Must, _flat(part, 0.0)) for part in self._narrowing(plan)]
        parts += [(Occur.MustNot, self._terms.query(Field.BODY, term)) for term in plan.excluded]
        for label, bonus in plan.preferred.items():
            if 0 < self._terms.frequency(label, "labels") < self._terms.documents:
                parts.append((Occur.Should, _flat(self._terms.query("labels", label), bonus)))
        return Query.boolean_query(parts) if len(parts) > 1 else parts[0][1]

    def _matching(self, plan: Plan, few: Collection[Clause]) -> Query:
        clauses = [clause for clause in plan.clauses if clause not in few]
        if plan.minimum > 1:
            each = [_any([*self._clauses([clause], plan.boosts)]) for clause in clauses]
            ways = [_any(each, minimum=plan.minimum)]
        else:
            ways = [*self._clauses(clauses, plan.boosts)]
        for where, boosts in (
            ("names", plan.names),
            (Field.PAIRS, plan.pairs),
            ("id", plan.pinned),
        ):
            ways += [_flat(self._terms.query(where, term), each) for term, each in boosts.items()]
        return _any(ways)

    def _too_little(self, plan: Plan) -> list[Clause]:
        """The clauses that all together lift no document to the floor.

        Only what has another one needs to be looked at, which leaves out most documents: those
        that have common words only (Turtle and Flood, 1995: MaxScore).
        """
        left = plan.floor - sum(plan.preferred.values()) if plan.minimum < 2 else 0.0
        found: list[Clause] = []
        for clause in reversed(plan.clauses):  # the least telling are the last
            left -= self._most(clause, plan.boosts) if left > 0 else 0.0
            if left <= 0:
                break
            found.append(clause)
        return found

    def _most(self, clause: Clause, boosts: Mapping[Field, float]) -> float:
        """What no document gets more than from a clause."""
        frequency, documents = self._terms.frequency, self._terms.documents
        return _MOST_OF_BM25 * max(
            way.weight
            * max(
                sum(boost * idf(frequency(term, at), documents) for at, boost in boosts.items())
                for term in way.terms
            )
            for way in clause.alternatives
        )

    def _clauses(self, clauses: Iterable[Clause], boosts: Mapping[Field, float]) -> Iterator[Query]:
        """The clauses, flat: their sum is the same, and a query in a query takes longer."""
        for clause in clauses:
            ways = clause.alternatives
            if len(ways) == len(ways[0].terms if ways else ()) == 1:
                yield from self._anywhere(ways[0].terms[0], ways[0].weight, boosts)
            else:
                yield _best([self._alternative(each, boosts) for each in ways])

    def _alternative(self, alternative: Alternative, boosts: Mapping[Field, float]) -> Query:
        """The mean score of the terms, for documents that have them all."""
        part = alternative.weight / max(1, len(alternative.terms))
        terms = [_any([*self._anywhere(term, part, boosts)]) for term in alternative.terms]
        if len(terms) == 1:
            return terms[0]
        return Query.boolean_query([(Occur.Must, term) for term in terms])

    def _anywhere(self, term: str, weight: float, boosts: Mapping[Field, float]) -> Iterator[Query]:
        for field, boost in boosts.items():
            query = self._terms.query(field, term)
            yield query if weight * boost == 1.0 else Query.boost_query(query, weight * boost)

    def _narrowing(self, plan: Plan) -> Iterable[Query]:
        yield from (self._terms.phrase(phrase) for phrase in plan.phrases if phrase)
        for group in plan.filters.labels():
            yield _any([self._terms.query("labels", label) for label in group])
        if plan.filters.minimum_confidence:
            yield self._terms.at_least("confidence", plan.filters.minimum_confidence)
        if plan.filters.updated_since_ms:
            yield self._terms.at_least("updated_ms", plan.filters.updated_since_ms)


def _any(parts: Sequence[Query], *, minimum: int = 1) -> Query:
    if len(parts) <= 1 == minimum:
        return parts[0] if parts else Query.empty_query()
    return Query.boolean_query([(Occur.Should, part) for part in parts], minimum)


def _best(parts: Sequence[Query]) -> Query:
    return Query.disjunction_max_query(parts) if parts else Query.empty_query()


def _flat(part: Query, score: float) -> Query:
    """The same score for all that match, however well."""
    return Query.const_score_query(part, score)


def _page(hits: Sequence[_Scored], plan: Plan, wanted: int) -> Sequence[_Scored]:
    """The best `wanted`, and all that are equal to the last of them; other orders need all."""
    end = wanted if plan.sort is Sort.RELEVANCE else len(hits)
    while 0 < end < len(hits) and round_score(hits[end][0]) == round_score(hits[wanted - 1][0]):
        end += 1
    return hits[:end]


def _descending(hit: _Scored) -> float:
    return -hit[0]


def _is_apart(hits: Sequence[_Scored], wanted: int) -> bool:
    """Whether the last of the hits is no equal of the last that is wanted."""
    return round_score(hits[-1][0]) < round_score(hits[wanted - 1][0])


def _count(result: tantivy.SearchResult) -> int:
    number: int = result.count  # type: ignore[attr-defined]  # its stubs leave it out
    return number
