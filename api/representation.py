"""A representation: an answer as ready bytes, with what is needed to send it many times.

An enveloped answer ends with a request id and a time of its own. They come last, so that
everything before them is made, hashed and compressed once.
"""

import gzip
import struct
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.exchange import EXCHANGE, Exchange

Headers = list[tuple[bytes, bytes]]

_WORTH_COMPRESSING = 700
"""Bytes; below that the header costs more than is saved."""
_VARY = (b"vary", b"Accept, Accept-Language, Accept-Encoding")
_NEVER_STORED = (b"cache-control", b"no-store")


class Representation(Response):
    """Bytes to send, their validators, and how long a cache may keep them."""

    def __init__(
        self,
        body: bytes,
        *,
        media_type: str,
        headers: Sequence[tuple[str, str]] = (),
        status: int = 200,
        enveloped: bool = False,
        max_age: int | None = None,
        modified_ms: int = 0,
    ) -> None:
        self.content = body
        self.status_code = status
        self.background = None
        self.enveloped = enveloped
        self.keep = max_age is not None
        self.modified = modified_ms // 1000
        self.etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'.encode()
        self._fixed = _fixed_headers(headers, max_age)
        self._typed = (b"content-type", media_type.encode())
        self._deflated: tuple[bytes, int] | None = None
        self._gzipped: bytes | None = None
        self.raw_headers = [self._typed, *self._fixed]

    @property
    def size(self) -> int:
        """Bytes that keeping this costs, about."""
        return 2 * len(self.content) + 1_000

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answers a request that came through the front door."""
        exchange: Exchange = scope[EXCHANGE]
        exchange.made = self
        await self.answer(exchange, send)

    async def answer(self, exchange: Exchange, send: Send) -> None:
        """Sends what the request needs: nothing new, the head, or all of it."""
        compressed = exchange.gzip and len(self.content) >= _WORTH_COMPRESSING
        etag = self._tag(compressed)
        if self.status_code == 200 and self._unchanged(exchange, etag):
            await _send(exchange, send, 304, self._kept_headers(etag), b"")
            return
        body = self._body(exchange, compressed)
        headers = self._kept_headers(etag)
        headers.append(self._typed)
        headers.append((b"content-length", b"%d" % len(body)))
        if compressed:
            headers.append((b"content-encoding", b"gzip"))
        await _send(exchange, send, self.status_code, headers, b"" if exchange.head else body)

    def _tag(self, compressed: bool) -> bytes:
        """Strong for bytes that never differ; weak where the envelope's end does."""
        if self.enveloped:
            return b"W/" + self.etag
        return self.etag[:-1] + b'-gzip"' if compressed else self.etag

    def _kept_headers(self, etag: bytes) -> Headers:
        headers = [*self._fixed]
        if self.status_code == 200 and self.keep:
            headers.append((b"etag", etag))
            if self.modified:
                headers.append((b"last-modified", _http_date(self.modified)))
        return headers

    def _unchanged(self, exchange: Exchange, etag: bytes) -> bool:
        """RFC 9110, section 13.2.2: If-None-Match decides alone where it is given."""
        if not self.keep:
            return False
        if exchange.if_none_match is not None:
            wanted = etag.removeprefix(b"W/")
            tags = (tag.strip().removeprefix(b"W/") for tag in exchange.if_none_match.split(b","))
            return any(tag in (wanted, b"*") for tag in tags)
        since = exchange.if_modified_since
        return since is not None and 0 < self.modified <= since

    def _body(self, exchange: Exchange, compressed: bool) -> bytes:
        tail = exchange.envelope_end() if self.enveloped else b""
        if not compressed:
            return self.content + tail
        if not self.enveloped:
            if self._gzipped is None:
                self._gzipped = gzip.compress(self.content, 6, mtime=0)
            return self._gzipped
        if self._deflated is None:
            self._deflated = _deflated(self.content)
        return _closed_gzip(*self._deflated, length=len(self.content), tail=tail)


def _deflated(content: bytes) -> tuple[bytes, int]:
    """The start of a gzip file that can be continued, and the CRC of what it holds so far."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    start = compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + start, zlib.crc32(content)


def _closed_gzip(start: bytes, crc: int, *, length: int, tail: bytes) -> bytes:
    """The gzip file of both: the tail is a stored block, the last one (RFC 1951, 3.2.4)."""
    block = struct.pack("<BHH", 1, len(tail), len(tail) ^ 0xFFFF) + tail
    trailer = struct.pack("<II", zlib.crc32(tail, crc), (length + len(tail)) & 0xFFFFFFFF)
    return start + block + trailer


def _fixed_headers(headers: Sequence[tuple[str, str]], max_age: int | None) -> Headers:
    fixed = [(name.lower().encode(), _latin(value)) for name, value in headers]
    if max_age is None:
        return [*fixed, _NEVER_STORED]
    return [*fixed, (b"cache-control", b"public, max-age=%d" % max_age), _VARY]


def _latin(value: str) -> bytes:
    """Headers are Latin-1 without controls; a value that is not was quoted by its maker."""
    return value.encode("latin-1", "replace").replace(b"\r", b"").replace(b"\n", b"")


def _http_date(seconds: int) -> bytes:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT").encode()


async def _send(exchange: Exchange, send: Send, status: int, headers: Headers, body: bytes) -> None:
    """A fresh message and list each time: whoever wraps `send` may change them."""
    headers.append((b"x-request-id", exchange.request_id))
    start: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})
