"""The header fields of a request: what they mean, and what is wrong with them.

A client sends the same fields again and again, so what they mean is remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from starlette.types import Scope

from api.http.content_encoding import Coding, chosen
from api.http.errors import LONGEST_HEAD, HeadersTooLarge
from api.http.hosts import Hosts, Server, complaint_about, is_host
from api.http.negotiation import meaning
from corpus.errors import Complaint, FixbookError, InvalidRequest

_MOST_KNOWN = 1_000
_LONGEST_KNOWN = 4_096
"""Bytes of all fields together that are worth remembering."""

Fields = tuple[tuple[bytes, bytes], ...]
Choice = tuple[bytes, bytes, bytes]
"""The authority that links name, empty if it is refused; what Accept and Accept-Language mean."""


@dataclass(frozen=True, slots=True)
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

    def read(self, scope: Scope) -> RequestFields:
        """What the fields of this request say."""
        key = (tuple(scope["headers"]), scope["server"], scope["http_version"])
        return self._known.get(key) or self._read(*key)

    def _read(self, fields: Fields, server: Server, http_version: str) -> RequestFields:
        size = sum(len(name) + len(value) for name, value in fields)
        by_name = dict(reversed(fields))
        authority = self._hosts.authority(by_name.get(b"host"), server) or b""
        accept, languages = by_name.get(b"accept", b""), by_name.get(b"accept-language", b"")
        read = RequestFields(
            by_name=by_name,
            choice=(authority, *meaning(accept, languages)),
            coding=chosen(by_name.get(b"accept-encoding", b"")),
            if_none_match=by_name.get(b"if-none-match"),
            if_modified_since=_seconds(by_name.get(b"if-modified-since", b"")),
            error=HeadersTooLarge() if size > LONGEST_HEAD else _error(fields, http_version),
        )
        if size <= _LONGEST_KNOWN:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[fields, server, http_version] = read
        return read


def _error(fields: Fields, http_version: str) -> FixbookError | None:
    hosts = [value for name, value in fields if name == b"host"]
    complaint = None
    if len(hosts) > 1:  # caches on the way may have used another (RFC 9112, section 3.2)
        complaint = Complaint("Host", "is given more than once", None)
    elif not hosts and http_version != "1.0":
        complaint = Complaint("Host", "is missing", None)
    elif hosts and not is_host(hosts[0]):
        complaint = complaint_about(hosts[0])
    elif http_version == "1.0" and any(name == b"transfer-encoding" for name, _ in fields):
        # Whoever stands between may have read another end of the body (RFC 9112, section 6.1).
        complaint = Complaint("Transfer-Encoding", "needs HTTP/1.1", None)
    return None if complaint is None else InvalidRequest(complaint)


def _seconds(date: bytes) -> int | None:
    """Seconds since 1970 of an HTTP date; None for anything else."""
    try:
        return int(parsedate_to_datetime(date.decode("latin-1")).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None
