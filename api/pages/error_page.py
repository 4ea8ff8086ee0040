"""Error pages for browsers.

Clients that do not prefer HTML, and all routes of the API, get the envelope instead.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from fastapi import Request
from starlette.types import Scope

from api.dependencies import AppState
from api.http.errors import error_headers
from api.http.negotiation import HTML, JSON, prefers
from api.http.representation import Representation
from api.http.request_context import CONTEXT
from api.pages.html.frame import Frame, page
from api.pages.html.languages import STRINGS, language_of_path, reader_language
from api.requests.article_lookup import nearest
from api.responses.envelope import failure
from corpus.errors import FixbookError
from corpus.search.reading import Reading
from corpus.settings import Settings
from corpus.store.queries import catalog
from corpus.store.queries.catalog import Headline

_NOT_PAGES = ("/api/", "/mcp", "/static/", "/.well-known/")
_EXPLAINED = frozenset({404, 413, 500, 503})
_LATER = (429, 503)
"""Statuses after which a retry may succeed."""


def wants_page(request: Request) -> bool:
    """Whether the client is a browser that requests a page."""
    path = request.scope["path"]
    if path.startswith(_NOT_PAGES) or path == "/api":
        return False
    return prefers(request.headers.get("accept", ""), HTML, over=JSON)


async def problem_page(request: Request, error: FixbookError) -> Representation:
    """The page of an error; it reveals no more than the envelope."""
    state: AppState = request.app.state.fixbook
    path, status = request.scope["path"], error.status
    accepted = request.headers.get("accept-language", "")
    own = language_of_path(path)
    lang = own or reader_language(accepted, state.settings.default_lang)
    rest = quote(path.removeprefix(f"/{own}")) if own else ""
    return _status_page(
        status,
        lang,
        state.settings.public_url,  # the host of the request may be the error
        path=rest,
        headers=error_headers(error),
        note=getattr(STRINGS[lang], f"problem_{status}_text") if status in _EXPLAINED else "",
        messages=[] if status in _EXPLAINED else list(_messages(error.details, error.message)),
        suggestions=await _suggestions(state, error, path, lang) if status == 404 else [],
        request_id=request.scope[CONTEXT].request_id.decode() if status >= 500 else "",
    )


def rejection(settings: Settings, scope: Scope, error: FixbookError) -> Representation:
    """The response to a request that admission rejects: a page if the client is a browser and a
    retry may succeed, else the envelope.
    """
    if error.status not in _LATER or not wants_page(request := Request(scope)):
        return failure(error)
    accepted = request.headers.get("accept-language", "")
    lang = language_of_path(scope["path"]) or reader_language(accepted, settings.default_lang)
    return _rejection_page(
        error.status, lang, settings.public_url, headers=tuple(error_headers(error))
    )


@lru_cache(256)
def _rejection_page(
    status: int, lang: str, url: str, *, headers: tuple[tuple[str, str], ...]
) -> Representation:
    """Rendered only once, because it must cost nothing under overload."""
    return _status_page(status, lang, url, headers=headers, note=STRINGS[lang].problem_wait)


def _status_page(
    status: int,
    lang: str,
    url: str,
    *,
    headers: Sequence[tuple[str, str]],
    note: str,
    path: str = "",
    messages: Sequence[str] = (),
    suggestions: Sequence[Headline] = (),
    request_id: str = "",
) -> Representation:
    """The page of a status; `path` is for the links to other languages."""
    title = getattr(STRINGS[lang], f"problem_{status}", STRINGS[lang].problem_other)
    return page(
        "problem.html",
        Frame(lang=lang, url=url, path=path, title=title, indexed=False, languages=()),
        status=status,
        max_age=None,
        headers=headers,
        code=status,
        note=note,
        messages=messages,
        suggestions=suggestions,
        request_id=request_id,
    )


def _messages(details: Mapping[str, Any], message: str) -> list[str]:
    """The errors in a request."""
    found = details.get("errors", [])
    return [f"{item['path']}: {item['message']}" for item in found] or [message]


async def _suggestions(
    state: AppState, error: FixbookError, path: str, lang: str
) -> list[Headline]:
    """Suggested articles; none if the search is unavailable."""

    def answer(reading: Reading) -> list[Headline]:
        slugs = error.details.get("suggestions")
        if slugs is None:
            slugs = nearest(reading, path.rstrip("/").rpartition("/")[2])
        return catalog.headlines(reading.connection, slugs, lang=lang)

    try:
        return await state.read(answer, search=True)
    except FixbookError:
        return []
