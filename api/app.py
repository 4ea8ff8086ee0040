"""The application: settings in, an ASGI application out. Importing it connects to nothing."""

import asyncio
import gc
import logging
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
from api.gap_recorder import GapRecorder
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
from api.metrics.counters import Counters
from api.metrics.worker_counters import CACHE_BYTES, WorkerCounters
from api.pages.error_page import rejection
from api.report_watch import ReportWatch
from api.routes import ROUTERS
from api.specification import describe, specification
from api.traced_requests import TracedRequests
from corpus.errors import FixbookError
from corpus.library import Library
from corpus.search.reading import Reading
from corpus.settings import Access, Gaps, LogLevel, Settings, load_settings
from corpus.store import api_keys
from corpus.store.api_keys import Key
from corpus.telemetry import spans

_LOG = logging.getLogger("fixbook")
_THREADS, _WAITING_THREADS = 4, 32
_COMPUTING_THREADS = 2
"""For engines that compute in this process: more threads would only compete for the GIL."""
_SWITCH_SECONDS = 0.0005
"""How long a searching thread may keep the event loop waiting."""
_COLLECT_AFTER = (20_000, 20, 20)
"""Garbage collection thresholds. A response allocates thousands of objects, and reference counting
frees nearly all of them."""
_WARM_SECONDS = 0.2
"""How often to check for a new generation to warm the cache for, which costs nothing."""
_EXPOSED = (
    "ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id", "X-Article-Id",
    "X-Article-Slug", "X-Article-Notice", "X-Agent-API-Endpoint", "X-Agent-API-Docs",
)  # fmt: skip
"""Response headers that pages of other origins may read, besides the CORS-safelisted ones."""
_ALLOWED_HEADERS = (
    "Authorization", "Content-Type", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name",
)  # fmt: skip
"""Request headers that pages of other origins may send, besides the safelisted ones."""


class Application:
    """FastAPI behind the caching middleware, as one ASGI application."""

    def __init__(self, settings: Settings, *, owns_process: bool = True) -> None:
        self._process = _tuned_process if owns_process else nullcontext
        library = Library(settings)
        self.watch = GenerationWatch(library)
        counters = Counters()
        self.state = AppState(
            settings=settings,
            library=library,
            threads=ThreadPoolExecutor(_threads(library), thread_name_prefix="search"),
            counters=counters,
            worker_counters=WorkerCounters(settings.data_dir, counters),
            agents=ActiveAgents(settings.data_dir),
            files=SharedFiles(settings.data_dir),
            gaps=GapRecorder(library, is_on=settings.gaps is Gaps.ON),
            thread_load=LoadShedder(steady=max(16, 4 * _threads(library))),
        )
        self._api_keys = ApiKeyCache(partial(_keys, library))
        self._admission = Admission(
            settings, keys=self._api_keys, agents=self.state.agents, load=self.state.loop_load
        )
        self._log = AccessLog(
            settings.log_format, enabled=settings.log_level in (LogLevel.DEBUG, LogLevel.INFO)
        )
        self._mcp = Endpoint(self.state)
        self.api = self._routes()
        self._middleware = CachingMiddleware(
            self.api,
            epoch=self.watch.epoch,
            log=self._log,
            counters=counters,
            admission=self._admission,
            hosts=Hosts(settings),
            proxies=Proxies(settings.trusted_proxies, settings.proxy_header),
            prefix=prefix_of(settings.public_url),
            is_private=settings.access is Access.KEYS,
            rejection=partial(rejection, settings),
        )
        self.report_watch = ReportWatch(library, self._middleware.forget)
        self._outside = _with_cors(self._middleware, settings.cors_origins)
        if settings.otel:
            spans.start()
        if (recorder := spans.recorder()) is not None:
            self._outside = TracedRequests(self._outside, recorder)
        self.state.worker_counters.watch(CACHE_BYTES, self._middleware.cache_bytes)
        self.refusal = self._middleware.refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await self._outside(scope, receive, send)

    def _routes(self) -> FastAPI:
        api = FastAPI(lifespan=self._lifespan, redirect_slashes=False, **describe())
        api.state.fixbook = self.state
        api.state.mcp = self._mcp
        # Generated once, on first use: it takes as long as many responses.
        api.openapi = cache(partial(specification, api))  # type: ignore[method-assign]
        for router in ROUTERS:
            api.include_router(router)
        error_handlers.install(api)
        return api

    @asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        await self.watch.check()
        await asyncio.to_thread(self.state.library.open_model)
        await self._api_keys.refresh()
        self.state.worker_counters.open()
        running = (
            self.watch.run(),
            self._warm(),
            self.state.worker_counters.run(),
            self._api_keys.run(),
            self.report_watch.run(),
            self.state.gaps.run(),
        )
        background = [asyncio.create_task(run) for run in running]
        await self._log_readiness()
        try:
            with self._process():
                yield
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await self.state.gaps.flush()
            await self._mcp.stop()
            await self.state.files.stop()
            self.state.threads.shutdown(wait=True, cancel_futures=True)
            self.state.recorder.shutdown(wait=True, cancel_futures=True)
            self.state.library.close()
            self.state.worker_counters.close()
            self._admission.close()
            self._log.flush()
            if self.state.settings.otel:
                await asyncio.to_thread(spans.stop)

    async def _log_readiness(self) -> None:
        """Logs whether this process can answer, and with what, or why not yet."""
        try:
            found = await self.state.read(Reading.checked_generation, probe=True)
        except FixbookError as error:
            _LOG.warning("not ready: %s", error.message)
        else:
            _LOG.info("ready: generation %d, %d articles", found.number, found.articles)

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
    """Collects garbage less often and switches threads more often."""
    gc.collect()
    collected_after = gc.get_threshold()
    gc.set_threshold(*_COLLECT_AFTER)
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.freeze()  # what is loaded by now stays, so the collector can ignore it
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*collected_after)


def _keys(library: Library) -> list[Key]:
    with library.database.reading() as connection:
        return api_keys.all_keys(connection)


def _threads(library: Library) -> int:
    """The number of threads. With PostgreSQL, every response uses one, and it mostly waits."""
    if not library.database.is_local:
        return max(_THREADS, library.settings.database_pool)
    return _THREADS if library.engine.is_shared else _COMPUTING_THREADS


def create_app(settings: Settings, *, owns_process: bool = True) -> Application:
    """The application. It tunes its process, unless it does not own it."""
    return Application(settings, owns_process=owns_process)


def create_app_from_environment() -> Application:
    """The same for servers that start several processes, which cannot pass on settings."""
    install_hooks()
    return create_app(load_settings())


def _with_cors(app: ASGIApp, origins: tuple[str, ...]) -> ASGIApp:
    """Around the caching middleware, so that cached responses get the headers too."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=_ALLOWED_HEADERS,
        expose_headers=_EXPOSED,
    )
