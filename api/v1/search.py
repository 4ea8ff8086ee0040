"""`/api/v1/search` and the list of articles: the same filters, paging and items."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.dependencies import public_url, state_of
from api.http.negotiation import wants_markdown
from api.requests.parameters import (
    FilterParameters,
    Lang,
    PageNumber,
    PageSize,
    SortBy,
    preferred_lang,
)
from api.requests.search import run_search
from api.responses.described import responses
from api.responses.envelope import Envelope, success
from api.responses.markdown.lists import markdown, results_list
from api.responses.next_steps import list_headers
from api.responses.search import SearchPage
from corpus.diagnosis.matching.match import MatchOutcome
from corpus.search.highlight import Highlight
from corpus.search.service import SearchRequest as Search
from corpus.store.filters import Filters, Sort
from languages.loader import fill, texts_for

router = APIRouter(prefix="/api/v1", tags=["search"], default_response_class=Response)

MAX_AGE = 30
"""Seconds that a cache may keep a page of results."""

_NO_FILTERS = Filters()
_RESPONSES = responses(
    Envelope[SearchPage], text="With `Accept: text/markdown`, a short Markdown list instead."
)


class ListParameters(FilterParameters):
    """The parameters of a list of articles."""

    lang: Lang = ""
    sort: SortBy = Sort.RELEVANCE
    page: PageNumber = 1
    page_size: PageSize = 20

    def search(self, lang: str) -> Search:
        """The search, for a reader of `lang`. Raises InvalidRequest."""
        return Search(
            filters=self.filters(),
            lang=lang,
            sort=self.sort,
            page=self.page,
            page_size=self.page_size,
        )


class SearchParameters(ListParameters):
    """The parameters of a search."""

    q: Annotated[
        str,
        Query(
            description="An error message, a code, a question, words, or several lines of a log. "
            'Only `"a phrase"`, `-minus` and `tag:value` are syntax. Absent: newest articles.',
            examples=["ECONNRESET"],
        ),
    ] = ""
    highlight: Annotated[Highlight, Query(description="How matching words are marked.")] = (
        Highlight.TEXT
    )
    facets: Annotated[bool, Query(description="Count domains, statuses, risks and tags.")] = False

    def search(self, lang: str) -> Search:
        """The search, for a reader of `lang`. Raises InvalidRequest."""
        listed = super().search(lang)
        return replace(listed, q=self.q, highlight=self.highlight, facets=self.facets)


@router.get(
    "/search",
    operation_id="searchArticles",
    summary="Search",
    responses=_RESPONSES,
    openapi_extra={"parameters": SearchParameters.openapi_parameters()},
)
async def search_articles(request: Request) -> Response:
    """Articles that match, best first, with their matching rows and sections."""
    return await _answer(request, SearchParameters.given_by(request))


@router.get(
    "/articles",
    operation_id="listArticles",
    summary="List articles",
    responses=_RESPONSES,
    openapi_extra={"parameters": ListParameters.openapi_parameters()},
)
async def list_articles(request: Request) -> Response:
    """All articles that match the filters, newest first."""
    return await _answer(request, ListParameters.given_by(request))


async def _answer(request: Request, given: ListParameters) -> Response:
    """Without FastAPI's dependencies, which take longer than reading the parameters does."""
    state, url = state_of(request), public_url(request)
    wanted = given.search(preferred_lang(request, state, given.lang))
    shown = await state.read(
        lambda reading: run_search(reading, wanted, url=url), search=bool(wanted.q)
    )
    is_gap = wanted.filters == _NO_FILTERS and state.gaps.note(
        wanted.q, shown.outcome, request.scope, found=(item.slug for item in shown.items)
    )
    max_age = None if is_gap else MAX_AGE
    next_step = _next_step(shown, wanted, url)
    headers = list_headers(request, url, shown.pagination)
    if wants_markdown(request.headers.get("accept", "")):
        words = texts_for("answers", wanted.lang)
        heading = fill(words.search_for, q=wanted.q) if wanted.q else words.articles
        lines = results_list(shown, heading=heading, lang=wanted.lang, next_step=next_step, url=url)
        return markdown(lines, headers=headers, max_age=max_age)
    return success(shown, next_step=next_step, headers=headers, max_age=max_age)


def _next_step(shown: SearchPage, wanted: Search, url: str) -> str:
    words = texts_for("answers", wanted.lang)
    if shown.items:
        step = words.next_best if wanted.q else words.next_first
        if shown.outcome is MatchOutcome.RELATED:
            step = words.next_nearest
        return fill(step, url=f"{shown.items[0].url}?format=markdown")
    if shown.pagination.total:
        return str(words.next_fewer_pages)
    return fill(words.next_no_match if wanted.q else words.next_no_filtered, url=url)
