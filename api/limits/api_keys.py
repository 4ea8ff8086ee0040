"""The valid API keys, as a serving process has read them, and the check of a request's key."""

import asyncio
import time
from base64 import b64decode
from collections.abc import Callable, Sequence

from api.http.errors import HttpError
from api.limits.tuning import REFRESH_SECONDS
from corpus.errors import FixbookError, Unavailable
from corpus.store.api_keys import Key, Keyring

_BEARER, _BASIC = b"bearer ", b"basic "


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

    def __init__(self) -> None:
        super().__init__(
            "reading needs an API key: Authorization: Bearer fb_…, or the key as the password of "
            "HTTP Basic authentication"
        )


class ApiKeyCache:
    """Reads the keys from the database every other second.

    A key is never logged: neither this class nor its errors repeat what was sent.
    """

    def __init__(self, read: Callable[[], Sequence[Key]]) -> None:
        self._read = read
        self._ring: Keyring | None = None
        self._looked = 0.0

    def holder(self, authorization: bytes, *, is_needed: bool = False) -> Key | None:
        """The key in this header; None for another authentication scheme.

        `is_needed`: HTTP Basic is read as well, else it is meant for a proxy in front of the
        service. Raises Unauthorized if the key is not valid, and Unavailable before the keys were
        read.
        """
        token = _token(authorization, basic=is_needed)
        if token is None:
            return None
        if self._ring is None:
            raise Unavailable("API keys cannot be checked right now")
        if (key := self._ring.holder(token)) is None:
            raise (
                KeyNeeded
                if is_needed
                else Unauthorized("this API key is not valid; reading needs no key")
            )
        return key

    async def refresh(self) -> None:
        """Reads the keys. While the database is unavailable, the last ones stay valid."""
        self._looked = time.monotonic()
        try:
            keys = await asyncio.to_thread(self._read)
        except FixbookError:
            return
        self._ring = Keyring(keys)

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


def _token(authorization: bytes, *, basic: bool) -> str | None:
    """The key in a header: after `Bearer`, or the password after `Basic` (RFC 7617)."""
    if authorization[: len(_BEARER)].lower() == _BEARER:
        return authorization[len(_BEARER) :].strip().decode("latin-1")
    if basic and authorization[: len(_BASIC)].lower() == _BASIC:
        try:
            pair = b64decode(authorization[len(_BASIC) :].strip(), validate=True)
        except ValueError:
            return ""
        return pair.partition(b":")[2].decode("latin-1")
    return None
