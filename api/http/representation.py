"""A representation: a response as bytes, ready to be sent many times.

An enveloped response ends with its request id and time. They come last, so that everything
before them is rendered, hashed and compressed only once.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.http.content_encoding import NAMES, Coding, EncodedBody, encode
from api.http.request_context import CONTEXT, Headers, RequestContext, RequestFields, route_of

YEAR = 365 * 24 * 3600
"""Seconds. What may be cached that long has a different name in each version."""
_WORTH_COMPRESSING = 700
"""Bytes. Below that, the extra header costs more than compression saves."""
_NEVER_STORED = (b"cache-control", b"no-store")
_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_WITH_304 = (b"cache-control", b"vary", b"last-modified", b"etag")
"""The headers that a 304 must repeat (RFC 9110, section 15.4.5)."""

NEGOTIATED = "Accept, Accept-Language, Accept-Encoding"
"""`Vary` for resources that come in several formats and languages."""


class Representation(Response):
    """A body with its validators and cache lifetime.

    `max_age` is in seconds, None for `no-store`; `vary` names the headers it was chosen by.
    `subject` names what it shows that may change between two generations.
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
        vary: str = NEGOTIATED,
        subject: str = "",
    ) -> None:
        self.content = body
        self.subject = subject
        self.status_code = status
        self.background = None
        self.route = ""
        self.enveloped = enveloped
        self.cacheable = max_age is not None
        self.modified = min(modified_ms // 1000, int(time.time()))
        self._digest = blake2b(body, digest_size=12).hexdigest().encode()
        self._fixed = _fixed_headers(headers, max_age, vary)
        if self.cacheable and self.modified > 0:
            self._fixed.append((b"last-modified", _http_date(self.modified)))
        self.raw_headers = [(b"content-type", media_type.encode()), *self._fixed]
        self._forms: list[_Form | None] = [None] * len(Coding)

    @property
    def size(self) -> int:
        """Approximate bytes of memory that caching this takes."""
        return 2 * len(self.content) + 4_000

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answers a request that came through the caching middleware."""
        context: RequestContext = scope[CONTEXT]
        context.representation = self
        self.route = route_of(scope)
        status, headers, body = self.parts(context)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def parts(self, context: RequestContext) -> tuple[int, Headers, bytes]:
        """Status, headers and body for a request.

        The list of headers is a copy, because code that wraps `send` may change it.
        """
        fields = context.fields
        form = self._forms[fields.coding] or self._add_form(
            fields.coding, is_private=context.is_private
        )
        if self.cacheable and self._is_unchanged(fields, form.etag):
            return 304, [*form.unchanged, *context.headers], b""
        body = self._body(form, context)
        headers = [*form.headers, (b"content-length", b"%d" % len(body)), *context.headers]
        return self.status_code, headers, b"" if context.is_head else body

    def _body(self, form: "_Form", context: RequestContext) -> bytes:
        return (
            form.encoded.with_end(context.envelope_end())
            if self.enveloped
            else form.encoded.content
        )

    def _add_form(self, coding: Coding, *, is_private: bool) -> "_Form":
        """The response in a coding, compressed on first use."""
        if coding and len(self.content) < _WORTH_COMPRESSING:
            form = self._forms[Coding.IDENTITY] or self._add_form(
                Coding.IDENTITY, is_private=is_private
            )
        else:
            etag = self._etag(coding)
            general = [_private(header) for header in self._fixed] if is_private else self._fixed
            fixed = [*general, *([(b"etag", etag)] if self.cacheable else [])]
            unchanged = [header for header in fixed if header[0] in _WITH_304]
            named = [(b"content-encoding", NAMES[coding])] if coding else []
            form = _Form(
                encoded=encode(self.content, coding, open_ended=self.enveloped),
                etag=etag,
                headers=[self.raw_headers[0], *fixed, *named],
                unchanged=unchanged,
            )
        self._forms[coding] = form
        return form

    def _etag(self, coding: Coding) -> bytes:
        """Strong if the bytes never differ; weak if they end with the envelope's id and time."""
        if self.enveloped:
            return b'W/"%b"' % self._digest
        return b'"%b-%b"' % (self._digest, NAMES[coding]) if coding else b'"%b"' % self._digest

    def _is_unchanged(self, fields: RequestFields, etag: bytes) -> bool:
        """If-None-Match takes precedence over If-Modified-Since (RFC 9110, section 13.2.2)."""
        if fields.if_none_match is not None:
            return fields.matches_etag(etag)
        since = fields.if_modified_since
        return since is not None and 0 < self.modified <= since


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """The response in one content coding, with its headers and those of a 304."""

    encoded: EncodedBody
    etag: bytes
    headers: Headers
    unchanged: Headers


def _fixed_headers(headers: Sequence[tuple[str, str]], max_age: int | None, vary: str) -> Headers:
    fixed = with_security_headers(
        [(name.lower().encode(), _latin(value)) for name, value in headers]
    )
    if max_age is None:
        return [*fixed, _NEVER_STORED]
    never_changes = b", immutable" if max_age >= YEAR else b""
    control = b"public, max-age=%d%b" % (max_age, never_changes)
    return [*fixed, (b"cache-control", control), (b"vary", _latin(vary))]


def _private(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """A header that forbids shared caches to keep the response."""
    name, value = header
    return (name, value.replace(b"public", b"private")) if name == b"cache-control" else header


def with_security_headers(headers: Headers) -> Headers:
    """The headers plus the security headers that are not among them already."""
    named = {name for name, _ in headers}
    return headers + [header for header in _SECURITY if header[0] not in named]


def _latin(value: str) -> bytes:
    """Headers are Latin-1 without line breaks; callers quote other values."""
    return value.encode("latin-1", "replace").replace(b"\r", b"").replace(b"\n", b"")


def _http_date(seconds: int) -> bytes:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT").encode()
