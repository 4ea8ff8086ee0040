"""Redirects, relative to the host."""

from urllib.parse import quote

from starlette.responses import Response

from corpus.errors import FixbookError

_SAFE = "/?&=%+:;,@!$'()*~"
LONGEST_LOCATION = 1_024
"""Bytes. Proxies answer 502 if the response headers do not fit their buffer."""

_SHORT_QUERY = 200
"""Bytes of a query that are repeated however long the path is, such as `?format=json&lang=zh`."""


class UriTooLong(FixbookError):
    """The request target is too long to be read, or to be repeated in a redirect."""

    code = "URI_TOO_LONG"
    status = 414


def permanent_redirect(path: str, query: str) -> Response:
    """A permanent redirect that keeps method and query. `path` is quoted and bounded.

    Raises UriTooLong if the query makes the target too long.
    """
    target = "/" + path.lstrip("/")  # two slashes would name another host
    location = quote(f"{target}?{query}" if query else target, safe=_SAFE)
    if len(location) > LONGEST_LOCATION and len(location) - len(target) > _SHORT_QUERY:
        raise UriTooLong(
            f"the address has moved to {target[:200]}; the query is too long to be repeated there"
        )
    return Response(status_code=308, headers={"Location": location})
