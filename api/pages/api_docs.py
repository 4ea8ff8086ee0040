"""The documentation of the API, made from its specification, with examples that run."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.errors import MethodNotAllowed
from api.http.redirects import UriTooLong
from api.pages.html.frame import Frame, page
from api.pages.html.languages import LANG_PATH, STRINGS, PageLang, reader_language
from api.pages.operations import DocumentedProblem, groups, problems
from corpus.errors import FixbookError
from corpus.search.reading import Reading
from corpus.search.service import SearchRequest as Search
from corpus.search.service import search

router = APIRouter(include_in_schema=False)

_PATH = "/api-docs"
_EVERYWHERE = (
    DocumentedProblem(
        MethodNotAllowed.code, MethodNotAllowed.status, "`Allow` says which methods there are."
    ),
    DocumentedProblem(
        UriTooLong.code,
        UriTooLong.status,
        "path and query have more than 16,384 bytes, "
        "or more than 1,024 where they would be repeated in a redirect.",
    ),
    DocumentedProblem(
        FixbookError.code, FixbookError.status, "a fault of the service; the log has more."
    ),
)
"""What any route may answer, so the specification says it of none."""


@router.get("/docs")
async def get_docs(state: StateDep, request: Request) -> Response:
    """To the page in the reader's language."""
    accepted = request.headers.get("accept-language", "")
    lang = reader_language(accepted, state.settings.default_lang)
    headers = {"Location": f"/{lang}{_PATH}", "Vary": "Accept-Language"}
    return Response(status_code=307, headers=headers)


@router.get(LANG_PATH + _PATH)
async def get_api_docs(
    state: StateDep, request: Request, url: PublicUrl, lang: PageLang
) -> Response:
    """Every operation: what goes in, what comes out, and a form that asks this server."""
    slug = await state.read(_newest)
    spec: dict[str, Any] = request.app.openapi()
    texts = STRINGS[lang]
    return page(
        "api-docs.html",
        Frame(
            lang=lang,
            url=url,
            path=_PATH,
            title=texts.docs_title,
            description=texts.docs_lead,
        ),
        title=spec["info"]["title"],
        version=spec["info"]["version"],
        description=spec["info"]["description"].strip().split("\n\n"),
        groups=groups(spec, slug=slug),
        problems=sorted(
            (*problems(spec), *_EVERYWHERE), key=lambda problem: (problem.status, problem.code)
        ),
    )


def _newest(reading: Reading) -> str:
    """The slug of an article, so that the examples find one; empty if there is none."""
    found = search(reading, Search(page_size=1)).items
    return found[0].summary.slug if found else ""
