"""Guides clients further: headers with links, and the next step in `meta`."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from api.responses.search import Pagination
from api.responses.urls import article_path
from corpus.errors import FixbookError
from languages.loader import fill, texts_for

_LONGEST_LINK = 1_000
"""Bytes of a link to another page, which repeats the query; headers must stay small."""

CATALOG_PATH = "/.well-known/api-catalog"
START_LINKS = (
    f'<{{url}}{CATALOG_PATH}>; rel="api-catalog", '
    '<{url}/llms.txt>; rel="describedby"; type="text/plain"'
)
"""The `Link` header of the front page, for programs that start there."""


def agent_headers(url: str, path: str, *, links: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The headers of API responses: their own address, and those of the documentation."""
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
    """The same for a list, with links to the previous and the next page (RFC 8288)."""
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


def after_failure(error: FixbookError, lang: str) -> str | None:
    """What a client can do about an error, if anything. Paths are relative to the service."""
    words = texts_for("answers", lang)
    if error.code != "NOT_FOUND":
        found: str | None = words.after.get(error.code)
        return found
    if suggestions := error.details.get("suggestions"):
        return fill(words.next_similar, url=article_path(suggestions[0]))
    return str(words.next_not_found if suggestions is None else words.next_not_similar)
