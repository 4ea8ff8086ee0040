"""Turns every error into an HTTP response, in the envelope or as a page."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.http.errors import MethodNotAllowed, complaints
from api.http.negotiation import preferred_language
from api.http.redirects import LONGEST_LOCATION, UriTooLong, permanent_redirect
from api.pages.error_page import problem_page, wants_page
from api.responses.envelope import failure
from corpus.errors import Complaint, FixbookError, InvalidRequest, NotFound

_LOG = logging.getLogger("fixbook")


def install(app: FastAPI) -> None:
    """Registers the handlers."""
    app.add_exception_handler(FixbookError, _fixbook_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _incomplete_body)
    app.add_exception_handler(Exception, _internal_error)


async def _fixbook_error(request: Request, error: Exception) -> Response:
    if isinstance(error, FixbookError) and error.status >= 500:
        _LOG.error("%s", error.message, exc_info=error.__cause__)
    return await _answer(request, error)


async def _answer(request: Request, error: Exception) -> Response:
    """The error as a page for browsers, else in the envelope."""
    if wants_page(request):
        known = error if isinstance(error, FixbookError) else FixbookError("internal error")
        return await problem_page(request, known)
    header = request.headers.get("accept-language", "")
    lang = preferred_language(request.query_params.get("lang", ""), header, "")
    return failure(error, lang=lang)


async def _invalid(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    return await _answer(request, InvalidRequest(*complaints(found)))


async def _incomplete_body(_request: Request, _error: Exception) -> Response:
    return failure(InvalidRequest(Complaint("body", "is incomplete", None)))


async def _internal_error(request: Request, error: Exception) -> Response:
    """Details go to the log; the client gets the request id to look them up."""
    _LOG.error("the request failed", exc_info=error)
    return await _answer(request, error)


async def _http(request: Request, error: Exception) -> Response:
    """Errors that the router raises itself: no such method, no such route."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        return await _not_allowed(request, (error.headers or {}).get("Allow", ""))
    path = request.scope["raw_path"].decode("latin-1")
    if not path.endswith("/") or not path.strip("/"):
        return await _answer(request, NotFound("there is no such route"))
    try:
        return _redirect_without_slash(path, request.scope["query_string"].decode("latin-1"))
    except UriTooLong as error:
        return await _answer(request, error)


def _redirect_without_slash(path: str, query: str) -> Response:
    """Redirects to the path without trailing slashes. Raises UriTooLong."""
    if len(path) > LONGEST_LOCATION:
        raise UriTooLong(f"a path with a trailing slash may have {LONGEST_LOCATION:,} bytes")
    return permanent_redirect(path.rstrip("/"), query)


async def _not_allowed(request: Request, allow: str) -> Response:
    methods = sorted({*allow.split(", "), *(["HEAD"] if "GET" in allow else [])})
    return await _answer(request, MethodNotAllowed(", ".join(methods)))
