"""Reasons: what speaks for a hit, as passages to point to and as highlighted texts."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from corpus.diagnosis.matching.match import Match
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
        self._words: defaultdict[str, list[_WeighedWay]] = defaultdict(list)
        self._groups: list[_WeighedWay] = []
        for number, clause in enumerate(clauses):
            for way in _ways(number, clause, weight):
                self._add(way)
        wanted = dict.fromkeys(self._words)
        wanted |= dict.fromkeys(term for way in self._groups for term in way.terms)
        wanted |= dict.fromkeys(term for phrase in phrases for term in phrase)
        self._wanted = [(term, f" {term} ") for term in wanted]
        self._excerpts = None if highlight is Highlight.NONE else Excerpts(wanted, highlight)

    def passages(self, summary: ArticleSummary, lang: str) -> tuple[Passage, ...]:
        """The passages that say most of what was asked; the row of the signature leads."""
        shown = summary.lang(lang)
        pointed = self._pointed.get(summary.id)
        row = summary.row(pointed.claimed, shown) if pointed else None
        best = [summary.passage(number) for number in self._best(summary, shown)[:MOST]]
        return tuple([row, *(each for each in best if each != row)] if row else best)[:MOST]

    def _best(self, summary: ArticleSummary, lang: str) -> list[int]:
        """The numbers of the passages that have any of the wanted terms, the most telling first."""
        found = self._terms_by_passage(summary.said)
        if not found:
            return []
        rated = []
        lines = summary.said.split("\n")
        for number, said in found.items():
            _, kind, own = lines[number].partition(" ")[0].split("|")
            if own in ("", lang) and (rating := self._rating(kind, said)):
                rated.append((-rating, number))
        return [number for _, number in sorted(rated)]

    def _terms_by_passage(self, text: str) -> dict[int, list[str]]:
        """The wanted terms that passages have, by the number of the passage."""
        found: dict[int, list[str]] = {}
        for term, spaced in self._wanted:
            number, last = 0, 0
            at = text.find(spaced)
            while at >= 0:
                number += text.count("\n", last, at)
                found.setdefault(number, []).append(term)
                last, at = at, text.find(spaced, at + 1)
        return found

    def highlights(
        self, summary: ArticleSummary, lang: str, *, body: str
    ) -> dict[str, tuple[str, ...]]:
        """The title, the summary and the content where they have what was asked."""
        if self._excerpts is None:
            return {}
        shown = summary.lang(lang)
        texts = {"title": summary.title[shown], "summary": summary.summary[shown], "content": body}
        return {
            name: (excerpt,)
            for name, text in texts.items()
            if (excerpt := self._excerpts.of(text)) is not None
        }

    def _add(self, way: "_WeighedWay") -> None:
        if len(way.terms) == 1:
            self._words[way.terms[0]].append(way)
        else:
            self._groups.append(way)

    def _rating(self, kind: str, said: Sequence[str]) -> float:
        """What a passage with these terms tells of what was asked: of each clause its best way."""
        ways = [way for term in said for way in self._words.get(term, ())]
        if self._groups:
            ways += [way for way in self._groups if set(way.terms).issubset(said)]
        best: dict[int, float] = {}
        for clause, _, told in ways:
            if told > best.get(clause, 0.0):
                best[clause] = told
        rating = math.fsum(best.values())
        return rating * ERROR_ROW if kind == PassageKind.ERROR else rating


class _WeighedWay(NamedTuple):
    """One of the ways to satisfy a clause."""

    clause: int
    terms: tuple[str, ...]
    told: float


def _ways(number: int, clause: Clause, weight: Callable[[str], float]) -> Iterator[_WeighedWay]:
    """The ways to satisfy a clause with what each tells: literal words more than others."""
    for way in clause.alternatives:
        told = way.weight * sum(map(weight, way.terms)) / len(way.terms)
        yield _WeighedWay(number, way.terms, told)
