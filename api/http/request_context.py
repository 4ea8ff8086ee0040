"""One request as the middleware sees it: what its header fields mean, and what is its own.

A client sends the same fields again and again, so what they mean is remembered.
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

from api.http.content_encoding import Coding, chosen
from api.http.errors import LONGEST_HEAD, HeadersTooLarge
from api.http.hosts import LONGEST_HOST, Hosts, Server, complaint_about, is_host
from api.http.negotiation import LONGEST_CHOICE, meaning
from corpus.errors import Complaint, FixbookError, InvalidRequest

CONTEXT = "fixbook.context"
"""Where the ASGI scope carries it."""
Headers = list[tuple[bytes, bytes]]
_MOST_KNOWN = 1_000
_LONGEST_KNOWN = 2_048
"""Bytes of all fields together that are worth remembering."""

Fields = tuple[tuple[bytes, bytes], ...]
Choice = tuple[bytes, bytes, bytes]
"""The authority that links name, empty if it is refused; what Accept and Accept-Language mean."""


@dataclass(slots=True)
class RequestFields:
    """What the fields of a request say."""

    by_name: Mapping[bytes, bytes]
    """Of a repeated one, the first counts."""
    choice: Choice
    """All by which they choose an answer, but for its coding."""
    coding: Coding = Coding.IDENTITY
    if_none_match: bytes | None = None
    if_modified_since: int | None = None
    """Seconds since 1970."""
    error: FixbookError | None = None
    """Why they cannot be used."""

    @property
    def authority(self) -> bytes:
        """Host and port that links name; empty for a host that is refused."""
        return self.choice[0]

    def knows(self, etag: bytes) -> bool:
        """Whether If-None-Match names this tag, strong or weak (RFC 9110, section 13.1.2)."""
        if self.if_none_match is None or self.if_none_match == etag:
            return self.if_none_match is not None
        wanted = etag.removeprefix(b"W/")
        tags = (tag.strip().removeprefix(b"W/") for tag in self.if_none_match.split(b","))
        return any(tag in (wanted, b"*") for tag in tags)


class FieldReader:
    """Reads the fields of requests to these hosts."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._known: dict[tuple[Fields, Server, str], RequestFields] = {}
        self._choice = lru_cache(_MOST_KNOWN)(self._chosen)

    def read(self, scope: Scope) -> RequestFields:
        """What the fields of this request say."""
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
            coding=chosen(by_name.get(b"accept-encoding", b"")[:LONGEST_CHOICE]),
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

    def _chosen(
        self, host: bytes | None, accept: bytes, languages: bytes, server: Server
    ) -> Choice:
        return self._hosts.authority(host, server) or b"", *meaning(accept, languages)


def _error(
    by_name: Mapping[bytes, bytes], fields: Fields, http_version: str
) -> FixbookError | None:
    complaint, host = None, by_name.get(b"host")
    if len(by_name) < len(fields) and sum(name == b"host" for name, _ in fields) > 1:
        # Caches on the way may have used another (RFC 9112, section 3.2).
        complaint = Complaint("Host", "is given more than once", None)
    elif host is None and http_version != "1.0":
        complaint = Complaint("Host", "is missing", None)
    elif host is not None and not is_host(host[:LONGEST_HOST]):
        complaint = complaint_about(host)
    elif http_version == "1.0" and b"transfer-encoding" in by_name:
        # Whoever stands between may have read another end of the body (RFC 9112, section 6.1).
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
    """What the middleware read from a request before anything else looked at it."""

    request_id: bytes
    is_head: bool
    fields: RequestFields
    started: float
    """By `time.perf_counter`, in seconds."""
    headers: Headers
    """What every answer to this request says: its id, and what is left of a quota."""
    made: Response | None = None
    """The answer, if it is a Representation."""

    def envelope_end(self) -> bytes:
        """The last bytes of an enveloped answer: request id, time, and what is open."""
        return b'"requestId":"%b","timestamp":"%b"}}' % (self.request_id, clock().encode())


def route_of(scope: Mapping[str, Any]) -> str:
    """The template of the route that took a request, or '' if none did."""
    path: str = getattr(scope.get("route"), "path", "")
    return path


_second = (0, "")


def clock() -> str:
    """This moment as answers and log lines write it: UTC, milliseconds, Z."""
    global _second  # noqa: PLW0603 - the text of the current second is worth keeping
    now = time.time()
    if _second[0] != (second := int(now)):
        _second = (second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S."))
    return f"{_second[1]}{int((now - second) * 1000):03d}Z"
