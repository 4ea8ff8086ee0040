"""`/api/v1/search` and the list of articles: the same filters, paging and items."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.addresses import article_path
from api.envelope import success
from api.examples import SEARCH
from api.models import SearchAnswer, problems
from api.parameters import FiltersDep, PageNumber, PageSize, PreferredLang, SortBy, check_domains
from api.renderers import trust_object
from api.state import PublicUrl, StateDep
from corpus.cards import Passage
from corpus.library import Reading
from corpus.search.answer import Answer, Found, search
from corpus.search.answer import Request as Search
from corpus.search.engine import Sort
from corpus.search.highlight import Highlight

router = APIRouter(prefix="/api/v1", tags=["search"])

MAX_AGE = 30
"""Seconds that a cache may keep a page of results."""

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"model": SearchAnswer, "content": {"application/json": {"example": SEARCH}}},
    **problems(400, 503),
}


@router.get(
    "/search",
    operation_id="searchArticles",
    summary="Search",
    response_class=Response,
    responses=_RESPONSES,
)
async def search_articles(
    state: StateDep,
    url: PublicUrl,
    lang: PreferredLang,
    filters: FiltersDep,
    q: Annotated[
        str,
        Query(
            description="An error message, a code, a question, words, or several lines of a log. "
            'It is data, but for `"a phrase"`, `-minus` and `tag:value`. Absent: the newest.',
            examples=["ECONNRESET"],
        ),
    ] = "",
    sort: SortBy = Sort.RELEVANCE,
    page: PageNumber = 1,
    page_size: PageSize = 20,
    highlight: Annotated[Highlight, Query(description="How found words are marked.")] = (
        Highlight.TEXT
    ),
    facets: Annotated[bool, Query(description="Count domains, statuses, risks and tags.")] = False,
) -> Response:
    """Articles that match, best first, with the rows and sections that do."""
    wanted = Search(
        q=q,
        filters=filters,
        lang=lang,
        sort=sort,
        page=page,
        page_size=page_size,
        highlight=highlight,
        facets=facets,
    )
    return await _answer(state, wanted, url)


@router.get(
    "/articles",
    operation_id="listArticles",
    summary="List articles",
    response_class=Response,
    responses=_RESPONSES,
)
async def list_articles(
    state: StateDep,
    url: PublicUrl,
    lang: PreferredLang,
    filters: FiltersDep,
    sort: SortBy = Sort.RELEVANCE,
    page: PageNumber = 1,
    page_size: PageSize = 20,
) -> Response:
    """All articles that pass the filters, newest first."""
    wanted = Search(filters=filters, lang=lang, sort=sort, page=page, page_size=page_size)
    return await _answer(state, wanted, url)


async def _answer(state: StateDep, wanted: Search, url: str) -> Response:
    def answer(reading: Reading) -> Answer:
        check_domains(reading, wanted.filters.domains)
        return search(reading, wanted)

    found = await state.read(answer, search=bool(wanted.q))
    return success(
        {
            "items": [item_object(item, url=url) for item in found.items],
            "pagination": pagination(wanted.page, wanted.page_size, found.total),
            "facets": found.facets,
            "suggestion": found.suggestion,
        },
        next_step=_next_step(found, url),
        headers=[
            ("X-Agent-API-Endpoint", f"{url}/api/v1/search"),
            ("X-Agent-API-Docs", f"{url}/docs"),
        ],
        max_age=MAX_AGE,
    )


def _next_step(found: Answer, url: str) -> str:
    if not found.items:
        return (
            "Nothing matched. POST the whole error output to "
            f"{url}/api/v1/diagnose, or search for fewer words."
        )
    best = found.items[0].card.slug
    return f"GET {url}{article_path(best)}?format=markdown for the best match"


def pagination(page: int, page_size: int, total: int) -> dict[str, int]:
    """Where a page stands in the whole."""
    return {
        "page": page,
        "pageSize": page_size,
        "total": total,
        "totalPages": -(-total // page_size),
    }


def item_object(item: Found, *, url: str) -> dict[str, Any]:
    """One article of a page of results."""
    card, metadata = item.card, item.card.metadata
    return {
        "id": metadata.id,
        "slug": card.slug,
        "code": metadata.code,
        "title": card.title,
        "summary": card.summary,
        "domain": metadata.domain,
        "tags": metadata.tags,
        "verificationStatus": metadata.status,
        "confidenceScore": metadata.confidence,
        "riskLevel": metadata.risk,
        "trust": trust_object(card.trust),
        "createdAt": metadata.created_at,
        "updatedAt": metadata.updated_at,
        "score": item.score,
        "highlights": item.highlights,
        "matches": [_passage_object(passage) for passage in item.matches],
        "url": f"{url}{article_path(card.slug)}",
    }


def _passage_object(passage: Passage) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": passage.kind,
        "text": passage.text,
        "anchor": passage.anchor or None,
    }
    if passage.cause is not None:
        shown |= {"cause": passage.cause, "solution": passage.solution}
    return shown
