"""Reasons: what speaks for a hit, as passages to point to and as highlighted texts."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from corpus.diagnosis.scoring import Match
from corpus.search.engine import Clause
from corpus.search.highlight import Excerpts, Highlight
from corpus.search.tuning import ERROR_ROW
from corpus.store.summaries import ArticleSummary, Passage, PassageKind

MOST = 3
"""Passages that are shown of a hit."""


class Reasons:
    """Why the hits of one search are hits."""

    def __init__(
        self,
        clauses: Sequence[Clause],
        *,
        phrases: Sequence[Sequence[str]],
        pointed: Sequence[Match[str]],
        weight: Callable[[str], float],
        highlight: Highlight,
    ) -> None:
        self._pointed = {match.key: match for match in pointed}
        self._words: defaultdict[str, list[_Way]] = defaultdict(list)
        self._groups: list[_Way] = []
        for number, clause in enumerate(clauses):
            for way in _ways(number, clause, weight):
                self._add(way)
        self._wanted = {*self._words, *(term for way in self._groups for term in way.terms)}
        self._wanted |= {term for phrase in phrases for term in phrase}
        self._excerpts = None if highlight is Highlight.NONE else Excerpts(self._wanted, highlight)

    def passages(self, summary: ArticleSummary, lang: str) -> tuple[Passage, ...]:
        """The passages that say most of what was asked; the row of the signature leads."""
        shown = summary.lang(lang)
        pointed = self._pointed.get(summary.id)
        row = summary.row(pointed.claimed, shown) if pointed else None
        telling = [
            (-self._rating(passage, said), place, passage)
            for place, passage in enumerate(summary.passages)
            if passage.lang in ("", shown)
            and not self._wanted.isdisjoint(said := passage.terms.split())
        ]
        telling.sort(key=lambda rated: rated[:2])
        best = [passage for rating, _, passage in telling if rating and passage is not row]
        return tuple([row, *best] if row else best)[:MOST]

    def highlights(
        self, summary: ArticleSummary, lang: str, *, body: str
    ) -> dict[str, tuple[str, ...]]:
        """The title, the summary and the content where they have what was asked."""
        if self._excerpts is None:
            return {}
        shown = summary.lang(lang)
        texts = {"title": summary.title[shown], "summary": summary.summary[shown], "content": body}
        found = {name: self._excerpts.of(text) for name, text in texts.items()}
        return {name: (text,) for name, text in found.items() if text is not None}

    def _add(self, way: "_Way") -> None:
        if len(way.terms) == 1:
            self._words[way.terms[0]].append(way)
        else:
            self._groups.append(way)

    def _rating(self, passage: Passage, said: Sequence[str]) -> float:
        """What a passage with these terms tells of what was asked: of each clause its best way."""
        ways = [way for term in said if term in self._words for way in self._words[term]]
        if self._groups:
            together = self._wanted.intersection(said)
            ways += [way for way in self._groups if together.issuperset(way.terms)]
        best: dict[int, float] = {}
        for way in ways:
            best[way.clause] = max(way.told, best.get(way.clause, 0.0))
        rating = sum(best.values())
        return rating * ERROR_ROW if passage.kind is PassageKind.ERROR else rating


class _Way(NamedTuple):
    """One of the ways to satisfy a clause."""

    clause: int
    terms: tuple[str, ...]
    told: float


def _ways(number: int, clause: Clause, weight: Callable[[str], float]) -> Iterator[_Way]:
    """The ways to satisfy a clause with what each tells: literal words more than others."""
    for way in clause.alternatives:
        told = way.weight * sum(map(weight, way.terms)) / len(way.terms)
        yield _Way(number, way.terms, told)
