"""One request as the caching middleware sees it: its parsed header fields, id and start.

A client sends the same header fields again and again, so the parsed ones are remembered.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from starlette.responses import Response
from starlette.types import Scope

from api.http.content_encoding import Coding, choose_coding
from api.http.errors import LONGEST_HEAD, HeadersTooLarge
from api.http.hosts import LONGEST_HOST, Hosts, Server, complaint_about, is_host
from api.http.negotiation import LONGEST_CHOICE, canonical_choice
from corpus.errors import Complaint, FixbookError, InvalidRequest

CONTEXT = "fixbook.context"
"""The key of the RequestContext in an ASGI scope."""
SPAN = "fixbook.span"
"""The key of the span of the request, if telemetry is on."""
Headers = list[tuple[bytes, bytes]]
_MOST_KNOWN = 1_000
_LONGEST_KNOWN = 2_048
"""Bytes of all fields together; longer ones are not remembered."""

Fields = tuple[tuple[bytes, bytes], ...]
Choice = tuple[bytes, bytes, bytes]
"""The authority for links, empty if the host is refused; Accept and Accept-Language, both in
canonical form."""


@dataclass(slots=True)
class RequestFields:
    """The header fields of a request, parsed."""

    by_name: Mapping[bytes, bytes]
    """The first of each name."""
    choice: Choice
    """Everything that a response is chosen by, except for its coding."""
    coding: Coding = Coding.IDENTITY
    if_none_match: bytes | None = None
    if_modified_since: int | None = None
    """Seconds since 1970."""
    error: FixbookError | None = None
    """Why the request is refused."""

    @property
    def authority(self) -> bytes:
        """Host and port for links; empty if the host is refused."""
        return self.choice[0]

    def matches_etag(self, etag: bytes) -> bool:
        """Whether If-None-Match lists this tag, by weak comparison (RFC 9110, section 13.1.2)."""
        if self.if_none_match is None or self.if_none_match == etag:
            return self.if_none_match is not None
        wanted = etag.removeprefix(b"W/")
        tags = (tag.strip().removeprefix(b"W/") for tag in self.if_none_match.split(b","))
        return any(tag in (wanted, b"*") for tag in tags)


class FieldReader:
    """Parses header fields."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._known: dict[tuple[Fields, Server, str], RequestFields] = {}
        self._choice = lru_cache(_MOST_KNOWN)(self._choose)

    def read(self, scope: Scope) -> RequestFields:
        """The header fields of this request."""
        key = (tuple(scope["headers"]), scope["server"], scope["http_version"])
        return self._known.get(key) or self._read(*key)

    def _read(self, fields: Fields, server: Server, http_version: str) -> RequestFields:
        size = len(b"".join(chain.from_iterable(fields)))
        by_name = dict(reversed(fields))
        host, since = by_name.get(b"host"), by_name.get(b"if-modified-since")
        read = RequestFields(
            by_name=by_name,
            choice=self._choice(
                host and host[:LONGEST_HOST],
                by_name.get(b"accept", b"")[:LONGEST_CHOICE],
                by_name.get(b"accept-language", b"")[:LONGEST_CHOICE],
                server,
            ),
            coding=choose_coding(by_name.get(b"accept-encoding", b"")[:LONGEST_CHOICE]),
            if_none_match=by_name.get(b"if-none-match"),
            if_modified_since=_seconds(since) if since else None,
            error=HeadersTooLarge()
            if size > LONGEST_HEAD
            else _error(by_name, fields, http_version),
        )
        if size <= _LONGEST_KNOWN:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[fields, server, http_version] = read
        return read

    def _choose(
        self, host: bytes | None, accept: bytes, languages: bytes, server: Server
    ) -> Choice:
        return self._hosts.authority(host, server) or b"", *canonical_choice(accept, languages)


def _error(
    by_name: Mapping[bytes, bytes], fields: Fields, http_version: str
) -> FixbookError | None:
    complaint, host = None, by_name.get(b"host")
    if len(by_name) < len(fields) and sum(name == b"host" for name, _ in fields) > 1:
        # A cache on the way may have used the other one (RFC 9112, section 3.2).
        complaint = Complaint("Host", "is given more than once", None)
    elif host is None and http_version != "1.0":
        complaint = Complaint("Host", "is missing", None)
    elif host is not None and not is_host(host[:LONGEST_HOST]):
        complaint = complaint_about(host)
    elif http_version == "1.0" and b"transfer-encoding" in by_name:
        # A proxy may have seen a different end of the body (RFC 9112, section 6.1).
        complaint = Complaint("Transfer-Encoding", "needs HTTP/1.1", None)
    return None if complaint is None else InvalidRequest(complaint)


def _seconds(date: bytes) -> int | None:
    """Seconds since 1970 of an HTTP date; None for anything else."""
    try:
        return int(parsedate_to_datetime(date.decode("latin-1")).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None


@dataclass(slots=True)
class RequestContext:
    """What the caching middleware knows of a request before it is routed."""

    request_id: bytes
    is_head: bool
    fields: RequestFields
    started: float
    """By `time.perf_counter`, in seconds."""
    headers: Headers
    """Headers of any response to this request: its id, and the remaining quota."""
    is_private: bool = False
    """Whether caches that several readers share may keep nothing."""
    representation: Response | None = None
    """The response, if it is a Representation."""
    key_error: FixbookError | None = None
    """Why the API key of the request is not valid."""

    def envelope_end(self) -> bytes:
        """The last bytes of an enveloped response: request id, time, closing braces."""
        return b'"requestId":"%b","timestamp":"%b"}}' % (self.request_id, clock().encode())


def route_of(scope: Mapping[str, Any]) -> str:
    """The path template of the matching route, or ''."""
    path: str = getattr(scope.get("route"), "path", "")
    return path


_second = (0, "")


def clock() -> str:
    """The current time as in responses and log lines: UTC, milliseconds, Z."""
    global _second  # noqa: PLW0603 - formatting once a second is measurably faster
    now = time.time()
    if _second[0] != (second := int(now)):
        _second = (second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S."))
    return f"{_second[1]}{int((now - second) * 1000):03d}Z"
