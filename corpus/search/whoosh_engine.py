"""Full-text search in pure Python: Whoosh keeps the postings, the scoring is here.

Whoosh's own query tree walks every posting of every term through several layers of
matchers; on 10,000 articles a ten-word question takes 200 ms. Here the postings of a
term are decoded once into two arrays, kept while they are in demand, and added up term
by term, the rare ones first.

Scores are BM25 (Robertson and Zaragoza, 2009) with k1 = 1.2 and b = 0.75, as Tantivy
and Lucene compute them, so that engines rank alike.
"""

import math
import os
import shutil
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from whoosh import columns, fields, index
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.index import IndexError as WhooshError

from corpus.errors import IndexMissing
from corpus.search.engine import (
    Alternative,
    Change,
    Field,
    Hit,
    Hits,
    IndexDocument,
    OpenIndex,
    Plan,
    Removal,
    Sort,
)

_K1 = 1.2
_B = 0.75
_MEMORY_MB = 96
_POSTINGS_KEPT = 2048
_PREFERRED_BONUS = 1e-3


def _schema() -> fields.Schema:
    words = SpaceSeparatedTokenizer()
    terms = fields.TEXT(analyzer=words, phrase=False)
    labels = fields.KEYWORD(stored=False, scorable=False)
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        names=labels,
        labels=labels,
        **{str(field): terms for field in Field},
        sequence=fields.COLUMN(columns.VarBytesColumn()),
        confidence=fields.COLUMN(columns.NumericColumn("q")),
        updated_ms=fields.COLUMN(columns.NumericColumn("q")),
    )


class WhooshEngine:
    """The embedded default: right for a few thousand articles."""

    name = "whoosh"
    blocking_ms = 20.0

    def write(self, folder: Path, *, previous: Path | None, changes: Iterable[Change]) -> None:
        """See Engine. Segments are never changed, so the old ones are linked, not copied."""
        shutil.rmtree(folder, ignore_errors=True)
        if previous is None:
            folder.mkdir(parents=True)
            opened = index.create_in(folder, _schema())
        else:
            shutil.copytree(
                previous, folder, copy_function=os.link, ignore=shutil.ignore_patterns("*LOCK")
            )
            opened = index.open_dir(folder)
        writer = opened.writer(limitmb=_MEMORY_MB)
        for change in changes:
            if isinstance(change, Removal):
                writer.delete_by_term("id", change.id)
            else:
                writer.add_document(**_stored(change))
        writer.commit()
        opened.close()

    def open(self, folder: Path) -> OpenIndex:
        """See Engine."""
        try:
            return WhooshIndex(index.open_dir(folder, readonly=True).reader())
        except (WhooshError, OSError, EOFError, KeyError, ValueError) as error:
            raise IndexMissing("the search index is missing or damaged") from error


