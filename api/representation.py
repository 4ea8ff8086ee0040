"""A representation: an answer as ready bytes, with what is needed to send it many times.

An enveloped answer ends with a request id and a time of its own. They come last, so that
everything before them is made, hashed and compressed once.
"""

import gzip
import struct
import time
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.exchange import EXCHANGE, Exchange

Headers = list[tuple[bytes, bytes]]

_WORTH_COMPRESSING = 700
"""Bytes; below that the header costs more than is saved."""
_NEVER_STORED = (b"cache-control", b"no-store")


class Representation(Response):
    """Bytes to send, their validators, and how long a cache may keep them.

    `max_age` is in seconds, None for never; `vary` names the headers that chose the answer.
    """

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
        vary: str = "Accept, Accept-Language, Accept-Encoding",
    ) -> None:
        self.content = body
        self.status_code = status
        self.background = None
        self.enveloped = enveloped
        self.keep = max_age is not None
        self.modified = min(modified_ms // 1000, int(time.time()))
        self._digest = blake2b(body, digest_size=12).hexdigest().encode()
        self._fixed = _fixed_headers(headers, max_age, vary)
        if self.keep and self.modified > 0:
            self._fixed.append((b"last-modified", _http_date(self.modified)))
        self.raw_headers = [(b"content-type", media_type.encode()), *self._fixed]
        self._forms: list[_Form | None] = [None, None]

    @property
    def size(self) -> int:
        """Bytes that keeping this costs, about."""
        return 2 * len(self.content) + 2_000

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answers a request that came through the front door."""
        exchange: Exchange = scope[EXCHANGE]
        exchange.made = self
        await self.answer(exchange, send)

    async def answer(self, exchange: Exchange, send: Send) -> None:
        """Sends what the request needs: nothing new, the head, or all of it.

        Messages and lists are new each time, for whoever wraps `send` may change them.
        """
        form = self._forms[exchange.gzip] or self._made(exchange.gzip)
        status, body = self.status_code, b""
        if self.keep and self._unchanged(exchange, form.etag):
            status, headers = 304, [*form.unchanged, (b"x-request-id", exchange.request_id)]
        else:
            body = form.body(exchange)
            headers = [
                *form.headers,
                (b"content-length", b"%d" % len(body)),
                (b"x-request-id", exchange.request_id),
            ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if exchange.head else body})

    def _made(self, gzipped: bool) -> "_Form":
        """The form for those who take gzip or those who do not; made when first asked for."""
        if gzipped and len(self.content) < _WORTH_COMPRESSING:
            form = self._forms[False] or self._made(False)
        else:
            etag = self._etag(gzipped)
            unchanged = [*self._fixed, *([(b"etag", etag)] if self.keep else [])]
            headers = [self.raw_headers[0], *unchanged]
            kind = _Gzipped if gzipped else _Form
            form = kind(self.content, etag, headers, unchanged, enveloped=self.enveloped)
        self._forms[gzipped] = form
        return form

    def _etag(self, gzipped: bool) -> bytes:
        """Strong for bytes that never differ; weak where the envelope's end does."""
        if self.enveloped:
            return b'W/"%b"' % self._digest
        return b'"%b-gzip"' % self._digest if gzipped else b'"%b"' % self._digest

    def _unchanged(self, exchange: Exchange, etag: bytes) -> bool:
        """RFC 9110, section 13.2.2: If-None-Match decides alone where it is given."""
        if exchange.if_none_match is not None:
            if exchange.if_none_match == etag:
                return True
            wanted = etag.removeprefix(b"W/")
            tags = (tag.strip().removeprefix(b"W/") for tag in exchange.if_none_match.split(b","))
            return any(tag in (wanted, b"*") for tag in tags)
        since = exchange.if_modified_since
        return since is not None and 0 < self.modified <= since


class _Form:
    """The bytes in one content coding, here none, with the headers that go with them."""

    __slots__ = ("_content", "_enveloped", "etag", "headers", "unchanged")

    def __init__(
        self, content: bytes, etag: bytes, headers: Headers, unchanged: Headers, *, enveloped: bool
    ) -> None:
        self.etag = etag
        self.headers = headers
        self.unchanged = unchanged
        self._content = content
        self._enveloped = enveloped

    def body(self, exchange: Exchange) -> bytes:
        """All bytes of this answer."""
        return self._content + exchange.envelope_end() if self._enveloped else self._content


class _Gzipped(_Form):
    """The same, compressed."""

    __slots__ = ("_crc", "_length")

    def __init__(
        self, content: bytes, etag: bytes, headers: Headers, unchanged: Headers, *, enveloped: bool
    ) -> None:
        headers.append((b"content-encoding", b"gzip"))
        self._length = len(content)
        self._crc = zlib.crc32(content)
        compressed = _deflated(content) if enveloped else gzip.compress(content, 6, mtime=0)
        super().__init__(compressed, etag, headers, unchanged, enveloped=enveloped)

    def body(self, exchange: Exchange) -> bytes:
        """All bytes; the envelope's end is a stored block, the last one (RFC 1951, 3.2.4)."""
        if not self._enveloped:
            return self._content
        tail = exchange.envelope_end()
        block = struct.pack("<BHH", 1, len(tail), len(tail) ^ 0xFFFF) + tail
        length = (self._length + len(tail)) & 0xFFFFFFFF
        return self._content + block + struct.pack("<II", zlib.crc32(tail, self._crc), length)


def _deflated(content: bytes) -> bytes:
    """The start of a gzip file that can be continued."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    start = compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + start


def _fixed_headers(headers: Sequence[tuple[str, str]], max_age: int | None, vary: str) -> Headers:
    fixed = [(name.lower().encode(), _latin(value)) for name, value in headers]
    if max_age is None:
        return [*fixed, _NEVER_STORED]
    return [*fixed, (b"cache-control", b"public, max-age=%d" % max_age), (b"vary", _latin(vary))]


def _latin(value: str) -> bytes:
    """Headers are Latin-1 without controls; a value that is not was quoted by its maker."""
    return value.encode("latin-1", "replace").replace(b"\r", b"").replace(b"\n", b"")


def _http_date(seconds: int) -> bytes:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT").encode()
