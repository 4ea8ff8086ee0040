"""Full-text search with Tantivy: in the same place as Whoosh, for a hundred times the articles.

A plan becomes Tantivy's own query objects, never a query string. Its scores are BM25
(Robertson and Zaragoza, 2009) with k1 = 1.2 and b = 0.75, in single precision.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    Hits,
    IndexDocument,
    IndexWriter,
    OpenIndex,
    Plan,
    Ranked,
    Removal,
    rounded,
)
from corpus.search.engines import index_folder as folders
from corpus.search.spelling import Vocabulary
from corpus.search.weak_methods import weakly
from corpus.store.filters import Sort

_FORMAT = "tantivy 3"
"""Names the schema below: a folder of another one is rebuilt."""
_MEMORY_BYTES = 100_000_000
"""What the writer fills before it starts another segment: about 12,000 articles of 4 KB."""
_TOKENIZER = "terms"
_DETAIL = {Field.BODY: "position", Field.PAIRS: "basic"}
_GROWTH = 4
_OF_A_FLOOR = 256
"""Hits that are asked for first, where all that reach a floor are counted."""

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


class TantivyIndex:
    """One index, mapped into memory by Tantivy; nothing else is kept."""

    def __init__(self, index: tantivy.Index, *, has_removed: bool) -> None:
        self._searcher = index.searcher()
        self._queries = _Queries(index.schema)
        self._has_removed = has_removed
        self._vocabulary = Vocabulary(weakly(self._starting_with), weakly(self.frequency))

    def search(self, plan: Plan, *, offset: int, limit: int) -> Hits:
        """See OpenIndex."""
        with _damage_as_missing:
            total, found = self._found(self._queries.of(plan), plan, offset + limit)
            ranked = self._ranked(found)
        ranked.sort(key=lambda hit: hit.place(plan.sort))
        return Hits(total=total, items=tuple(hit.hit for hit in ranked[offset : offset + limit]))

    def search_each(self, plans: Sequence[Plan], *, limit: int) -> Sequence[Hits]:
        """See OpenIndex."""
        return [self.search(plan, offset=0, limit=limit) for plan in plans]

    def facets(self, plan: Plan) -> None:
        """See OpenIndex."""

    def expect(self, terms: Iterable[str], where: Field) -> None:
        """Nothing to do: a frequency is near at hand."""

    def frequency(self, term: str, where: Field) -> int:
        """See OpenIndex."""
        with _damage_as_missing:
            if self._has_removed:  # Tantivy's own number counts them until they are merged
                return _count(self._searcher.search(self._queries.term(where, term), limit=1))
            return self._searcher.doc_freq(where, term)

    def similar(self, term: str, *, limit: int) -> Sequence[str]:
        """See OpenIndex."""
        return self._vocabulary.similar(term, limit=limit)

    def count(self) -> int:
        """See OpenIndex."""
        return self._searcher.num_docs

    def check(self) -> None:
        """Nothing to do: what is open can be asked."""

    def close(self) -> None:
        """Nothing to do: Tantivy unmaps the files with the last reference to this object."""

    def _starting_with(self, prefix: str) -> Iterable[str]:
        with _damage_as_missing:
            return [term for term, _ in self._searcher.terms_with_prefix(Field.BODY, prefix)]

    def _found(self, query: Query, plan: Plan, wanted: int) -> tuple[int, Sequence[_Scored]]:
        """At least the best `wanted`, and all that are equal to the last of them.

        Tantivy orders equals as it stored them. To order them as every engine does, the
        group that the end of the page falls into must be there as a whole. It knows no floor
        either: to count what reaches it, the first hit below it must be there.
        """
        everything = max(1, self._searcher.num_docs)
        size = wanted + 1 if plan.sort is Sort.RELEVANCE else everything
        if plan.floor:
            size = max(size, _OF_A_FLOOR)
        while True:
            size = max(1, min(size, everything))
            result = self._searcher.search(query, limit=size)
            hits: Sequence[_Scored] = result.hits
            whole = len(hits) < size or size == everything
            if plan.floor and (whole or hits[-1][0] < plan.floor):
                kept = [hit for hit in hits if hit[0] >= plan.floor]
                return len(kept), _page(kept, plan, wanted)
            if whole:
                return len(hits), _page(hits, plan, wanted)
            if not plan.floor and rounded(hits[-1][0]) < rounded(hits[wanted - 1][0]):
                return _count(result), _page(hits, plan, wanted)
            size *= _GROWTH

    def _ranked(self, found: Sequence[_Scored]) -> list[Ranked]:
        addresses = [address for _, address in found]
        read = self._searcher.fast_field_values
        values = zip(
            found, read("confidence", addresses), read("updated_ms", addresses), strict=True
        )
        return [
            Ranked(
                id=self._searcher.doc(address)["id"][0],
                score=score,
                confidence=int(confidence or 0),
                updated_ms=int(updated_ms or 0),
            )
            for (score, address), confidence, updated_ms in values
        ]


class _Queries:
    """Makes Tantivy's queries from plans."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def of(self, plan: Plan) -> Query:
        """All of a plan; only what matches is scored, the rest narrows."""
        parts = [(Occur.Must, self._matching(plan))]
        parts += [(Occur.Must, _flat(part, 0.0)) for part in self._narrowing(plan)]
        parts += [(Occur.MustNot, self.term(Field.BODY, term)) for term in plan.excluded]
        for label, bonus in plan.preferred.items():
            parts.append((Occur.Should, _flat(self.term("labels", label), bonus)))
        return Query.boolean_query(parts)

    def term(self, where: str, term: str) -> Query:
        """What has a term in a field."""
        return Query.term_query(self._schema, where, term)

    def _matching(self, plan: Plan) -> Query:
        clauses = [self._clause(clause, plan.boosts) for clause in plan.clauses]
        ways = [_any(clauses, minimum=max(1, plan.minimum))]
        ways += [_flat(self.term("names", name), boost) for name, boost in plan.names.items()]
        ways += [_flat(self.term(Field.PAIRS, pair), each) for pair, each in plan.pairs.items()]
        ways += [_flat(self.term("id", id_), boost) for id_, boost in plan.pinned.items()]
        return _any(ways)

    def _clause(self, clause: Clause, boosts: Mapping[Field, float]) -> Query:
        alternatives = [self._alternative(each, boosts) for each in clause.alternatives]
        return alternatives[0] if len(alternatives) == 1 else _best(alternatives)

    def _alternative(self, alternative: Alternative, boosts: Mapping[Field, float]) -> Query:
        """The mean score of the terms, for documents that have them all."""
        part = alternative.weight / max(1, len(alternative.terms))
        weights = {field: boost * part for field, boost in boosts.items()}
        terms = [self._anywhere(term, weights) for term in alternative.terms]
        if len(terms) == 1:
            return terms[0]
        return Query.boolean_query([(Occur.Must, term) for term in terms])

    def _anywhere(self, term: str, weights: Mapping[Field, float]) -> Query:
        return _any(
            [Query.boost_query(self.term(field, term), each) for field, each in weights.items()]
        )

    def _narrowing(self, plan: Plan) -> Iterable[Query]:
        yield from (self._phrase(phrase) for phrase in plan.phrases if phrase)
        for group in plan.filters.labels():
            yield _any([self.term("labels", label) for label in group])
        if plan.filters.minimum_confidence:
            yield self._at_least("confidence", plan.filters.minimum_confidence)
        if plan.filters.updated_since_ms:
            yield self._at_least("updated_ms", plan.filters.updated_since_ms)

    def _phrase(self, phrase: Sequence[str]) -> Query:
        if len(phrase) == 1:
            return self.term(Field.BODY, phrase[0])
        return Query.phrase_query(self._schema, Field.BODY, list(phrase))

    def _at_least(self, where: str, least: int) -> Query:
        return Query.range_query(self._schema, where, FieldType.Integer, lower_bound=least)


def _any(parts: Sequence[Query], *, minimum: int = 1) -> Query:
    if not parts:
        return Query.empty_query()
    return Query.boolean_query([(Occur.Should, part) for part in parts], minimum)


def _best(parts: Sequence[Query]) -> Query:
    return Query.disjunction_max_query(parts) if parts else Query.empty_query()


def _flat(part: Query, score: float) -> Query:
    """The same score for all that match, however well."""
    return Query.const_score_query(part, score)


def _page(hits: Sequence[_Scored], plan: Plan, wanted: int) -> Sequence[_Scored]:
    """The best `wanted`, and all that are equal to the last of them; other orders need all."""
    end = wanted if plan.sort is Sort.RELEVANCE else len(hits)
    while 0 < end < len(hits) and rounded(hits[end][0]) == rounded(hits[wanted - 1][0]):
        end += 1
    return hits[:end]


def _count(result: tantivy.SearchResult) -> int:
    number: int = result.count  # type: ignore[attr-defined]  # its stubs leave it out
    return number
