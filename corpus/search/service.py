"""A search from what was typed to what is shown: hits, why they are hits, what else."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpus.diagnosis.pairs import ObservedLine, observe
from corpus.diagnosis.scoring import Match
from corpus.search.diagnosis import compare
from corpus.search.documents import whole
from corpus.search.engine import Field, Plan
from corpus.search.explanation import Reasons
from corpus.search.highlight import Highlight
from corpus.search.planner import TYPO, plan
from corpus.search.query import Query, read_query
from corpus.search.reading import Reading
from corpus.search.term_statistics import weigher
from corpus.store.cards import Card, Passage, bodies
from corpus.store.filters import Filters, Sort
from corpus.store.queries import catalog
from corpus.text.analysis import tokenize

SURE = 5_000.0
"""What a sure match of an error message adds to a score: more than words can."""
STEP = 200.0
"""How far the next best sure match stands behind: further than words can make good."""
EQUAL = 0.001
"""Sure matches whose scores are closer than this stand side by side; then words decide."""
RELATED = 20.0
"""What a related message adds, at most: about as much as two telling words."""
_POINTED_TO = 20
_ALL = 1_000_000
_GAP = re.compile(r"<[a-z]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What is asked for; `page` counts from 1."""

    q: str = ""
    filters: Filters = field(default_factory=Filters)
    lang: str = ""
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = 20
    highlight: Highlight = Highlight.TEXT
    facets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """An article on a page of results."""

    card: Card
    score: float | None
    matches: tuple[Passage, ...] = ()
    highlights: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """A page of results."""

    total: int
    items: tuple[SearchHit, ...]
    facets: Mapping[str, Mapping[str, int]] | None = None
    suggestion: str | None = None


def search(reading: Reading, request: SearchRequest) -> SearchResults:
    """Answers a search from one generation; without a query, the newest articles."""
    query = _as_named(reading, read_query(request.q, request.filters))
    if not query.text:
        return _newest(reading, request, query.filters)
    observed = observe(query.text) if _may_be_message(query.text) else []
    pointed = compare(reading, observed, filters=query.filters, limit=_POINTED_TO).matches
    planned = plan(
        _as_words(query, observed),
        reading.index,
        pinned=_pins(pointed),
        lang=request.lang,
        sort=request.sort,
    )
    return _page(reading, request, query=query, planned=planned, pointed=pointed)


def _as_named(reading: Reading, query: Query) -> Query:
    """The query without its minus where, as it was typed, it is a name: `find -exec`."""
    if not query.excluded:
        return query
    named = Plan(boosts={}, names=whole(query.typed), name_boost=1.0)
    if not reading.index.search(named, offset=0, limit=1).total:
        return query
    return replace(query, text=query.typed, phrases=(), excluded=())


def _newest(reading: Reading, request: SearchRequest, filters: Filters) -> SearchResults:
    offset = (request.page - 1) * request.page_size
    page = catalog.newest(
        reading.connection, filters, sort=request.sort, offset=offset, limit=request.page_size
    )
    facets = catalog.facets_of(reading.connection, filters) if request.facets else None
    cards = reading.cards.load(reading.connection, page.items)
    return SearchResults(
        total=page.total,
        items=tuple(SearchHit(card=card, score=None) for card in cards),
        facets=facets,
    )


def _may_be_message(text: str) -> bool:
    """Whether it is more than one word: a word alone is found by its postings."""
    return len(text.split()) > 1 or not text.isascii()


def _as_words(query: Query, observed: Sequence[ObservedLine]) -> Query:
    """Of a log, only the words of the line that matters most are searched."""
    if not query.is_log:
        return query
    return replace(query, text=_GAP.sub(" ", observed[0].signature.template) if observed else "")


def _pins(matches: Sequence[Match[str]]) -> dict[str, float]:
    """Sure matches in their order, equals side by side, above all that words can say."""
    pins: dict[str, float] = {}
    place, last = 0, 0.0
    for match in matches:
        if not (match.is_close or match.is_verbatim):
            pins[match.key] = RELATED * match.score
            continue
        if match.score < last - EQUAL:
            place += 1
        last = match.score
        pins[match.key] = SURE - STEP * place
    return pins


def _page(
    reading: Reading,
    request: SearchRequest,
    *,
    query: Query,
    planned: Plan,
    pointed: Sequence[Match[str]],
) -> SearchResults:
    """The page that was asked for; who has to count facets takes all hits in one go."""
    offset, size = (request.page - 1) * request.page_size, request.page_size
    facets = reading.index.facets(planned) if request.facets else None
    if request.facets and facets is None:
        everything = reading.index.search(planned, offset=0, limit=_ALL)
        facets = catalog.facets(reading.connection, [hit.id for hit in everything.items])
        total, hits = everything.total, everything.items[offset : offset + size]
    else:
        some = reading.index.search(planned, offset=offset, limit=size)
        total, hits = some.total, some.items
    cards = reading.cards.load(reading.connection, [hit.id for hit in hits])
    return SearchResults(
        total=total,
        items=_found(
            reading,
            request,
            cards=cards,
            scores=[hit.score for hit in hits],
            reasons=Reasons(
                planned,
                pointed=pointed,
                weight=weigher(reading.index, Field.BODY),
                highlight=request.highlight,
            ),
        ),
        facets=facets,
        suggestion=_suggestion(query.typed, planned, cards),
    )


def _found(
    reading: Reading,
    request: SearchRequest,
    *,
    cards: Sequence[Card],
    scores: Sequence[float],
    reasons: Reasons,
) -> tuple[SearchHit, ...]:
    """The hits with what speaks for each."""
    texts = {}
    if request.highlight is not Highlight.NONE:
        texts = bodies(reading.connection, cards, request.lang)
    return tuple(
        SearchHit(
            card=card,
            score=round(score, 4),
            matches=reasons.passages(card, request.lang),
            highlights=reasons.highlights(card, request.lang, body=texts.get(card.id, "")),
        )
        for card, score in zip(cards, scores, strict=True)
    )


# Did you mean


def _suggestion(typed: str, planned: Plan, cards: Sequence[Card]) -> str | None:
    """The query with its typos corrected to words of the best hits."""
    corrected = typed
    for clause in planned.clauses:
        typos = {way.terms[0] for way in clause.alternatives if way.weight == TYPO}
        if typos and (word := _surface(typos, cards)):
            meant = clause.alternatives[0].terms[0]
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
