"""`/api/v1/search` and the list of articles: the same filters, paging and items."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.dependencies import AppState, PublicUrl, StateDep
from api.http.negotiation import wants_markdown
from api.requests.parameters import (
    Filtered,
    Lang,
    PageNumber,
    PageSize,
    SortBy,
    check_domains,
    preferred,
)
from api.responses import markdown_lists
from api.responses.envelope import success
from api.responses.examples import SEARCH, SEARCH_MARKDOWN
from api.responses.models import SearchAnswer, problems
from api.responses.next_steps import agent_headers, page_links
from api.responses.search import item_object, pagination
from api.responses.urls import article_path
from corpus.diagnosis.scoring import MatchOutcome
from corpus.search.highlight import Highlight
from corpus.search.reading import Reading
from corpus.search.service import SearchRequest as Search
from corpus.search.service import SearchResults, search
from corpus.store.filters import Sort

router = APIRouter(prefix="/api/v1", tags=["search"])

MAX_AGE = 30
"""Seconds that a cache may keep a page of results."""

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": SearchAnswer,
        "description": "With `Accept: text/markdown` a short list to read.",
        "content": {
            "application/json": {"example": SEARCH},
            "text/markdown": {"schema": {"type": "string"}, "example": SEARCH_MARKDOWN},
        },
    },
    **problems(400, 503),
}


class ListParameters(Filtered):
    """What a list of articles can be asked for."""

    lang: Lang = ""
    sort: SortBy = Sort.RELEVANCE
    page: PageNumber = 1
    page_size: PageSize = 20

    def wanted(self, lang: str) -> Search:
        """What is asked for, by a reader of `lang`. Raises InvalidRequest."""
        return Search(
            filters=self.filters(),
            lang=lang,
            sort=self.sort,
            page=self.page,
            page_size=self.page_size,
        )


class SearchParameters(ListParameters):
    """What a search can be asked for."""

    q: Annotated[
        str,
        Query(
            description="An error message, a code, a question, words, or several lines of a log. "
            'It is data, but for `"a phrase"`, `-minus` and `tag:value`. Absent: the newest.',
            examples=["ECONNRESET"],
        ),
    ] = ""
    highlight: Annotated[Highlight, Query(description="How found words are marked.")] = (
        Highlight.TEXT
    )
    facets: Annotated[bool, Query(description="Count domains, statuses, risks and tags.")] = False

    def wanted(self, lang: str) -> Search:
        """What is asked for, by a reader of `lang`. Raises InvalidRequest."""
        listed = super().wanted(lang)
        return replace(listed, q=self.q, highlight=self.highlight, facets=self.facets)


@router.get(
    "/search",
    operation_id="searchArticles",
    summary="Search",
    response_class=Response,
    responses=_RESPONSES,
    openapi_extra={"parameters": SearchParameters.described()},
)
async def search_articles(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    given: Annotated[SearchParameters, Depends(SearchParameters.read)],
) -> Response:
    """Articles that match, best first, with the rows and sections that do."""
    return await _answer(state, request, given, url)


@router.get(
    "/articles",
    operation_id="listArticles",
    summary="List articles",
    response_class=Response,
    responses=_RESPONSES,
    openapi_extra={"parameters": ListParameters.described()},
)
async def list_articles(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    given: Annotated[ListParameters, Depends(ListParameters.read)],
) -> Response:
    """All articles that pass the filters, newest first."""
    return await _answer(state, request, given, url)


async def _answer(state: AppState, request: Request, given: ListParameters, url: str) -> Response:
    wanted = given.wanted(preferred(request, state, given.lang))

    def answer(reading: Reading) -> SearchResults:
        check_domains(reading, wanted.filters.domains)
        return search(reading, wanted)

    found = await state.read(answer, search=bool(wanted.q))
    data: dict[str, Any] = {
        "outcome": found.outcome,
        "items": [item_object(item, url=url) for item in found.items],
        "pagination": pagination(wanted.page, wanted.page_size, found.total),
        "facets": found.facets,
        "suggestion": found.suggestion,
    }
    next_step = _next_step(found, wanted, url)
    headers = _headers(request, data["pagination"], url)
    if wants_markdown(request.headers.get("accept", "")):
        lines = markdown_lists.results(
            data, q=wanted.q, lang=wanted.lang, url=url, next_step=next_step
        )
        return markdown_lists.markdown(lines, headers=headers, max_age=MAX_AGE)
    return success(data, next_step=next_step, headers=headers, max_age=MAX_AGE)


def _headers(request: Request, shown: dict[str, int], url: str) -> list[tuple[str, str]]:
    path, query = request.scope["path"], request.scope["query_string"]
    links = page_links(url, path, query=query, page=shown["page"], pages=shown["totalPages"])
    return agent_headers(url, path, links=links)


def _next_step(found: SearchResults, wanted: Search, url: str) -> str:
    if found.items:
        best = f"GET {url}{article_path(found.items[0].card.slug)}?format=markdown"
        if found.outcome is MatchOutcome.RELATED:
            return f"{best} for the nearest article; check that it is about your question"
        return f"{best} for the {'best match' if wanted.q else 'first of them'}"
    if found.total:
        return "This page is past the last one. GET the same with page=1."
    if wanted.q:
        return (
            "Nothing matched. POST the whole error output to "
            f"{url}/api/v1/diagnose, or search for fewer words."
        )
    return f"No article passes the filters. GET {url}/api/v1/domains or {url}/api/v1/tags."
