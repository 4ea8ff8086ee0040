"""The application: settings in, an ASGI application out. Importing it connects to nothing."""

import asyncio
import gc
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api import errors
from api.access_log import AccessLog
from api.door import FrontDoor
from api.routes import ROUTERS
from api.specification import describe, specification
from api.state import State, Traffic
from api.watch import Watch
from corpus.library import Library
from corpus.settings import LogLevel, Settings, load_settings

_THREADS = 4
_EXPOSED = (
    "ETag", "Link", "Retry-After", "X-Request-Id", "X-Article-Id", "X-Article-Slug",
    "X-Article-Notice", "X-Agent-API-Endpoint", "X-Agent-API-Docs",
)  # fmt: skip
"""What a page of another origin may read besides the usual headers."""


class Application:
    """FastAPI behind the front door, as one ASGI application."""

    def __init__(self, settings: Settings) -> None:
        library = Library(settings)
        self.watch = Watch(library)
        log = AccessLog(
            settings.log_format,
            enabled=settings.log_level in (LogLevel.DEBUG, LogLevel.INFO),
        )
        self.state = State(
            settings=settings,
            library=library,
            threads=ThreadPoolExecutor(_THREADS, thread_name_prefix="search"),
            traffic=Traffic(),
        )
        self.api = _api(self.state, self.watch, log)
        door = FrontDoor(self.api, epoch=self.watch.epoch, log=log, traffic=self.state.traffic)
        self._outside = _with_cors(door, settings.cors_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await self._outside(scope, receive, send)


def create_app(settings: Settings) -> Application:
    """The application of these settings."""
    return Application(settings)


def create_app_from_environment() -> Application:
    """The same for servers that start several processes: they hand over no settings."""
    return create_app(load_settings())


def _with_cors(door: ASGIApp, origins: tuple[str, ...]) -> ASGIApp:
    """Outside the door, so that kept answers get the headers too."""
    if not origins:
        return door
    return CORSMiddleware(
        door, allow_origins=origins, allow_methods=["GET", "HEAD", "POST"], expose_headers=_EXPOSED
    )


def _api(state: State, watch: Watch, log: AccessLog) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await watch.look()
        watching = asyncio.create_task(watch.run())
        gc.collect()
        gc.freeze()  # what was loaded so far stays: the collector need not look at it again
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            state.threads.shutdown(wait=True, cancel_futures=True)
            state.library.close()
            log.flush()
            gc.unfreeze()

    api = FastAPI(lifespan=lifespan, redirect_slashes=False, **describe())
    api.state.fixbook = state
    api.openapi = lambda: specification(api)  # type: ignore[method-assign]
    for router in ROUTERS:
        api.include_router(router)
    errors.install(api)
    return api
