"""A page of search results, for every front end."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import UNSET, UnsetType

from api.responses.model import Model, doc
from api.responses.trust import EntryTrustObject, TrustObject, entry_trust, trust_object
from api.responses.urls import article_path
from corpus.diagnosis.matching.match import MatchOutcome
from corpus.document.article import Risk, Status
from corpus.search.service import SearchHit, SearchResults
from corpus.store.summaries import ArticleSummary, Passage, PassageKind


class SearchMatch(Model):
    """A part of an article that matches the query."""

    kind: Annotated[str, doc("`error`, `qa`, `section`, `keyword` or `code`.")]
    text: str
    anchor: str | None
    cause: str | UnsetType = UNSET
    solution: str | UnsetType | None = UNSET
    trust: Annotated[EntryTrustObject | UnsetType, doc("Of an error: of this very row.")] = UNSET


class SearchItem(Model):
    """An article of a page of results."""

    id: str
    slug: str
    code: Annotated[str | None, doc("What other articles call it: `TRANS-003`.")]
    title: Mapping[str, str]
    summary: Mapping[str, str]
    domain: str
    tags: tuple[str, ...]
    verification_status: Annotated[Status, doc("What the author says.")]
    confidence_score: Annotated[int, doc("Per cent, as the document states it.")]
    risk_level: Risk
    trust: TrustObject
    created_at: str | None
    updated_at: str | None
    outcome: Annotated[MatchOutcome | None, doc("How certain the match is; null without `q`.")]
    score: Annotated[float | None, doc("Comparable only within one response.")]
    highlights: Mapping[str, tuple[str, ...]]
    matches: list[SearchMatch]
    url: str


class Pagination(Model):
    """The position of a page in the whole list."""

    page: int
    page_size: int
    total: Annotated[
        int, doc("Those of a search by more than two words are counted up to 250 only.")
    ]
    total_pages: int


class SearchPage(Model):
    """A page of results."""

    outcome: Annotated[
        MatchOutcome | None,
        doc(
            "That of the best item: with `related`, these are only the nearest articles; with "
            "`none`, no article is relevant; null without `q`."
        ),
    ]
    items: list[SearchItem]
    pagination: Pagination
    facets: Mapping[str, Mapping[str, int]] | None
    suggestion: Annotated[str | None, doc("Did you mean this?")]


def search_page(
    found: SearchResults, *, page: int, page_size: int, lang: str, url: str
) -> SearchPage:
    """The results of a search, for readers of `lang`; `url` is the address of the service."""
    return SearchPage(
        outcome=found.outcome,
        items=[_item(hit, lang, url) for hit in found.items],
        pagination=pagination(page, page_size, found.total),
        facets=found.facets,
        suggestion=found.suggestion,
    )


def pagination(page: int, page_size: int, total: int) -> Pagination:
    """The position of a page in the whole list."""
    pages = -(-total // page_size)
    return Pagination(page=page, page_size=page_size, total=total, total_pages=pages)


def _item(hit: SearchHit, lang: str, url: str) -> SearchItem:
    summary = hit.summary
    return SearchItem(
        id=summary.id,
        slug=summary.slug,
        code=summary.code,
        title=summary.title,
        summary=summary.summary,
        domain=summary.domain,
        tags=summary.tags,
        verification_status=summary.status,
        confidence_score=summary.confidence,
        risk_level=summary.risk,
        trust=trust_object(summary.trust_in(lang), lang),
        created_at=summary.created_at,
        updated_at=summary.updated_at,
        outcome=hit.outcome,
        score=hit.score,
        highlights=hit.highlights,
        matches=[_match(passage, summary, lang) for passage in hit.matches],
        url=f"{url}{article_path(summary.slug)}",
    )


def _match(passage: Passage, summary: ArticleSummary, lang: str) -> SearchMatch:
    trust: EntryTrustObject | UnsetType = UNSET
    if passage.kind is PassageKind.ERROR:
        trust = entry_trust(summary.trust_in(passage.lang).of(passage.anchor), lang)
    return SearchMatch(
        kind=passage.kind,
        text=passage.text,
        anchor=passage.anchor or None,
        cause=UNSET if passage.cause is None else passage.cause,
        solution=UNSET if passage.cause is None else passage.solution,
        trust=trust,
    )
