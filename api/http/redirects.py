"""Redirects, relative to whatever address the service is reached at."""

from urllib.parse import quote

from starlette.responses import Response

from corpus.errors import FixbookError

_SAFE = "/?&=%+:;,@!$'()*~"
LONGEST_LOCATION = 1_024
"""Bytes: a proxy takes an answer whose headers do not fit its buffer for a broken server."""

_SHORT_QUERY = 200
"""Bytes that go along whatever the path is: `?format=json&lang=zh` for the longest slug."""


class UriTooLong(FixbookError):
    """The request target is longer than the server reads, or repeats in a redirect."""

    code = "URI_TOO_LONG"
    status = 414


def moved(path: str, query: str) -> Response:
    """A permanent redirect that keeps method and query; `path` is quoted already, and bounded.

    Raises UriTooLong where the query makes it too long.
    """
    target = "/" + path.lstrip("/")  # two slashes would name another host
    location = quote(f"{target}?{query}" if query else target, safe=_SAFE)
    if len(location) > LONGEST_LOCATION and len(location) - len(target) > _SHORT_QUERY:
        raise UriTooLong(f"the address has moved to {target[:200]}; a shorter query goes along")
    return Response(status_code=308, headers={"Location": location})
