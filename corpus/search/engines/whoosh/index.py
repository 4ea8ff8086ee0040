"""Answers from a Whoosh index: Whoosh keeps the postings, the scoring is here.

Whoosh's own query tree walks every posting of every term through several layers of
matchers; on 10,000 articles a ten-word question takes 200 ms. Here the postings of a
term are decoded once into two arrays and kept while they are in demand; what is left to
do for a question is set arithmetic, and sums for the documents that match.

Scores are BM25 (Robertson and Zaragoza, 2009) with k1 = 1.2 and b = 0.75, and lengths
as coarse as Tantivy and Lucene keep them, so that engines rank alike.
"""

import struct
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableSequence, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nlargest
from threading import Lock
from typing import Any
from weakref import finalize

from whoosh import columns, fields, formats
from whoosh.codec import whoosh3

from corpus.errors import IndexMissing
from corpus.search.engine import (
    Alternative,
    Clause,
    Field,
    Hits,
    IndexDocument,
    OpenIndex,
    Plan,
    RankedHit,
    round_score,
)
from corpus.search.engines.spelling import Vocabulary
from corpus.search.engines.weak_methods import weakly
from corpus.search.engines.whoosh.restricted_pickle import names_of, unpickling_only
from corpus.store.filters import Sort
from corpus.text.term_weights import idf

_K1 = 1.2
_B = 0.75
_POSTINGS_KEPT = 4096
_FREQUENCIES_KEPT = 16_384
_FEW = 10
"""How many times longer a list must be to look numbers up in it, instead of reading it all."""
_FACTS = struct.Struct(f"<qq{len(Field)}I")
_PICKLED = names_of(
    defaultdict, int, columns.VarBytesColumn, fields.COLUMN, fields.Schema, formats.Existence,
    whoosh3.W3Codec, whoosh3.W3Segment,
) | {("corpus.search.engines.whoosh.engine", "_Terms")}  # fmt: skip
"""All that the files of an index are made of."""


def pack_facts(document: IndexDocument) -> bytes:
    """What is kept in memory of a document: confidence, time, the lengths of fields, id."""
    texts = (document.texts.get(field, "") for field in Field)
    lengths = (text.count(" ") + 1 if text else 0 for text in texts)
    facts = _FACTS.pack(document.confidence, document.updated_ms, *lengths)
    return facts + document.id.encode()


@contextmanager
def damage_as_missing() -> Iterator[None]:
    """Turns whatever reading a damaged file raises into IndexMissing; no file runs anything."""
    try:
        with unpickling_only(_PICKLED):
            yield
    except Exception as error:  # Whoosh unpickles: anything at all may come out of bad bytes
        raise IndexMissing("the search index is damaged") from error


@dataclass(slots=True)
class _Facts:
    """What is kept in memory of each document, by document number."""

    ids: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    """Of those that have not been removed."""
    confidence: MutableSequence[int] = field(default_factory=lambda: array("q"))
    updated_ms: MutableSequence[int] = field(default_factory=lambda: array("q"))
    norms: Mapping[Field, MutableSequence[float]] = field(
        default_factory=lambda: {field: array("f") for field in Field}
    )
    """k1 · (1 - b + b · length / average length), of BM25."""


