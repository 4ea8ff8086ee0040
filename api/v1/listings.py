"""What there is: the error index, the domains, the tags."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.negotiation import wants_markdown
from api.requests.domains import check_domains
from api.requests.parameters import AnyOf, PageNumber, PageSize, PreferredLang, Text
from api.responses import markdown_lists
from api.responses.envelope import success
from api.responses.examples import DOMAINS, ERRORS, ERRORS_MARKDOWN, TAGS
from api.responses.models import CountsAnswer, ErrorsAnswer, problems
from api.responses.next_steps import agent_headers, page_links
from api.responses.search import pagination
from api.responses.urls import article_path
from corpus.search.reading import Reading
from corpus.store.queries import catalog, error_index

router = APIRouter(prefix="/api/v1", tags=["indexes"])

MAX_AGE = 60


@router.get(
    "/errors",
    operation_id="listErrors",
    summary="The error index",
    response_class=Response,
    responses={
        200: {
            "model": ErrorsAnswer,
            "description": "With `Accept: text/markdown` a list to read.",
            "content": {
                "application/json": {"example": ERRORS},
                "text/markdown": {"schema": {"type": "string"}, "example": ERRORS_MARKDOWN},
            },
        },
        **problems(400, 503),
    },
)
async def list_errors(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    lang: PreferredLang,
    q: Annotated[Text, Query(description="Words that the error holds.", max_length=400)] = "",
    domain: AnyOf = (),
    page: PageNumber = 1,
    page_size: PageSize = 20,
) -> Response:
    """Every row of every error table, by its text, with cause, solution and article."""

    def answer(reading: Reading) -> catalog.ArticlePage:
        check_domains(reading, domain)
        return error_index.known_errors(
            reading.connection,
            q=q,
            domains=domain,
            lang=lang,
            offset=(page - 1) * page_size,
            limit=page_size,
        )

    found = await state.read(answer)
    items = [_error_object(item, url) for item in found.items]
    shown = pagination(page, page_size, found.total)
    data = {"items": items, "pagination": shown}
    query, pages = request.scope["query_string"], shown["totalPages"]
    links = page_links(url, "/api/v1/errors", query=query, page=page, pages=pages)
    headers = agent_headers(url, "/api/v1/errors", links=links)
    next_step = _next_step(items, url)
    if wants_markdown(request.headers.get("accept", "")):
        lines = markdown_lists.errors(data, url=url, next_step=next_step)
        return markdown_lists.markdown(lines, headers=headers, max_age=MAX_AGE)
    return success(data, next_step=next_step, headers=headers, max_age=MAX_AGE)


@router.get(
    "/domains",
    operation_id="listDomains",
    summary="Domains",
    response_class=Response,
    responses={
        200: {"model": CountsAnswer, "content": {"application/json": {"example": DOMAINS}}},
        **problems(503),
    },
)
async def list_domains(state: StateDep, url: PublicUrl) -> Response:
    """Every domain, with how many articles are in it."""
    counts = await state.read(lambda reading: catalog.domains(reading.connection))
    return _counted(counts, "domain", url)


@router.get(
    "/tags",
    operation_id="listTags",
    summary="Tags",
    response_class=Response,
    responses={
        200: {"model": CountsAnswer, "content": {"application/json": {"example": TAGS}}},
        **problems(503),
    },
)
async def list_tags(state: StateDep, url: PublicUrl) -> Response:
    """Every tag, the most used first."""
    counts = await state.read(lambda reading: catalog.tags(reading.connection))
    return _counted(counts, "tag", url)


def _counted(counts: list[catalog.NamedCount], what: str, url: str) -> Response:
    return success(
        {"items": [{"name": count.name, "articles": count.articles} for count in counts]},
        next_step=f"GET {url}/api/v1/articles?{what}=… for the articles of one",
        headers=agent_headers(url, f"/api/v1/{what}s"),
        max_age=MAX_AGE,
        vary="Accept-Encoding",
    )


def _next_step(items: list[dict[str, Any]], url: str) -> str:
    if items:
        return f"GET {items[0]['article']['url']}?format=markdown for the article of the first"
    return f"No error holds these words. GET {url}/api/v1/search?q=… searches everything."


def _error_object(item: error_index.KnownError, url: str) -> dict[str, Any]:
    return {
        "error": item.error,
        "cause": item.cause,
        "solution": item.solution,
        "anchor": item.anchor,
        "lang": item.lang,
        "article": {
            "slug": item.slug,
            "title": item.title,
            "url": f"{url}{article_path(item.slug)}",
        },
    }
