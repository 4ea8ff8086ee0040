"""Below a path: the service may be reached at `https://example.org/kb` as well as at a root.

Routes, templates and links are written for the root. Here is all that knows better: the
path of the public address goes before what a page or a redirect of ours points to. The
proxy that serves the path takes it away again.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

Header = tuple[bytes, bytes]

_LINK = re.compile(r'(<[a-z][^<>]*?\s(?:href|src|action)=")(?=/(?!/))')
"""An attribute that names a path of this host; in text, `<` is always escaped."""


def prefix_of(url: str) -> str:
    """The path of an address, without a slash at its end."""
    return urlsplit(url).path.rstrip("/")


def linked(html: str, prefix: str) -> str:
    """A page whose links begin with the prefix."""
    return _LINK.sub(lambda match: match[1] + prefix, html) if prefix else html


def located(headers: Iterable[Header], prefix: str) -> list[Header]:
    """Headers of an answer whose redirect begins with the prefix."""
    if not prefix:
        return list(headers)
    return [
        (name, prefix.encode() + value)
        if name.lower() == b"location" and value.startswith(b"/")
        else (name, value)
        for name, value in headers
    ]