class WhooshIndex(OpenIndex):
    """A reader of one index, with the postings in demand kept decoded."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._close = finalize(self, reader.close)  # once, and no later than this object ends
        self._leaves = [pair for pair in reader.leaf_readers() if pair[0].doc_count_all()]
        self._facts = _read_facts(self._leaves)
        self._sequences = [(leaf.column_reader("sequence"), base) for leaf, base in self._leaves]
        self._files = Lock()  # a reader's files have one position each
        self._postings = lru_cache(_POSTINGS_KEPT)(weakly(self._decode))
        self._frequencies = lru_cache(_FREQUENCIES_KEPT)(weakly(self._frequency))
        self._vocabulary = Vocabulary(weakly(self._starting_with), weakly(self.frequency))

    def search(self, plan: Plan, *, offset: int, limit: int) -> Hits:
        """See OpenIndex."""
        scores = self._filter(plan, self._scores(plan))
        for label, bonus in plan.preferred.items():
            for number in _among(scores, self._members("labels", label)):
                scores[number] += bonus
        if plan.floor:
            scores = {n: score for n, score in scores.items() if score >= plan.floor}
        wanted = offset + limit
        best = scores if plan.sort is not Sort.RELEVANCE else _best(scores, wanted)
        ranked = [self._ranked(number, score) for number, score in best.items()]
        ranked.sort(key=lambda hit: hit.place(plan.sort))
        return Hits(
            total=min(len(scores), plan.counted),
            items=tuple(hit.hit for hit in ranked[offset:wanted]),
        )

    def facets(self, plan: Plan) -> None:
        """See OpenIndex."""

    def expect(self, terms: Iterable[str], where: Field) -> None:
        """Nothing to do: a frequency is near at hand."""

    def frequency(self, term: str, where: Field) -> int:
        """See OpenIndex."""
        return self._frequencies(term, where)

    def similar(self, term: str, *, limit: int) -> Sequence[str]:
        """See OpenIndex."""
        return self._vocabulary.similar(term, limit=limit)

    def count(self) -> int:
        """See OpenIndex."""
        return len(self._facts.numbers)

    def close(self) -> None:
        """See OpenIndex."""
        self._close()

    def _frequency(self, term: str, where: Field) -> int:
        if self._reader.has_deletions():  # Whoosh's own number counts the removed ones, too
            return len(self._members(where, term))
        with self._files, damage_as_missing():
            return int(self._reader.doc_frequency(str(where), term))

    def _starting_with(self, prefix: str) -> Sequence[str]:
        with self._files, damage_as_missing():
            found = self._reader.expand_prefix(str(Field.BODY), prefix)
            return [term.decode() for term in found]

    def _ranked(self, number: int, score: float) -> RankedHit:
        facts = self._facts
        return RankedHit(
            id=facts.ids[number],
            score=score,
            confidence=facts.confidence[number],
            updated_ms=facts.updated_ms[number],
        )

    def _scores(self, plan: Plan) -> dict[int, float]:
        clauses = [self._clause_scores(clause, plan.boosts) for clause in plan.clauses]
        scores = _sums(clauses, minimum=max(1, plan.minimum))
        flat = [("names", *each) for each in plan.names.items()]
        flat += [(Field.PAIRS, *each) for each in plan.pairs.items()]
        for where, term, boost in flat:
            for number in self._members(where, term):
                scores[number] = scores.get(number, 0.0) + boost
        for id_, boost in plan.pinned.items():
            if (known := self._facts.numbers.get(id_)) is not None:
                scores[known] = scores.get(known, 0.0) + boost
        return scores

    def _clause_scores(self, clause: Clause, boosts: Mapping[Field, float]) -> dict[int, float]:
        """The best that any of the alternatives gives."""
        best: dict[int, float] = {}
        for alternative in clause.alternatives:
            scores = self._alternative_scores(alternative, boosts)
            if not best:
                best = scores
                continue
            for number, score in scores.items():
                if score > best.get(number, 0.0):
                    best[number] = score
        return best

    def _alternative_scores(
        self, alternative: Alternative, boosts: Mapping[Field, float]
    ) -> dict[int, float]:
        """The mean score of the terms, for documents that have them all."""
        part = alternative.weight / max(1, len(alternative.terms))
        weights = {where: boost * part for where, boost in boosts.items()}
        found = [self._term_scores(term, weights) for term in alternative.terms]
        return _sums(found, minimum=len(found)) if len(found) != 1 else found[0]

    def _term_scores(self, term: str, weights: Mapping[Field, float]) -> dict[int, float]:
        scores: dict[int, float] = {}
        for where, weight in sorted(weights.items()):
            numbers, parts = self._postings(where, term)
            if not scores:
                scores = dict(zip(numbers, map(weight.__mul__, parts), strict=True))
                continue
            for number, score in zip(numbers, parts, strict=True):
                scores[number] = scores.get(number, 0.0) + weight * score
        return scores

    def _filter(self, plan: Plan, scores: dict[int, float]) -> dict[int, float]:
        """What the filters, the phrases and the exclusions leave."""
        kept = set(scores)
        for group in plan.filters.labels():
            kept = set().union(*(_among(kept, self._members("labels", each)) for each in group))
        for term in plan.excluded:
            kept -= _among(kept, self._members(Field.BODY, term))
        if least := plan.filters.minimum_confidence:
            kept = {number for number in kept if self._facts.confidence[number] >= least}
        if since := plan.filters.updated_since_ms:
            kept = {number for number in kept if self._facts.updated_ms[number] >= since}
        for phrase in filter(None, plan.phrases):
            for term in set(phrase):
                kept = _among(kept, self._members(Field.BODY, term))
            kept = {number for number in kept if self._has_phrase(number, phrase)}
        return scores if len(kept) == len(scores) else {n: scores[n] for n in kept}

    def _has_phrase(self, number: int, phrase: Sequence[str]) -> bool:
        column, base = next(pair for pair in reversed(self._sequences) if pair[1] <= number)
        with self._files, damage_as_missing():
            sequence: bytes = column[number - base]
        return f" {' '.join(phrase)} ".encode() in b" " + sequence + b" "

    def _members(self, where: str, term: str) -> Sequence[int]:
        return self._postings(where, term)[0]

    def _decode(self, where: str, term: str) -> tuple[Sequence[int], Sequence[float]]:
        """The documents that have a term, and its BM25 in each if the field has scores."""
        numbers, frequencies = array("I"), array("f")
        with self._files, damage_as_missing():
            for leaf, base in self._leaves:
                if (str(where), term) in leaf:
                    matcher = leaf.postings(str(where), term)
                    while matcher.is_active():
                        numbers.append(base + matcher.id())
                        frequencies.append(matcher.weight())
                        matcher.next()
        if where not in self._facts.norms:
            return numbers, frequencies
        norms = self._facts.norms[Field(where)]
        weight = idf(len(numbers), self.count()) * (_K1 + 1)
        pairs = zip(numbers, frequencies, strict=True)
        return numbers, array("f", (weight * often / (often + norms[n]) for n, often in pairs))


def _sums(parts: Sequence[Mapping[int, float]], *, minimum: int) -> dict[int, float]:
    """The sums of the parts, for what is in enough of them; the counting is done in C."""
    if len(parts) == 1:
        return dict(parts[0]) if minimum <= 1 else {}
    counted: Counter[int] = Counter()
    for part in parts:
        counted.update(part.keys())
    enough = [number for number, times in counted.items() if times >= minimum]
    return {number: sum(part.get(number, 0.0) for part in parts) for number in enough}


def _among(few: Collection[int], numbers: Sequence[int]) -> set[int]:
    """Which of the few are among the numbers, which are in order."""
    if _FEW * len(few) > len(numbers):
        return set(few).intersection(numbers)
    places = ((number, bisect_left(numbers, number)) for number in few)
    return {number for number, at in places if at < len(numbers) and numbers[at] == number}


def _best(scores: dict[int, float], wanted: int) -> Mapping[int, float]:
    """The best, and all that are equal to the last of them."""
    if not 0 < wanted < len(scores):
        return scores
    least = round_score(nlargest(wanted, scores.values())[-1])
    return {number: score for number, score in scores.items() if round_score(score) >= least}


def _read_facts(leaves: Sequence[tuple[Any, int]]) -> _Facts:
    facts = _Facts()
    lengths: dict[Field, MutableSequence[int]] = {field: array("I") for field in Field}
    live: list[int] = []
    for leaf, base in leaves:
        for number, record in enumerate(leaf.column_reader("facts"), start=base):
            confidence, updated_ms, *of_fields = _FACTS.unpack_from(record)
            facts.ids.append(record[_FACTS.size :].decode())
            facts.confidence.append(confidence)
            facts.updated_ms.append(updated_ms)
            for where, length in zip(Field, of_fields, strict=True):
                lengths[where].append(length)
            if not leaf.is_deleted(number - base):
                live.append(number)
    facts.numbers.update((facts.ids[number], number) for number in live)
    for where in Field:
        average = sum(lengths[where][number] for number in live) / max(1, len(live)) or 1.0
        steady, growing = _K1 * (1 - _B), _K1 * _B / average
        facts.norms[where].extend(steady + growing * _coarse(n) for n in lengths[where])
    return facts


def _coarse(length: int) -> int:
    """A length as one byte keeps it: exact below 40, then four binary digits.

    Lucene's SmallFloat.intToByte4, which Tantivy's field norms follow.
    """
    above = length - 24
    digits = max(0, above.bit_length() - 4)
    return length if above < 16 else 24 + (above >> digits << digits)