def _stored(document: IndexDocument) -> dict[str, Any]:
    return {
        "id": document.id,
        "names": " ".join(document.names),
        "labels": " ".join(document.labels),
        **{str(field): text for field, text in document.texts.items()},
        "sequence": document.texts.get(Field.BODY, "").encode(),
        "confidence": document.confidence,
        "updated_ms": document.updated_ms,
    }


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is kept in memory of each document, by document number."""

    ids: list[str]
    numbers: dict[str, int]
    confidence: Sequence[int]
    updated_ms: Sequence[int]
    lengths: Mapping[Field, Sequence[int]]
    average: Mapping[Field, float]


class WhooshIndex:
    """A reader of one index, with the postings in demand kept decoded."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._facts = _read_facts(reader)
        self._sequences = reader.column_reader("sequence")
        self._files = Lock()  # a reader's files have one position each
        self._postings = lru_cache(_POSTINGS_KEPT)(self._decode)

    def search(self, plan: Plan, *, offset: int, limit: int) -> Hits:
        """See OpenIndex."""
        scores = self._scores(plan)
        allowed = self._allowed(plan)
        if allowed is not None:
            scores = {number: score for number, score in scores.items() if number in allowed}
        for phrase in plan.phrases:
            scores = {n: score for n, score in scores.items() if self._has_phrase(n, phrase)}
        if plan.preferred:
            for number in self._postings("labels", plan.preferred)[0]:
                if number in scores:
                    scores[number] += _PREFERRED_BONUS
        ranked = sorted(scores, key=lambda number: self._rank(plan, number, scores[number]))
        return Hits(
            total=len(ranked),
            items=tuple(
                Hit(id=self._facts.ids[number], score=scores[number])
                for number in ranked[offset : offset + limit]
            ),
        )

    def frequency(self, term: str, where: Field) -> int:
        """See OpenIndex."""
        with self._files:
            return int(self._reader.doc_frequency(str(where), term))

    def similar(self, term: str, *, limit: int) -> Sequence[str]:
        """See OpenIndex."""
        distance = 1 if len(term) < 8 else 2
        with self._files:
            found = list(self._reader.terms_within(str(Field.BODY), term, distance, prefix=1))
        ranked = sorted(found, key=lambda other: (-self.frequency(other, Field.BODY), other))
        return [other for other in ranked if other != term][:limit]

    def count(self) -> int:
        """See OpenIndex."""
        return int(self._reader.doc_count())

    def close(self) -> None:
        """See OpenIndex."""
        self._reader.close()

    def _rank(self, plan: Plan, number: int, score: float) -> tuple[float, int, str]:
        facts = self._facts
        best = {
            Sort.RELEVANCE: score,
            Sort.UPDATED: facts.updated_ms[number],
            Sort.CONFIDENCE: facts.confidence[number],
        }[plan.sort]
        return (-round(best, 6), -facts.updated_ms[number], facts.ids[number])

    def _scores(self, plan: Plan) -> dict[int, float]:
        scores: dict[int, float] = {}
        matched: Counter[int] = Counter()
        for clause in plan.clauses:
            best: dict[int, float] = {}
            for alternative in clause.alternatives:
                for number, score in self._alternative_scores(alternative, plan.boosts).items():
                    best[number] = max(score, best.get(number, 0.0))
            matched.update(best.keys())
            for number, score in best.items():
                scores[number] = scores.get(number, 0.0) + score
        scores = {n: score for n, score in scores.items() if matched[n] >= plan.minimum}
        for name in plan.names:
            for number in self._postings("names", name)[0]:
                scores[number] = scores.get(number, 0.0) + plan.name_boost
        for id_, boost in plan.pinned.items():
            if (known := self._facts.numbers.get(id_)) is not None:
                scores[known] = scores.get(known, 0.0) + boost
        return scores

    def _alternative_scores(
        self, alternative: Alternative, boosts: Mapping[Field, float]
    ) -> dict[int, float]:
        """The mean score of the terms, for documents that have them all."""
        first, *others = (self._term_scores(term, boosts) for term in alternative.terms)
        if not others and alternative.weight == 1.0:
            return first
        common = set(first).intersection(*others)
        part = alternative.weight / (1 + len(others))
        return {n: part * (first[n] + sum(other[n] for other in others)) for n in common}

    def _term_scores(self, term: str, boosts: Mapping[Field, float]) -> dict[int, float]:
        scores: dict[int, float] = {}
        for where, boost in boosts.items():
            numbers, frequencies = self._postings(str(where), term)
            if not numbers:
                continue
            lengths, average = self._facts.lengths[where], self._facts.average[where]
            weight = boost * _idf(len(numbers), len(self._facts.ids)) * (_K1 + 1)
            steady, growing = _K1 * (1 - _B), _K1 * _B / average
            for number, frequency in zip(numbers, frequencies, strict=True):
                norm = steady + growing * lengths[number]
                scores[number] = scores.get(number, 0.0) + weight * frequency / (frequency + norm)
        return scores

    def _allowed(self, plan: Plan) -> set[int] | None:
        """The documents that the filters leave, or None if there are no filters."""
        allowed: set[int] | None = None
        for group in plan.filters.labels():
            members = {n for label in group for n in self._postings("labels", label)[0]}
            allowed = members if allowed is None else allowed & members
        least, since = plan.filters.minimum_confidence, plan.filters.updated_since_ms
        if least or since or plan.excluded:
            facts = self._facts
            excluded = {
                n for term in plan.excluded for n in self._postings(str(Field.BODY), term)[0]
            }
            allowed = {
                number
                for number in (range(len(facts.ids)) if allowed is None else allowed)
                if facts.confidence[number] >= least
                and facts.updated_ms[number] >= since
                and number not in excluded
            }
        return allowed

    def _has_phrase(self, number: int, phrase: Sequence[str]) -> bool:
        with self._files:
            sequence: bytes = self._sequences[number]
        return f" {' '.join(phrase)} ".encode() in b" " + sequence + b" "

    def _decode(self, where: str, term: str) -> tuple[Sequence[int], Sequence[float]]:
        numbers: MutableSequence[int] = array("I")
        weights: MutableSequence[float] = array("f")
        with self._files:
            if (where, term) not in self._reader:
                return numbers, weights
            matcher = self._reader.postings(where, term)
            while matcher.is_active():
                numbers.append(matcher.id())
                weights.append(matcher.weight())
                matcher.next()
        return numbers, weights


def _idf(having: int, documents: int) -> float:
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))


def _read_facts(reader: Any) -> _Facts:
    size = reader.doc_count_all()
    ids = [""] * size
    for number, stored in reader.iter_docs():
        ids[number] = stored["id"]
    confidence, updated_ms = (
        array("q", (values[number] for number in range(size)))
        for values in (reader.column_reader("confidence"), reader.column_reader("updated_ms"))
    )
    lengths = {field: array("I", _lengths(reader, field, size)) for field in Field}
    return _Facts(
        ids=ids,
        numbers={id_: number for number, id_ in enumerate(ids) if id_},
        confidence=confidence,
        updated_ms=updated_ms,
        lengths=lengths,
        average={field: sum(lengths[field]) / max(size, 1) or 1.0 for field in Field},
    )


def _lengths(reader: Any, where: Field, size: int) -> Iterator[int]:
    return (int(reader.doc_field_length(number, str(where), 0)) for number in range(size))
