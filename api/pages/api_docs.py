"""The API documentation, generated from the specification, with examples to run."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.errors import MethodNotAllowed
from api.http.redirects import UriTooLong
from api.pages.html.frame import Frame, page
from api.pages.html.languages import DEFAULT, LANG_PATH, STRINGS, PageLang, reader_language
from api.pages.operations import DocumentedProblem, groups, problems, translated
from corpus.errors import FixbookError
from corpus.search.reading import Reading
from corpus.search.service import SearchRequest as Search
from corpus.search.service import search
from languages.loader import translations

router = APIRouter(include_in_schema=False)

_PATH = "/api-docs"
EVERYWHERE: Mapping[type[FixbookError], str] = {
    MethodNotAllowed: "`Allow` says which methods there are.",
    UriTooLong: "path and query are longer than 16,384 bytes, or than 1,024 if a redirect "
    "repeats them.",
    FixbookError: "an internal error; the log has details.",
}
"""Errors of every route, which the specification does not repeat for each."""


@router.get("/docs")
async def get_docs(state: StateDep, request: Request) -> Response:
    """Redirects to the page in the reader's language."""
    accepted = request.headers.get("accept-language", "")
    lang = reader_language(accepted, state.settings.default_lang)
    headers = {"Location": f"/{lang}{_PATH}", "Vary": "Accept-Language"}
    return Response(status_code=307, headers=headers)


@router.get(LANG_PATH + _PATH)
async def get_api_docs(
    state: StateDep, request: Request, url: PublicUrl, lang: PageLang
) -> Response:
    """Every operation: parameters, responses, and a form to try it."""
    slug = await state.read(_newest)
    known = translations("specification", lang)
    spec: dict[str, Any] = translated(request.app.openapi(), known)
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
        groups=groups(spec, slug=slug, words=texts),
        spec_lang=lang if known else DEFAULT,
        problems=sorted(
            (*problems(spec), *_everywhere(known)),
            key=lambda problem: (problem.status, problem.code),
        ),
    )


def _everywhere(known: Mapping[str, str]) -> Iterator[DocumentedProblem]:
    for kind, meaning in EVERYWHERE.items():
        yield DocumentedProblem(kind.code, kind.status, translated(meaning, known))


def _newest(reading: Reading) -> str:
    """The slug of an article for the examples; '' if there is none."""
    found = search(reading, Search(page_size=1)).items
    return found[0].summary.slug if found else ""
