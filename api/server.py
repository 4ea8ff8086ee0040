"""Runs the application on uvicorn, in one process or several."""

import logging
import os
import resource
import signal
import sys
from contextlib import suppress
from multiprocessing import parent_process
from socket import socket
from threading import Thread

import uvicorn
from uvicorn.supervisors import Multiprocess

from api.app import Application, create_app, create_app_from_environment
from api.http.connection_timeouts import TimeoutProtocol
from api.http.hosts import listens_beyond_loopback
from api.limits import rate_limiter
from api.logging_config import install_hooks, log_config
from api.metrics import active_agents
from api.shared_memory import reset_shared_memory
from corpus.settings import Settings

_CONNECTIONS = 65_536
_STARTUP_FAILURE = 3
_LOG = logging.getLogger("fixbook")


def run(settings: Settings, sockets: list[socket]) -> None:
    """Serves on open sockets until it is stopped, and finishes running requests."""
    _allow_connections()
    for table in (active_agents.TABLE, rate_limiter.TABLE):
        reset_shared_memory(settings.data_dir, table)
    install_hooks()
    if (warning := hosts_warning(settings)) is not None:
        _LOG.warning(warning)
    several = settings.workers > 1
    config = uvicorn.Config(
        "api.server:create_worker" if several else create_app(settings),
        factory=several,
        http=TimeoutProtocol,
        ws="none",
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        access_log=False,  # the middleware writes its own
        log_config=log_config(settings),
        log_level=settings.log_level.value,
        server_header=False,
        proxy_headers=False,  # the middleware reads them, from trusted proxies
        timeout_graceful_shutdown=10,
        timeout_worker_healthcheck=30,  # do not kill a worker because the machine is busy
    )
    if several:
        Multiprocess(config, sockets=sockets).run()
        return
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets=sockets)
    if not server.started:
        sys.exit(_STARTUP_FAILURE)


def create_worker() -> Application:
    """The application in one of several processes, each of which ends when its parent does."""
    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    return create_app_from_environment()


def hosts_warning(settings: Settings) -> str | None:
    """A warning at start-up if other machines can reach the service, but no host is set."""
    if settings.public_url or settings.trusted_hosts:
        return None
    if not listens_beyond_loopback(settings.host):
        return None
    return (
        f"listening on {settings.host} without FIXBOOK_PUBLIC_URL or FIXBOOK_TRUSTED_HOSTS: "
        "links can only name this machine's own addresses; set one of these variables"
    )


def _end_with_parent() -> None:
    """Shuts this process down gracefully when its parent has ended for whatever reason.

    The parent holds the other end of a pipe, which the operating system closes.
    """
    if (parent := parent_process()) is not None:
        parent.join()
        _LOG.warning("the parent process has ended; shutting down this worker")
        os.kill(os.getpid(), signal.SIGTERM)


def _allow_connections() -> None:
    """Raises the limit of open files, which idle connections use up."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS if most == resource.RLIM_INFINITY else min(_CONNECTIONS, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
