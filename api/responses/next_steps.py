"""What leads a client on: the headers that name the way, and the next step in `meta`."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from api.responses.search import Pagination
from api.responses.urls import article_path
from corpus.errors import FixbookError

_LONGEST_LINK = 1_000
"""Bytes of a link to another page, which repeats the query; headers must stay small."""

_AFTER_FAILURE = {
    "VALIDATION_ERROR": "Correct what error.details.errors names; GET /openapi.json has every "
    "parameter.",
    "METHOD_NOT_ALLOWED": "Use a method that the Allow header names.",
    "NOT_ACCEPTABLE": "Ask again with an Accept header that allows what the message names.",
    "PAYLOAD_TOO_LARGE": "Send less: of a log, the lines around the error.",
    "URI_TOO_LONG": "POST long texts to /api/v1/diagnose.",
    "HEADERS_TOO_LARGE": "Send fewer or shorter headers.",
    "UNAUTHORIZED": "Send the same request without the Authorization header.",
    "RATE_LIMITED": "Wait for the seconds in Retry-After. One search or diagnosis is mostly "
    "enough; an answer that was given may be kept.",
    "SERVICE_UNAVAILABLE": "Nothing was looked up. Send the same request again after the seconds "
    "in Retry-After.",
}

CATALOG_PATH = "/.well-known/api-catalog"
START_LINKS = (
    f'<{{url}}{CATALOG_PATH}>; rel="api-catalog", '
    '<{url}/llms.txt>; rel="describedby"; type="text/plain"'
)
"""The `Link` header of the front page, for programs that begin there."""


def agent_headers(url: str, path: str, *, links: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The headers of an answer of the API: where it is from, and where the API is described."""
    described = (
        f'<{url}/openapi.json>; rel="service-desc"',
        f'<{url}/docs>; rel="service-doc"',
        f'<{url}/llms.txt>; rel="describedby"; type="text/plain"',
    )
    return linked_headers(url, path, [*links, *described])


def linked_headers(url: str, path: str, links: Sequence[str]) -> list[tuple[str, str]]:
    """The same with other links."""
    return [
        ("X-Agent-API-Endpoint", f"{url}{path}"),
        ("X-Agent-API-Docs", f"{url}/docs"),
        ("Link", ", ".join(links)),
    ]


def list_headers(request: Request, url: str, shown: Pagination) -> list[tuple[str, str]]:
    """The same of a list, with links to the pages before and after this one (RFC 8288)."""
    path, query = request.scope["path"], request.scope["query_string"]
    links: list[str] = []
    if len(query) <= _LONGEST_LINK:
        parameters = [
            (name, value)
            for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True)
            if name != "page"
        ]
        links = [
            f'<{url}{path}?{urlencode([*parameters, ("page", number)])}>; rel="{name}"'
            for name, number in (("prev", shown.page - 1), ("next", shown.page + 1))
            if 1 <= number <= shown.total_pages
        ]
    return agent_headers(url, path, links=[link for link in links if len(link) <= _LONGEST_LINK])


def after_failure(error: FixbookError) -> str | None:
    """What can be done about an error, if anything. Paths are below the service's address."""
    if error.code != "NOT_FOUND":
        return _AFTER_FAILURE.get(error.code)
    if suggestions := error.details.get("suggestions"):
        nearest = article_path(suggestions[0])
        return f"GET {nearest} is the nearest; GET /api/v1/search?q=… looks for words."
    if suggestions is not None:
        return "GET /api/v1/search?q=… looks for words; POST an error's output to /api/v1/diagnose."
    return "GET /llms.txt says what there is; GET /openapi.json lists the routes of the API."
