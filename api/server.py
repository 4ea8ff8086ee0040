"""Runs the application on uvicorn, in one process or several."""

import resource

import uvicorn

from api import agents, limits
from api.app import create_app
from api.logs import log_config, take_over
from api.shared_memory import forget
from api.wire import KnockingProtocol
from corpus.settings import Settings

_CONNECTIONS = 65_536


def run(settings: Settings) -> None:
    """Serves until it is told to stop; requests that have begun are finished."""
    _allow_connections()
    for table in (agents.TABLE, limits.TABLE):
        forget(settings.data_dir, table)
    take_over()
    several = settings.workers > 1
    uvicorn.run(
        "api.app:create_app_from_environment" if several else create_app(settings),
        factory=several,
        http=KnockingProtocol,
        ws="none",
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        access_log=False,  # the front door writes its own
        log_config=log_config(settings),
        log_level=settings.log_level.value,
        server_header=False,
        proxy_headers=False,  # the front door reads them, from those it may trust
        timeout_graceful_shutdown=10,
        timeout_worker_healthcheck=30,  # a busy machine is no reason to end a worker
    )


def _allow_connections() -> None:
    """More open files than most systems allow at first: connections that only wait are many."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS if most == resource.RLIM_INFINITY else min(_CONNECTIONS, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
