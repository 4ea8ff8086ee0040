"""The application: settings in, an ASGI application out. Importing it connects to nothing."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import cache, partial

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api import error_handlers
from api.caching_middleware import CachingMiddleware
from api.dependencies import AppState
from api.generation_watch import GenerationWatch
from api.http.access_log import AccessLog
from api.http.hosts import Hosts
from api.http.path_prefix import prefix_of
from api.http.proxies import Proxies
from api.http.shared_results import SharedFiles
from api.limits.admission import Admission
from api.limits.api_keys import ApiKeyCache
from api.limits.load_shedding import LoadShedder
from api.logging_config import install_hooks
from api.mcp.endpoint import Endpoint
from api.metrics.active_agents import ActiveAgents
from api.metrics.counters import Traffic
from api.metrics.worker_counters import CACHE_BYTES, WorkerCounters
from api.pages.rejection_page import rejection
from api.routes import ROUTERS
from api.specification import describe, specification
from corpus.library import Library
from corpus.settings import LogLevel, Settings, load_settings
from corpus.store import api_keys
from corpus.store.api_keys import Key

_THREADS, _WAITING_THREADS = 4, 32
_COMPUTING_THREADS = 2
"""Of an engine in this process: more would only take turns at the one interpreter."""
_SWITCH_SECONDS = 0.0005
"""How long a thread that searches may keep the event loop waiting."""
_COLLECT_AFTER = (20_000, 20, 20)
"""After how many new objects garbage is looked for: an answer makes thousands, and hardly any
of them are garbage that only the collector finds."""
_WARM_SECONDS = 0.2
"""How often it is looked whether the generation has changed, which costs nothing."""
_EXPOSED = (
    "ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id", "X-Article-Id",
    "X-Article-Slug", "X-Article-Notice", "X-Agent-API-Endpoint", "X-Agent-API-Docs",
)  # fmt: skip
"""What a page of another origin may read besides the usual headers."""
_ASKED_WITH = ("Authorization", "Content-Type", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name")
"""What a page of another origin may send besides the usual headers: those of MCP."""


class Application:
    """FastAPI behind the caching middleware, as one ASGI application."""

    def __init__(self, settings: Settings, *, owns_process: bool = True) -> None:
        self._process = _tuned_process if owns_process else nullcontext
        library = Library(settings)
        self.watch = GenerationWatch(library)
        traffic = Traffic()
        self.state = AppState(
            settings=settings,
            library=library,
            threads=ThreadPoolExecutor(_threads(library), thread_name_prefix="search"),
            traffic=traffic,
            worker_counters=WorkerCounters(settings.data_dir, traffic),
            agents=ActiveAgents(settings.data_dir),
            files=SharedFiles(settings.data_dir),
            thread_load=LoadShedder(steady=max(16, 4 * _threads(library))),
        )
        self._api_keys = ApiKeyCache(partial(_keys, library))
        self._admission = Admission(
            settings, keys=self._api_keys, agents=self.state.agents, load=self.state.loop_load
        )
        self._log = AccessLog(
            settings.log_format,
            enabled=settings.log_level in (LogLevel.DEBUG, LogLevel.INFO),
        )
        self._mcp = Endpoint(self.state)
        self.api = self._routes()
        self._middleware = CachingMiddleware(
            self.api,
            epoch=self.watch.epoch,
            log=self._log,
            traffic=self.state.traffic,
            admission=self._admission,
            hosts=Hosts(settings),
            proxies=Proxies(settings.trusted_proxies, settings.proxy_header),
            prefix=prefix_of(settings.public_url),
            rejection=partial(rejection, settings),
        )
        self._outside = _with_cors(self._middleware, settings.cors_origins)
        self.state.worker_counters.watch(CACHE_BYTES, self._middleware.cache_bytes)
        self.refusal = self._middleware.refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await self._outside(scope, receive, send)

    def _routes(self) -> FastAPI:
        api = FastAPI(lifespan=self._lifespan, redirect_slashes=False, **describe())
        api.state.fixbook = self.state
        api.state.mcp = self._mcp
        # Made when it is first asked for, and once: making it takes as long as many answers.
        api.openapi = cache(partial(specification, api))  # type: ignore[method-assign]
        for router in ROUTERS:
            api.include_router(router)
        error_handlers.install(api)
        return api

    @asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        await self.watch.check()
        await self._api_keys.refresh()
        self.state.worker_counters.open()
        running = (
            self.watch.run(),
            self._warm(),
            self.state.worker_counters.run(),
            self._api_keys.run(),
        )
        background = [asyncio.create_task(run) for run in running]
        try:
            with self._process():
                yield
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await self._mcp.stop()
            await self.state.files.stop()
            self.state.threads.shutdown(wait=True, cancel_futures=True)
            self.state.library.close()
            self.state.worker_counters.close()
            self._admission.close()
            self._log.flush()

    async def _warm(self) -> None:
        epoch = self.watch.epoch()
        while True:
            await asyncio.sleep(_WARM_SECONDS)
            if epoch != self.watch.epoch():
                epoch = self.watch.epoch()
                self.state.files.clear()
            await self._middleware.warm()


@contextmanager
def _tuned_process() -> Iterator[None]:
    """Garbage is looked for less often, and threads take turns more often."""
    gc.collect()
    collected_after = gc.get_threshold()
    gc.set_threshold(*_COLLECT_AFTER)
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.freeze()  # what was loaded so far stays: the collector need not look at it again
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*collected_after)


def _keys(library: Library) -> list[Key]:
    with library.database.reading() as connection:
        return api_keys.all_keys(connection)


def _threads(library: Library) -> int:
    """With PostgreSQL every answer is made in a thread, and most of the time it waits."""
    if not library.database.is_local:
        return max(_THREADS, library.settings.database_pool)
    return _THREADS if library.engine.is_shared else _COMPUTING_THREADS


def create_app(settings: Settings, *, owns_process: bool = True) -> Application:
    """The application of these settings, which tunes its process unless others use it as well."""
    return Application(settings, owns_process=owns_process)


def create_app_from_environment() -> Application:
    """The same for servers that start several processes: they hand over no settings."""
    install_hooks()
    return create_app(load_settings())


def _with_cors(door: ASGIApp, origins: tuple[str, ...]) -> ASGIApp:
    """Outside the middleware, so that kept answers get the headers too."""
    if not origins:
        return door
    return CORSMiddleware(
        door,
        allow_origins=origins,
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=_ASKED_WITH,
        expose_headers=_EXPOSED,
    )
