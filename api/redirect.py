"""Redirects, relative to whatever address the service is reached at."""

from urllib.parse import quote

from starlette.responses import Response

_SAFE = "/?&=%+:;,@!$'()*~"


def moved(path: str, query: str) -> Response:
    """A permanent redirect that keeps method and query; `path` is quoted already."""
    target = "/" + path.lstrip("/")  # two slashes would name another host
    location = f"{target}?{query}" if query else target
    return Response(status_code=308, headers={"Location": quote(location, safe=_SAFE)})
