"""The state of the running application, and how requests access it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from api.gap_recorder import GapRecorder
from api.http.request_context import CONTEXT, RequestContext
from api.http.shared_results import RecentResult, SharedFiles
from api.limits.load_shedding import LoadShedder
from api.metrics.active_agents import ActiveAgents
from api.metrics.counters import Counters
from api.metrics.worker_counters import WorkerCounters
from corpus.errors import IndexMissing, Unavailable
from corpus.library import Library
from corpus.search.reading import Reading
from corpus.settings import Settings
from corpus.store.database import Connection

Result = TypeVar("Result")

_LONG_MS = 5.0
"""Slower queries run in a thread; for faster ones, the switch would cost more."""

_INDEX_SECONDS = 2.0
"""How long to wait for an index that is being rebuilt."""

_LONGEST_SECONDS = 10.0
"""How long a thread may take."""


@dataclass(frozen=True, slots=True)
class AppState:
    """Everything that requests share."""

    settings: Settings
    library: Library
    threads: ThreadPoolExecutor
    counters: Counters
    worker_counters: WorkerCounters
    agents: ActiveAgents
    files: SharedFiles
    gaps: GapRecorder
    loop_load: LoadShedder = field(default_factory=LoadShedder)
    """Requests that run in the event loop, or wait for it."""
    recorder: ThreadPoolExecutor = field(default_factory=partial(ThreadPoolExecutor, 1, "recorder"))
    """The thread that writes what readers give back: writers would only wait for each other."""
    recorder_load: LoadShedder = field(default_factory=LoadShedder)
    """Requests that write, or wait for it."""
    thread_load: LoadShedder = field(default_factory=LoadShedder)
    """Requests that run in a thread, or wait for one."""
    health: RecentResult[Any] = field(default_factory=RecentResult)
    """The response of `/api/health`."""
    metrics: RecentResult[list[bytes]] = field(default_factory=RecentResult)
    """The response of `/metrics`, in each format."""
    loop_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read(
        self,
        question: Callable[[Reading], Result],
        *,
        search: bool = False,
        long: bool = False,
        probe: bool = False,
    ) -> Result:
        """Runs a query against one generation: in the event loop if it is fast, else in a thread.

        `search`: it uses the engine. `long`: it takes long in any case. `probe`: it is answered
        even under overload. Otherwise raises Unavailable under overload.
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
        """Runs one query after the other; in between, the event loop accepts new requests."""
        with self.loop_load.slot():
            async with self.loop_lock:
                await asyncio.sleep(0)  # lets new requests queue up, and be counted
                return ask()

    async def _with_index(self, ask: Callable[[], Result], *, probe: bool) -> Result:
        """Retries for a moment if this machine is still building its own index."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + _INDEX_SECONDS
        while True:
            try:
                return await self.in_thread(ask, probe=probe)
            except IndexMissing:
                if clock() > deadline:
                    raise
            await asyncio.sleep(_INDEX_SECONDS / 20)

    async def record(self, change: Callable[[Connection], Result]) -> Result:
        """Runs a short write transaction, one after the other, beside all reads.

        Raises Unavailable if it cannot be written or takes too long. It may have been written
        then nevertheless, so what is written must be the same the second time.
        """

        def write() -> Result:
            with self.library.database.recording() as connection:
                return change(connection)

        with self.recorder_load.slot():
            return await _within(self.recorder, write)

    async def in_thread(self, ask: Callable[[], Result], *, probe: bool = False) -> Result:
        """Runs something slow in a thread.

        Raises Unavailable if it takes too long, or too many are waiting already.
        """
        with nullcontext() if probe else self.thread_load.slot():
            return await _within(self.threads, ask)


async def _within(threads: ThreadPoolExecutor, ask: Callable[[], Result]) -> Result:
    """Runs something in one of these threads. Raises Unavailable if it takes too long."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            return await loop.run_in_executor(threads, copy_context().run, ask)
    except TimeoutError as error:
        raise Unavailable("the request took too long") from error


def state_of(request: Request) -> AppState:
    """What the application holds."""
    state: AppState = request.app.state.fixbook
    return state


def public_url(request: Request) -> str:
    """The address of the service: as set, else that of the request if its host is trusted."""
    if url := state_of(request).settings.public_url:
        return url
    context: RequestContext = request.scope[CONTEXT]
    return f"{request.scope['scheme']}://{context.fields.authority.decode()}"


async def _state(request: Request) -> AppState:
    return state_of(request)


async def _public_url(request: Request) -> str:
    return public_url(request)


StateDep = Annotated[AppState, Depends(_state)]
PublicUrl = Annotated[str, Depends(_public_url)]
