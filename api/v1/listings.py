"""Listings: the error index, the domains, the tags."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.negotiation import wants_markdown
from api.requests.parameters import AnyOf, PageNumber, PageSize, PreferredLang, Text
from api.requests.search import check_domains
from api.responses.described import responses
from api.responses.envelope import Envelope, success
from api.responses.listings import CountObject, CountsObject, ErrorsPage, indexed_error
from api.responses.markdown.lists import errors_list, markdown
from api.responses.next_steps import agent_headers, list_headers
from api.responses.search import pagination
from corpus.search.reading import Reading, known_errors
from corpus.store.queries import catalog
from languages.loader import fill, texts_for

router = APIRouter(prefix="/api/v1", tags=["indexes"], default_response_class=Response)

MAX_AGE = 60


@router.get(
    "/errors",
    operation_id="listErrors",
    summary="The error index",
    responses=responses(
        Envelope[ErrorsPage], text="With `Accept: text/markdown`, a Markdown list."
    ),
)
async def list_errors(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    lang: PreferredLang,
    q: Annotated[Text, Query(description="Words in the error.", max_length=400)] = "",
    domain: AnyOf = (),
    page: PageNumber = 1,
    page_size: PageSize = 20,
) -> Response:
    """Every row of every error table, ordered by its text, with cause, solution and article."""

    def answer(reading: Reading) -> ErrorsPage:
        check_domains(reading, domain)
        offset = (page - 1) * page_size
        total, found = known_errors(
            reading, q=q, domains=domain, lang=lang, offset=offset, limit=page_size
        )
        return ErrorsPage(
            items=[indexed_error(known, trust, lang=lang, url=url) for known, trust in found],
            pagination=pagination(page, page_size, total),
        )

    shown = await state.read(answer)
    next_step = _next_step(shown, url, lang=lang)
    headers = list_headers(request, url, shown.pagination)
    if wants_markdown(request.headers.get("accept", "")):
        return markdown(
            errors_list(shown, lang=lang, url=url, next_step=next_step),
            headers=headers,
            max_age=MAX_AGE,
        )
    return success(shown, next_step=next_step, headers=headers, max_age=MAX_AGE)


@router.get(
    "/domains",
    operation_id="listDomains",
    summary="Domains",
    responses=responses(Envelope[CountsObject]),
)
async def list_domains(state: StateDep, url: PublicUrl, lang: PreferredLang) -> Response:
    """Every domain, with the number of its articles."""
    counts = await state.read(lambda reading: catalog.domains(reading.connection))
    return _counts_response(counts, "domain", url, lang=lang)


@router.get(
    "/tags",
    operation_id="listTags",
    summary="Tags",
    responses=responses(Envelope[CountsObject]),
)
async def list_tags(state: StateDep, url: PublicUrl, lang: PreferredLang) -> Response:
    """Every tag, most used first."""
    counts = await state.read(lambda reading: catalog.tags(reading.connection))
    return _counts_response(counts, "tag", url, lang=lang)


def _counts_response(
    counts: list[catalog.NamedCount], what: str, url: str, *, lang: str
) -> Response:
    words = texts_for("answers", lang)
    return success(
        CountsObject(items=[CountObject.of(count) for count in counts]),
        next_step=fill(words.next_articles_of_one, url=f"{url}/api/v1/articles?{what}=…"),
        headers=agent_headers(url, f"/api/v1/{what}s"),
        max_age=MAX_AGE,
    )


def _next_step(shown: ErrorsPage, url: str, *, lang: str) -> str:
    words = texts_for("answers", lang)
    if shown.items:
        return fill(words.next_error, url=f"{shown.items[0].article.url}?format=markdown")
    return fill(words.next_no_error, url=url)
