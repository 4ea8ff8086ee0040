"""Runs the application on uvicorn, in one process or several."""

import uvicorn

from api.app import create_app
from api.logs import log_config
from api.wire import KnockingProtocol
from corpus.settings import Settings


def run(settings: Settings) -> None:
    """Serves until it is told to stop; requests that have begun are finished."""
    several = settings.workers > 1
    uvicorn.run(
        "api.app:create_app_from_environment" if several else create_app(settings),
        factory=several,
        http=KnockingProtocol,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        access_log=False,  # the front door writes its own
        log_config=log_config(settings),
        log_level=settings.log_level.value,
        server_header=False,
        proxy_headers=False,  # the front door reads them, from those it may trust
        timeout_graceful_shutdown=10,
    )
