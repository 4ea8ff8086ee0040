"""The API keys that are good, as a serving process knows them, and who holds one."""

import asyncio
import time
from collections.abc import Callable, Sequence

from api.http.errors import HttpError
from corpus.errors import FixbookError, Unavailable
from corpus.store.api_keys import Key, Keyring

_EVERY_SECONDS = 2.0
"""How soon a key that was revoked is refused."""
_SCHEME = b"bearer "


class Unauthorized(HttpError):
    """The key is wrong. Without any key the same may be read."""

    code = "UNAUTHORIZED"
    status = 401
    headers = (("WWW-Authenticate", "Bearer"),)


class ApiKeyCache:
    """Looks for keys now and then; `read` asks the database for all of them.

    The log never sees a key: neither this class nor an error says what it was given.
    """

    def __init__(self, read: Callable[[], Sequence[Key]]) -> None:
        self._read = read
        self._ring: Keyring | None = None
        self._looked = 0.0

    def holder(self, authorization: bytes) -> Key | None:
        """Who sends this header; None for a scheme that is not ours.

        Raises Unauthorized for a key that is not good, and Unavailable while nobody knows.
        """
        if authorization[: len(_SCHEME)].lower() != _SCHEME:
            return None  # what a proxy in front of us may ask for
        if self._ring is None:
            raise Unavailable("API keys cannot be checked right now")
        token = authorization[len(_SCHEME) :].strip().decode("latin-1")
        if (key := self._ring.holder(token)) is None:
            raise Unauthorized("this API key is not known; without one you may read as well")
        return key

    async def look(self) -> None:
        """Reads the keys. While the database is away, those that were known stay good."""
        self._looked = time.monotonic()
        try:
            keys = await asyncio.to_thread(self._read)
        except FixbookError:
            return
        self._ring = Keyring(keys)

    async def look_again(self) -> bool:
        """For a key that is not known: it may be new. False if that was just looked for."""
        if time.monotonic() - self._looked < _EVERY_SECONDS / 2:
            return False
        await self.look()
        return True

    async def run(self) -> None:
        """Looks for as long as the application lives."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            await self.look()
