"""What the application holds while it runs, and how requests get at it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from api.http.request_context import CONTEXT, RequestContext
from api.http.shared_results import RecentResult, SharedFiles
from api.limits.load_shedding import LoadShedder
from api.metrics.active_agents import ActiveAgents
from api.metrics.counters import Traffic
from api.metrics.worker_counters import WorkerCounters
from corpus.errors import IndexMissing, Unavailable
from corpus.library import Library
from corpus.search.reading import Reading
from corpus.settings import Settings

Result = TypeVar("Result")

_LONG_MS = 5.0
"""From here on a query leaves the event loop; below it, the way to a thread costs more."""

_INDEX_SECONDS = 2.0

_LONGEST_SECONDS = 10.0
"""How long an answer may take in a thread."""


@dataclass(frozen=True, slots=True)
class AppState:
    """The settings, the library, and the threads for what takes long."""

    settings: Settings
    library: Library
    threads: ThreadPoolExecutor
    traffic: Traffic
    worker_counters: WorkerCounters
    agents: ActiveAgents
    files: SharedFiles
    loop_load: LoadShedder = field(default_factory=lambda: LoadShedder(steady=16))
    """Who is answered in the event loop, or waits for it."""
    thread_load: LoadShedder = field(default_factory=lambda: LoadShedder(steady=16))
    """Who is answered in a thread, or waits for one."""
    health: RecentResult[Any] = field(default_factory=RecentResult)
    """What `/api/health` says."""
    metrics: RecentResult[list[bytes]] = field(default_factory=RecentResult)
    """What `/metrics` says, in each form."""
    loop_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read(
        self,
        question: Callable[[Reading], Result],
        *,
        search: bool = False,
        long: bool = False,
        probe: bool = False,
    ) -> Result:
        """Asks one generation: in the event loop if that is quick, else in a thread.

        `search` says that the engine is asked, `long` that the answer takes long anyway, and
        `probe` that it matters however much there is to do. Raises Unavailable when there is
        more to do than can be done.
        """

        def ask() -> Result:
            with self.library.reading() as reading:
                return question(reading)

        slow = long or (search and self.library.engine.blocking_ms > _LONG_MS)
        if not self.library.database.is_local:
            return await self._with_index(ask, probe=probe)
        if slow:
            return await self.in_thread(ask, probe=probe)
        return ask() if probe else await self._in_event_loop(ask)

    async def _in_event_loop(self, ask: Callable[[], Result]) -> Result:
        """One after the other, so that between two the event loop sees who else has come."""
        with self.loop_load.slot():
            async with self.loop_lock:
                await asyncio.sleep(0)  # whoever came meanwhile stands in line, and is counted
                return ask()

    async def _with_index(self, ask: Callable[[], Result], *, probe: bool) -> Result:
        """Waits a moment for an index: this machine makes its own of what another published."""
        clock = asyncio.get_running_loop().time
        patience = clock() + _INDEX_SECONDS
        while True:
            try:
                return await self.in_thread(ask, probe=probe)
            except IndexMissing:
                if clock() > patience:
                    raise
            await asyncio.sleep(_INDEX_SECONDS / 20)

    async def in_thread(self, ask: Callable[[], Result], *, probe: bool = False) -> Result:
        """Runs what may take long while the event loop goes on.

        Raises Unavailable when it takes too long, or when too many wait already.
        """
        loop = asyncio.get_running_loop()
        with nullcontext() if probe else self.thread_load.slot():
            try:
                async with asyncio.timeout(_LONGEST_SECONDS):
                    return await loop.run_in_executor(self.threads, copy_context().run, ask)
            except TimeoutError as error:
                raise Unavailable("the answer took too long") from error


async def _state(request: Request) -> AppState:
    state: AppState = request.app.state.fixbook
    return state


async def _public_url(request: Request) -> str:
    """The address of the service, as set, or as the request named it if that is believed."""
    settings: Settings = request.app.state.fixbook.settings
    if settings.public_url:
        return settings.public_url
    context: RequestContext = request.scope[CONTEXT]
    return f"{request.scope['scheme']}://{context.fields.authority.decode()}"


StateDep = Annotated[AppState, Depends(_state)]
PublicUrl = Annotated[str, Depends(_public_url)]
