"""The response to requests that admission rejects.

Browsers get a page. It is rendered only once, because it must cost nothing under overload.
"""

from functools import lru_cache

from fastapi import Request
from starlette.types import Scope

from api.http.errors import error_headers
from api.http.representation import Representation
from api.pages.error_page import status_page, wants_page
from api.pages.html.languages import STRINGS, language_of_path, reader_language
from api.responses.envelope import failure
from corpus.errors import FixbookError
from corpus.settings import Settings

_LATER = (429, 503)
"""Statuses after which a retry may succeed."""


def rejection(settings: Settings, scope: Scope, error: FixbookError) -> Representation:
    """A page if the client is a browser and a retry may succeed, else the envelope."""
    if error.status not in _LATER or not wants_page(request := Request(scope)):
        return failure(error)
    accepted = request.headers.get("accept-language", "")
    lang = language_of_path(scope["path"]) or reader_language(accepted, settings.default_lang)
    headers = tuple(error_headers(error))
    return _page(error.status, lang, settings.public_url, headers=headers)


@lru_cache(256)
def _page(
    status: int, lang: str, url: str, *, headers: tuple[tuple[str, str], ...]
) -> Representation:
    return status_page(status, lang, url, headers=headers, note=STRINGS[lang].problem_wait)
