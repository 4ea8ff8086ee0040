"""Serving below a path, such as `https://example.org/kb`.

Routes, templates and links are written for the root. Only this module adds the path of the
public address, to the links of pages and to redirects. The proxy strips it from requests.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

Header = tuple[bytes, bytes]

_LINK = re.compile(r'(<[a-z][^<>]*?\s(?:href|src|action)=")(?=/(?!/))')
"""An attribute with a path on this host. In text, `<` is always escaped."""


def prefix_of(url: str) -> str:
    """The path of a URL, without a trailing slash."""
    return urlsplit(url).path.rstrip("/")


def prefixed_links(html: str, prefix: str) -> str:
    """A page with the prefix added to its links."""
    return _LINK.sub(lambda match: match[1] + prefix, html) if prefix else html


def prefixed_location(headers: Iterable[Header], prefix: str) -> list[Header]:
    """Response headers with the prefix added to `Location`."""
    if not prefix:
        return list(headers)
    return [
        (name, prefix.encode() + value)
        if name.lower() == b"location" and value.startswith(b"/")
        else (name, value)
        for name, value in headers
    ]
