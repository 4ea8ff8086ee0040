"""The valid API keys, as a serving process has read them, and the checks of a request's key."""

import asyncio
import time
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request

from api.http.errors import HttpError
from api.http.request_context import CONTEXT, RequestContext
from api.limits.tuning import MOST_KNOWN_KEYS, REFRESH_SECONDS
from corpus.errors import FixbookError, Unavailable
from corpus.store.api_keys import Key, Keyring, Scope

KEY = "fixbook.key"
"""The place of the request's Key in an ASGI scope."""
_BEARER, _BASIC = b"bearer ", b"basic "
_PREFIX = "fb_"


class Unauthorized(HttpError):
    """The API key is not valid."""

    code = "UNAUTHORIZED"
    status = 401
    headers: Sequence[tuple[str, str]] = (("WWW-Authenticate", "Bearer"),)


class KeyNeeded(Unauthorized):
    """Nothing can be read here without an API key. Browsers ask their user for it."""

    headers = (
        *Unauthorized.headers,
        ("WWW-Authenticate", 'Basic realm="Fixbook", charset="UTF-8"'),
    )

    def __init__(self, what: str = "reading needs an API key") -> None:
        super().__init__(
            f"{what}: Authorization: Bearer fb_…, or the key as the password of HTTP Basic "
            "authentication"
        )


class Forbidden(HttpError):
    """The API key lacks the right, or the request comes from a page that may not send it."""

    code = "FORBIDDEN"
    status = 403


def require(*scopes: Scope) -> Callable[[Request], Awaitable[Key]]:
    """A dependency: the key of the request, which must have one of these scopes.

    Raises KeyNeeded without a key, and Forbidden if it lacks the scope, or if a page of another
    site made a browser send it.
    """

    async def key(request: Request) -> Key:
        holder: Key | None = request.scope.get(KEY)
        if holder is None:
            raise KeyNeeded(f"this needs an API key with the scope {' or '.join(scopes)}")
        check_scope(holder, *scopes)
        if request.method != "GET" and _is_from_another_site(request):
            raise Forbidden("a page of another site may not send this request")
        return holder

    return key


def may_report(scope: Mapping[str, Any]) -> bool:
    """Whether the request has a key that may report."""
    key: Key | None = scope.get(KEY)
    return key is not None and Scope.REPORT in key.scopes


def check_scope(key: Key, *scopes: Scope) -> None:
    """Raises Forbidden if the key has none of these scopes."""
    if key.scopes.isdisjoint(scopes):
        scope = " or ".join(scopes)
        has = ", ".join(sorted(key.scopes))
        raise Forbidden(f"this needs an API key with the scope {scope}; this one has {has}")


def _is_from_another_site(request: Request) -> bool:
    """Whether a browser may have added its credentials to a form of another site.

    Browsers add those of HTTP Basic to any request, and say whose page sends it in
    `Sec-Fetch-Site` (W3C Fetch Metadata) or `Origin` (RFC 6454). A Bearer token is added by nobody.
    """
    authorization = request.headers.get("authorization", "").encode("latin-1")
    if _is_bearer(authorization):
        return False
    if site := request.headers.get("sec-fetch-site"):
        return site not in ("same-origin", "none")
    context: RequestContext = request.scope[CONTEXT]
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != context.fields.authority.decode()


class ApiKeyCache:
    """Reads the keys from the database every other second.

    A key is never logged: neither this class nor its errors repeat what was sent.
    """

    def __init__(self, read: Callable[[], Sequence[Key]]) -> None:
        self._read = read
        self._ring: Keyring | None = None
        self._known: dict[bytes, Key] = {}
        """The keys of headers that came since the keys were read."""
        self._looked = 0.0

    def holder(self, authorization: bytes, *, is_needed: bool = False) -> Key | None:
        """The key in this header; None for another authentication scheme.

        `is_needed`: the password of HTTP Basic is a key in any case. Else it may be meant for a
        proxy in front of the service, and counts only if it looks like one. Raises Unauthorized if
        the key is not valid, and Unavailable before the keys were read.
        """
        if (known := self._known.get(authorization)) is not None:
            return known
        token = _token(authorization)
        is_ours = is_needed or _is_bearer(authorization)
        if token is None or not (is_ours or token.startswith(_PREFIX)):
            return None
        if self._ring is None:
            raise Unavailable("API keys cannot be checked right now")
        if (key := self._ring.holder(token)) is None:
            raise (
                KeyNeeded
                if is_needed
                else Unauthorized("this API key is not valid; reading needs no key")
            )
        if len(self._known) < MOST_KNOWN_KEYS:
            self._known[authorization] = key
        return key

    async def refresh(self) -> None:
        """Reads the keys. While the database is unavailable, the last ones stay valid."""
        self._looked = time.monotonic()
        try:
            keys = await asyncio.to_thread(self._read)
        except FixbookError:
            return
        self._ring, self._known = Keyring(keys), {}

    async def refresh_for_new_key(self) -> bool:
        """Reads the keys because one was not among them; False if that was just done."""
        if time.monotonic() - self._looked < REFRESH_SECONDS / 2:
            return False
        await self.refresh()
        return True

    async def run(self) -> None:
        """Refreshes for as long as the application runs."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            await self.refresh()


def _is_bearer(authorization: bytes) -> bool:
    return authorization[: len(_BEARER)].lower() == _BEARER


def _token(authorization: bytes) -> str | None:
    """The key in a header: after `Bearer`, or the password after `Basic` (RFC 7617)."""
    if _is_bearer(authorization):
        return authorization[len(_BEARER) :].strip().decode("latin-1")
    if authorization[: len(_BASIC)].lower() == _BASIC:
        try:
            pair = b64decode(authorization[len(_BASIC) :].strip(), validate=True)
        except ValueError:
            return ""
        return pair.partition(b":")[2].decode("latin-1")
    return None
