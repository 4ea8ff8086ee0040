"""What the application holds while it runs, and how requests get at it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from corpus.errors import Complaint, IndexMissing, InvalidRequest
from corpus.library import Library, Reading
from corpus.settings import Settings

Result = TypeVar("Result")

_LONG_MS = 5.0
"""From here on a query leaves the event loop; below it, the way to a thread costs more."""

_INDEX_SECONDS = 2.0


@dataclass(slots=True)
class Traffic:
    """What this process has been asked."""

    requests: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """The settings, the library, and the threads for what takes long."""

    settings: Settings
    library: Library
    threads: ThreadPoolExecutor
    traffic: Traffic

    async def read(
        self, question: Callable[[Reading], Result], *, search: bool = False, long: bool = False
    ) -> Result:
        """Asks one generation: in the event loop if that is quick, else in a thread.

        `search` says that the engine is asked, `long` that the answer takes long anyway.
        """

        def ask() -> Result:
            with self.library.reading() as reading:
                return question(reading)

        slow = long or (search and self.library.engine.blocking_ms > _LONG_MS)
        if not self.library.database.is_local:
            return await self._with_index(ask)
        return await self.in_thread(ask) if slow else ask()

    async def _with_index(self, ask: Callable[[], Result]) -> Result:
        """Waits a moment for an index: this machine makes its own of what another published."""
        clock = asyncio.get_running_loop().time
        patience = clock() + _INDEX_SECONDS
        while True:
            try:
                return await self.in_thread(ask)
            except IndexMissing:
                if clock() > patience:
                    raise
            await asyncio.sleep(_INDEX_SECONDS / 20)

    async def in_thread(self, ask: Callable[[], Result]) -> Result:
        """Runs what may take long while the event loop goes on."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, ask)


async def _state(request: Request) -> State:
    state: State = request.app.state.fixbook
    return state


async def _public_url(request: Request) -> str:
    """The address of the service, as set, or as the request named it."""
    settings: Settings = request.app.state.fixbook.settings
    if settings.public_url:
        return settings.public_url
    host = request.headers.get("host", "")
    if not host or not set(host) <= _HOST_CHARACTERS:
        raise InvalidRequest(Complaint("Host", "is not the name of a host", host[:100]))
    return f"{request.scope['scheme']}://{host}"


_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]")

StateDep = Annotated[State, Depends(_state)]
PublicUrl = Annotated[str, Depends(_public_url)]
