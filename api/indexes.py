"""What there is: the error index, the domains, the tags."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.addresses import article_path
from api.envelope import success
from api.examples import DOMAINS, ERRORS, TAGS
from api.models import CountsAnswer, ErrorsAnswer, problems
from api.parameters import Domains, PageNumber, PageSize, PreferredLang, Text, check_domains
from api.search import pagination
from api.state import PublicUrl, StateDep
from corpus import catalog
from corpus.library import Reading

router = APIRouter(prefix="/api/v1", tags=["indexes"])

MAX_AGE = 60


@router.get(
    "/errors",
    operation_id="listErrors",
    summary="The error index",
    response_class=Response,
    responses={
        200: {"model": ErrorsAnswer, "content": {"application/json": {"example": ERRORS}}},
        **problems(400, 503),
    },
)
async def list_errors(
    state: StateDep,
    url: PublicUrl,
    lang: PreferredLang,
    q: Annotated[Text, Query(description="Words that the error holds.", max_length=400)] = "",
    domain: Domains = [],  # noqa: B006 - FastAPI copies it
    page: PageNumber = 1,
    page_size: PageSize = 20,
) -> Response:
    """Every row of every error table, by its text, with cause, solution and article."""

    def answer(reading: Reading) -> catalog.Page:
        check_domains(reading, domain)
        return catalog.known_errors(
            reading.connection,
            q=q,
            domains=domain,
            lang=lang,
            offset=(page - 1) * page_size,
            limit=page_size,
        )

    found = await state.read(answer)
    items = [_error_object(item, url) for item in found.items]
    data = {"items": items, "pagination": pagination(page, page_size, found.total)}
    return success(data, max_age=MAX_AGE)


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
async def list_domains(state: StateDep) -> Response:
    """Every domain, with how many articles are in it."""
    counts = await state.read(lambda reading: catalog.domains(reading.connection))
    return success(_counts(counts), max_age=MAX_AGE)


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
async def list_tags(state: StateDep) -> Response:
    """Every tag, the most used first."""
    counts = await state.read(lambda reading: catalog.tags(reading.connection))
    return success(_counts(counts), max_age=MAX_AGE)


def _counts(counts: list[catalog.Count]) -> dict[str, Any]:
    return {"items": [{"name": count.name, "articles": count.articles} for count in counts]}


def _error_object(item: catalog.KnownError, url: str) -> dict[str, Any]:
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
