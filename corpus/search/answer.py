"""A search from what was typed to what is shown: hits, why they are hits, what else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from corpus import catalog
from corpus.cards import Card, Passage, PassageKind
from corpus.diagnosis import compare
from corpus.filters import Filters
from corpus.library import Reading
from corpus.matching import Match, Outcome, observe
from corpus.search.analysis import terms, tokenize
from corpus.search.engine import Field, Plan, Sort
from corpus.search.highlight import Highlight, excerpt
from corpus.search.query import read_query
from corpus.search.ranking import TYPO, plan, weigher

SIGNATURE = 3_000.0
"""What a message that fits a signature entirely adds to a score."""
_POINTED_TO = 20
_MATCHES = 3
_ALL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for; `page` counts from 1."""

    q: str = ""
    filters: Filters = Filters()
    lang: str = ""
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = 20
    highlight: Highlight = Highlight.TEXT
    facets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article on a page of results."""

    card: Card
    score: float | None
    matches: tuple[Passage, ...] = ()
    highlights: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of results."""

    total: int
    items: tuple[Found, ...]
    facets: Mapping[str, Mapping[str, int]] | None = None
    suggestion: str | None = None


def search(reading: Reading, request: Request) -> Answer:
    """Answers a search from one generation; without a query, the newest articles."""
    query = read_query(request.q, request.filters)
    offset = (request.page - 1) * request.page_size
    if not query.text:
        return _newest(reading, request, query.filters, offset)
    pointed = _pointed_to(reading, query.text, query.filters)
    pinned = {match.key: _pin(match) for match in pointed}
    planned = plan(query, reading.index, pinned=pinned, lang=request.lang, sort=request.sort)
    hits = reading.index.search(planned, offset=offset, limit=request.page_size)
    cards = reading.cards.load(reading.connection, [hit.id for hit in hits.items])
    wanted = _wanted(planned, query.text)
    shown = _Shown(reading, request, wanted, {match.key: match for match in pointed})
    items = tuple(shown.found(card, hit.score) for card, hit in zip(cards, hits.items, strict=True))
    facets = None
    if request.facets:
        everything = reading.index.search(planned, offset=0, limit=_ALL)
        facets = catalog.facets(reading.connection, [hit.id for hit in everything.items])
    return Answer(
        total=hits.total,
        items=items,
        facets=facets,
        suggestion=_suggestion(request.q, planned, cards),
    )


def _newest(reading: Reading, request: Request, filters: Filters, offset: int) -> Answer:
    page = catalog.newest(
        reading.connection, filters, sort=request.sort, offset=offset, limit=request.page_size
    )
    facets = None
    if request.facets:
        everything = catalog.newest(
            reading.connection, filters, sort=request.sort, offset=0, limit=_ALL
        )
        facets = catalog.facets(reading.connection, everything.items)
    cards = reading.cards.load(reading.connection, page.items)
    return Answer(
        total=page.total, items=tuple(Found(card=card, score=None) for card in cards), facets=facets
    )


def _pointed_to(reading: Reading, text: str, filters: Filters) -> Sequence[Match[str]]:
    """The articles whose error signatures the query shows: it may be a message or a log."""
    if len(text.split()) < 2 and not any(not character.isascii() for character in text):
        return ()
    return compare(reading, observe(text), filters=filters, limit=_POINTED_TO).matches


def _pin(match: Match[str]) -> float:
    part = 1.0 if match.outcome in (Outcome.EXACT, Outcome.LIKELY) else 0.1
    return SIGNATURE * match.score * part


def _wanted(planned: Plan, text: str) -> frozenset[str]:
    """The terms to mark: what was typed, and whatever else was searched in its place."""
    return frozenset(
        term
        for clause in planned.clauses
        for alternative in clause.alternatives
        for term in alternative.terms
    ) or frozenset(terms(text))


class _Shown:
    """Chooses what to show of each hit."""

    def __init__(
        self,
        reading: Reading,
        request: Request,
        wanted: frozenset[str],
        pointed: Mapping[str, Match[str]],
    ) -> None:
        self._reading = reading
        self._request = request
        self._wanted = wanted
        self._pointed = pointed
        weight = weigher(reading.index, Field.BODY)
        self._weights = {term: weight(term) for term in wanted}

    def found(self, card: Card, score: float) -> Found:
        lang = self._request.lang if self._request.lang in card.languages else card.languages[0]
        return Found(
            card=card,
            score=round(score, 4),
            matches=tuple(self._matches(card, lang)),
            highlights=self._highlights(card, lang),
        )

    def _matches(self, card: Card, lang: str) -> list[Passage]:
        """The passages that say most of what was asked; the row of the signature leads."""
        pointed = self._pointed.get(card.metadata.id)
        rated = []
        for place, passage in enumerate(card.passages):
            if passage.lang not in ("", lang):
                continue
            rating = sum(self._weights[term] for term in passage.terms & self._wanted)
            if passage.kind is PassageKind.ERROR:
                rating *= 1.5
                if pointed and pointed.claimed.anchor == passage.anchor:
                    rating += 1_000
            if rating > 0:
                rated.append((-rating, place, passage))
        return [passage for _, _, passage in sorted(rated)[:_MATCHES]]

    def _highlights(self, card: Card, lang: str) -> dict[str, tuple[str, ...]]:
        style = self._request.highlight
        if style is Highlight.NONE:
            return {}
        texts = {"title": card.title[lang], "summary": card.summary[lang]}
        shown = {name: excerpt(text, self._wanted, style) for name, text in texts.items()}
        return {name: (text,) for name, text in shown.items() if text is not None}


def _suggestion(typed: str, planned: Plan, cards: Sequence[Card]) -> str | None:
    """The query with its typos corrected to words of the best hits."""
    corrected = typed
    for clause in planned.clauses:
        typos = {a.terms[0] for a in clause.alternatives if a.weight == TYPO}
        if typos and (word := _surface(typos, cards)):
            meant = next(iter(clause.alternatives)).terms[0]
            for token in reversed(tokenize(corrected)):
                if token.term == meant:
                    corrected = corrected[: token.start] + word + corrected[token.end :]
    return corrected if corrected != typed else None


def _surface(wanted: Collection[str], cards: Sequence[Card]) -> str | None:
    """How a term is written in the titles, summaries and passages of these articles."""
    for card in cards[:5]:
        texts = (*card.title.values(), *card.summary.values(), *(p.text for p in card.passages))
        for text in texts:
            for token in tokenize(text):
                if token.term in wanted:
                    return text[token.start : token.end].lower()
    return None
