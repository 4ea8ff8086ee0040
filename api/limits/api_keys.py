"""The valid API keys, as a serving process has read them, and the check of a request's key."""

import asyncio
import time
from collections.abc import Callable, Sequence

from api.http.errors import HttpError
from api.limits.tuning import REFRESH_SECONDS
from corpus.errors import FixbookError, Unavailable
from corpus.store.api_keys import Key, Keyring

_SCHEME = b"bearer "


class Unauthorized(HttpError):
    """The API key is not valid. Reading needs no key."""

    code = "UNAUTHORIZED"
    status = 401
    headers = (("WWW-Authenticate", "Bearer"),)


class ApiKeyCache:
    """Reads the keys from the database every other second.

    A key is never logged: neither this class nor its errors repeat what was sent.
    """

    def __init__(self, read: Callable[[], Sequence[Key]]) -> None:
        self._read = read
        self._ring: Keyring | None = None
        self._looked = 0.0

    def holder(self, authorization: bytes) -> Key | None:
        """The key in this header; None for another authentication scheme.

        Raises Unauthorized if it is not valid, and Unavailable before the keys were read.
        """
        if authorization[: len(_SCHEME)].lower() != _SCHEME:
            return None  # meant for a proxy in front of the service
        if self._ring is None:
            raise Unavailable("API keys cannot be checked right now")
        token = authorization[len(_SCHEME) :].strip().decode("latin-1")
        if (key := self._ring.holder(token)) is None:
            raise Unauthorized("this API key is not valid; reading needs no key")
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
