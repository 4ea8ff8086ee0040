"""The application: settings in, an ASGI application out. Importing it connects to nothing."""

import asyncio
import logging
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

_LOG = logging.getLogger("fixbook")
_THREADS = 4


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
        self.api = _api(self.state, self.watch)
        self._door = FrontDoor(
            self._inside(), epoch=self.watch.epoch, log=log, traffic=self.state.traffic
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await self._door(scope, receive, send)

    def _inside(self) -> ASGIApp:
        origins = self.state.settings.cors_origins
        if not origins:
            return self.api
        return CORSMiddleware(self.api, allow_origins=origins, allow_methods=["GET", "POST"])


def create_app(settings: Settings) -> Application:
    """The application of these settings."""
    return Application(settings)


def create_app_from_environment() -> Application:
    """The same for servers that start several processes: they hand over no settings."""
    return create_app(load_settings())


def _api(state: State, watch: Watch) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(watch.run())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            state.threads.shutdown(wait=True, cancel_futures=True)
            state.library.close()

    api = FastAPI(lifespan=lifespan, **describe())
    api.state.fixbook = state
    api.openapi = lambda: specification(api)  # type: ignore[method-assign]
    for router in ROUTERS:
        api.include_router(router)
    errors.install(api)
    return api
