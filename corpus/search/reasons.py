"""Reasons: what speaks for a hit, as passages to point to and as highlighted texts."""

from collections.abc import Callable, Collection, Mapping, Sequence

from corpus.cards import Card, Passage, PassageKind
from corpus.matching import Match
from corpus.search.engine import Clause, Plan
from corpus.search.highlight import Highlight, excerpt

MOST = 3
"""Passages that are shown of a hit."""
_ROW = 1.5
"""A row of an error table has the cause and the solution beside the message."""
_CERTAIN = 1_000.0
"""The row whose signature was recognised comes first."""


class Reasons:
    """Why the hits of one search are hits."""

    def __init__(
        self, plan: Plan, pointed: Sequence[Match[str]], weight: Callable[[str], float]
    ) -> None:
        self._pointed: Mapping[str, Match[str]] = {match.key: match for match in pointed}
        self._clauses = [_weighed(clause, weight) for clause in plan.clauses]
        self._wanted = {term for ways in self._clauses for terms, _ in ways for term in terms}
        self._wanted |= {term for phrase in plan.phrases for term in phrase}

    def passages(self, card: Card, lang: str) -> tuple[Passage, ...]:
        """The passages that say most of what was asked; the row of the signature leads."""
        shown = card.lang(lang)
        pointed = self._pointed.get(card.metadata.id)
        row = card.row(pointed.claimed, shown) if pointed else None
        rated = []
        for place, passage in enumerate(card.passages):
            if passage is row:
                rated.append((-_CERTAIN, place, passage))
            elif passage.lang in ("", shown) and (rating := self._rating(passage)) > 0:
                rated.append((-rating, place, passage))
        return tuple(passage for _, _, passage in sorted(rated, key=lambda item: item[:2])[:MOST])

    def highlights(
        self, card: Card, lang: str, *, body: str, style: Highlight
    ) -> dict[str, tuple[str, ...]]:
        """The title, the summary and the content where they have what was asked."""
        if style is Highlight.NONE:
            return {}
        shown = card.lang(lang)
        texts = {"title": card.title[shown], "summary": card.summary[shown], "content": body}
        found = {name: excerpt(text, self._wanted, style) for name, text in texts.items()}
        return {name: (text,) for name, text in found.items() if text is not None}

    def _rating(self, passage: Passage) -> float:
        if self._wanted.isdisjoint(passage.terms):
            return 0.0
        said = set(passage.terms)
        rating = sum(_best(ways, said) for ways in self._clauses)
        return rating * _ROW if passage.kind is PassageKind.ERROR else rating


_Ways = list[tuple[tuple[str, ...], float]]


def _weighed(clause: Clause, weight: Callable[[str], float]) -> _Ways:
    """The ways to satisfy a clause, each with what it tells: literal words more than others."""
    return [
        (way.terms, way.weight * sum(map(weight, way.terms)) / len(way.terms))
        for way in clause.alternatives
    ]


def _best(ways: _Ways, said: Collection[str]) -> float:
    return max((told for terms, told in ways if all(term in said for term in terms)), default=0.0)
