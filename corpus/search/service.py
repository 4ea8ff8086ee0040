"""A search from what was typed to what is shown: hits, why they are hits, what else."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from msgspec import Struct

from corpus.checks.trust import Level
from corpus.diagnosis.matching.match import SURENESS, Match, MatchOutcome
from corpus.diagnosis.matching.observed_line import ObservedLine, observe
from corpus.search import tuning
from corpus.search.diagnosis import compare
from corpus.search.documents import whole
from corpus.search.engine import EVERYTHING, Field, Hit, Plan
from corpus.search.explanation import MOST, Reasons
from corpus.search.highlight import Highlight
from corpus.search.meaning import best_by_words, by_meaning, is_asked_in_words
from corpus.search.planner import PlannedQuery, plan
from corpus.search.query import Query, read_query
from corpus.search.reading import Reading, engine_span
from corpus.search.term_statistics import weigher
from corpus.store.filters import Filters, Sort
from corpus.store.queries import catalog
from corpus.store.stored_documents import bodies
from corpus.store.summaries import ArticleSummary, Passage, PassageKind
from corpus.text.analysis import terms, tokenize

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


class SearchHit(Struct, frozen=True, kw_only=True, gc=False):
    """An article on a page of results."""

    summary: ArticleSummary
    score: float | None
    outcome: MatchOutcome | None = None
    """How sure it is that this answers what was asked; None where nothing was."""
    matches: tuple[Passage, ...] = ()
    highlights: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """A page of results."""

    total: int
    items: tuple[SearchHit, ...]
    facets: Mapping[str, Mapping[str, int]] | None = None
    suggestion: str | None = None
    outcome: MatchOutcome | None = None
    """That of the best hit; None where nothing was asked."""


def search(reading: Reading, request: SearchRequest) -> SearchResults:
    """Answers a search from one generation; without a query, the newest articles."""
    with engine_span(reading, "search") as opened:
        found = _search(reading, request)
        opened.set("fixbook.outcome", found.outcome or MatchOutcome.NONE)
        return found


def _search(reading: Reading, request: SearchRequest) -> SearchResults:
    query = _keep_name(reading, read_query(request.q, request.filters))
    if not query.text:
        return _newest(reading, request, query.filters)
    observed = observe(query.text) if _may_be_message(query.text) else []
    pointed = compare(reading, observed, filters=query.filters, limit=tuning.POINTED_TO).matches
    planned = plan(
        query,
        reading.index,
        words=_words_of(query, observed),
        pinned=_pins(pointed),
        lang=request.lang,
        sort=request.sort,
    )
    if not pointed:
        planned = _with_meaning(reading, query, planned)
    return _page(reading, request, query=query, planned=planned, pointed=pointed)


def _keep_name(reading: Reading, query: Query) -> Query:
    """The query without its minus where, as it was typed, it is a name: `find -exec`."""
    if not query.excluded:
        return query
    named = Plan(boosts={}, names=dict.fromkeys(whole(query.typed), 1.0))
    if not reading.index.search(named, offset=0, limit=1).total:
        return query
    return replace(query, text=query.typed, phrases=(), excluded=())


def _with_meaning(reading: Reading, query: Query, planned: PlannedQuery) -> PlannedQuery:
    """The query with what meaning says of its hits, where words are not sure of the first."""
    if not is_asked_in_words(query, planned) or reading.model is None:
        return planned
    best = best_by_words(reading, planned)
    first = reading.summaries.load(reading.connection, [hit.id for hit in best[:1]])
    if not first:
        return planned
    outcome = _outcomes(best, planned, pointed=(), first=first[0])[0]
    is_unsure = outcome is MatchOutcome.RELATED and best[0].score >= planned.floor
    return by_meaning(reading, query, planned, best) if is_unsure else planned


def _newest(reading: Reading, request: SearchRequest, filters: Filters) -> SearchResults:
    offset = (request.page - 1) * request.page_size
    page = catalog.newest(
        reading.connection, filters, sort=request.sort, offset=offset, limit=request.page_size
    )
    facets = catalog.facets_of(reading.connection, filters) if request.facets else None
    summaries = reading.summaries.load(reading.connection, page.items)
    hits = (
        SearchHit(summary=summary, score=None, matches=_with_trusted((), summary, request))
        for summary in summaries
    )
    return SearchResults(total=page.total, items=tuple(hits), facets=facets)


def _may_be_message(text: str) -> bool:
    """Whether it is more than one word: a word alone is found by its postings."""
    return len(text.split()) > 1 or not text.isascii()


def _words_of(query: Query, observed: Sequence[ObservedLine]) -> str:
    """Of a log, only the words of the line that matters most are searched."""
    if not query.is_log:
        return query.text
    return _GAP.sub(" ", observed[0].signature.template) if observed else ""


def _pins(matches: Sequence[Match[str]]) -> dict[str, float]:
    """What messages add to a score: sure ones stand above all that words can say, in the order of
    a diagnosis."""
    sure = [match.key for match in matches if match.is_close or match.is_verbatim]
    places = {key: tuning.SURE - tuning.STEP * place for place, key in enumerate(sure)}
    return {match.key: tuning.RELATED * match.score for match in matches} | places


def _page(
    reading: Reading,
    request: SearchRequest,
    *,
    query: Query,
    planned: PlannedQuery,
    pointed: Sequence[Match[str]],
) -> SearchResults:
    """The page that was asked for; who has to count facets takes all hits in one go."""
    offset, size = (request.page - 1) * request.page_size, request.page_size
    facets = reading.index.facets(planned.plan) if request.facets else None
    if request.facets and facets is None:
        everything = reading.index.search(planned.plan, offset=0, limit=EVERYTHING)
        facets = catalog.facets(reading.connection, [hit.id for hit in everything.items])
        total, hits = everything.total, everything.items[offset : offset + size]
    else:
        some = reading.index.search(planned.plan, offset=offset, limit=size)
        total, hits = some.total, some.items
    if not _is_related(reading, planned, hits if not offset else ()):
        total, hits = 0, ()
        facets = catalog.facets(reading.connection, []) if request.facets else None
    summaries = reading.summaries.load(reading.connection, [hit.id for hit in hits])
    first = summaries[0] if summaries and not offset else None
    outcomes = _outcomes(hits, planned, pointed=pointed, first=first)
    return SearchResults(
        total=total,
        outcome=max(outcomes, key=SURENESS.__getitem__, default=MatchOutcome.NONE),
        items=_explained_hits(
            reading,
            request,
            summaries=summaries,
            scores=[hit.score for hit in hits],
            outcomes=outcomes,
            reasons=Reasons(
                planned.telling,
                phrases=planned.plan.phrases,
                pointed=pointed,
                weight=weigher(reading.index, Field.BODY),
                highlight=request.highlight,
            ),
        ),
        facets=facets,
        suggestion=_suggestion(query.typed, planned, summaries),
    )


def _is_related(reading: Reading, planned: PlannedQuery, first: Sequence[Hit]) -> bool:
    """Whether the best hit has to do with what was asked; it is `first` if they are sorted so."""
    if not planned.floor:
        return True
    if not first or planned.plan.sort is not Sort.RELEVANCE:
        best = replace(planned.plan, sort=Sort.RELEVANCE)
        first = reading.index.search(best, offset=0, limit=1).items
    return bool(first) and first[0].score >= planned.floor


def _explained_hits(
    reading: Reading,
    request: SearchRequest,
    *,
    summaries: Sequence[ArticleSummary],
    scores: Sequence[float],
    outcomes: Sequence[MatchOutcome],
    reasons: Reasons,
) -> tuple[SearchHit, ...]:
    """The hits with what speaks for each."""
    texts = {}
    if request.highlight is not Highlight.NONE:
        texts = bodies(reading.connection, summaries, request.lang)
    return tuple(
        SearchHit(
            summary=summary,
            score=round(score, 4),
            outcome=outcome,
            matches=_with_trusted(reasons.passages(summary, request.lang), summary, request),
            highlights=reasons.highlights(summary, request.lang, body=texts.get(summary.id, "")),
        )
        for summary, score, outcome in zip(summaries, scores, outcomes, strict=True)
    )


def _with_trusted(
    matches: tuple[Passage, ...], summary: ArticleSummary, request: SearchRequest
) -> tuple[Passage, ...]:
    """The passages of a hit; where a level of trust was asked for, its rows are those that have
    it, and there is one."""
    levels = [Level(value) for value in request.filters.trusts]
    rows = summary.trusted_rows(levels, summary.lang(request.lang)) if levels else []
    if not rows:
        return matches
    fitting = [m for m in matches if m.kind is not PassageKind.ERROR or m in rows]
    found = () if any(match in rows for match in fitting) else rows[:1]
    return (*fitting[: MOST - len(found)], *found)


# How sure


def _outcomes(
    hits: Sequence[Hit],
    planned: PlannedQuery,
    *,
    pointed: Sequence[Match[str]],
    first: ArticleSummary | None,
) -> list[MatchOutcome]:
    """How sure each hit is: by its name, by its message, else by its words if it is `first`."""
    by_message = {match.key: match.outcome for match in pointed}
    found = [
        max(
            _by_name(hit.score),
            by_message.get(hit.id, MatchOutcome.RELATED),
            key=SURENESS.__getitem__,
        )
        for hit in hits
    ]
    is_weak = bool(planned.typos) or planned.by_meaning
    if first is None or is_weak or found[0] is not MatchOutcome.RELATED:
        return found
    if _is_ahead(hits, planned) or _is_title(first, planned):
        found[0] = MatchOutcome.LIKELY
    return found


def _by_name(score: float) -> MatchOutcome:
    if score >= 3 * tuning.NAME:
        return MatchOutcome.EXACT
    is_keyword = score >= 2 * tuning.NAME
    is_inside = tuning.INSIDE <= score < tuning.SURE - tuning.STEP * tuning.POINTED_TO
    return MatchOutcome.LIKELY if is_keyword or is_inside else MatchOutcome.RELATED


def _is_ahead(hits: Sequence[Hit], planned: PlannedQuery) -> bool:
    """Whether the first hit has so much of the words, and so much more than the next."""
    if hits[0].score < planned.likely:
        return False
    return len(hits) < 2 or hits[0].score >= tuning.AHEAD * hits[1].score


def _is_title(first: ArticleSummary, planned: PlannedQuery) -> bool:
    """Whether all words of the query, and several, stand in a title."""
    if not planned.is_known or len(planned.telling) < tuning.OF_A_TITLE:
        return False
    asked = {clause.alternatives[0].terms for clause in planned.telling}
    titles = (frozenset(terms(title)) for title in first.title.values())
    return any(all(map(title.issuperset, asked)) for title in titles)


# Did you mean


def _suggestion(
    typed: str, planned: PlannedQuery, summaries: Sequence[ArticleSummary]
) -> str | None:
    """The query with its typos corrected to words of the best hits."""
    corrected = typed
    for meant, typos in planned.typos.items():
        if word := _surface(typos, summaries):
            for token in reversed(tokenize(corrected)):
                if token.term == meant:
                    corrected = corrected[: token.start] + word + corrected[token.end :]
    return corrected if corrected != typed else None


def _surface(wanted: Collection[str], summaries: Sequence[ArticleSummary]) -> str | None:
    """How a term is written in the titles, summaries and passages of these articles."""
    for summary in summaries[:5]:
        texts = (
            *summary.title.values(),
            *summary.summary.values(),
            *(p.text for p in summary.passages),
        )
        for text in texts:
            for token in tokenize(text):
                if token.term in wanted:
                    return text[token.start : token.end].lower()
    return None
