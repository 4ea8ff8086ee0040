"""Examines the machine: the server's address, system limits, the clock."""

import errno
import json
import os
import resource
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address

from corpus.finding import HealthFinding, bad, good, warning
from corpus.settings import Settings
from corpus.text.networks import is_loopback

_ANSWER_SECONDS = 3.0
_FEW_FILES = 1024
_LONGEST_ANSWER = 65_536
_RELEASED = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
"""An earlier time means that the clock is wrong."""


def server_findings(settings: Settings) -> Iterator[HealthFinding]:
    """Whether the address is free, or a server responds there, and whether limits suffice."""
    yield _port_finding(settings)
    is_named = settings.public_url or settings.trusted_hosts
    if not is_named and not is_loopback(settings.host):
        yield warning(
            "server", f"it listens on {settings.host} with neither a public URL nor trusted hosts",
            "set FIXBOOK_PUBLIC_URL, or FIXBOOK_TRUSTED_HOSTS",
        )  # fmt: skip
    yield _workers_finding(settings.workers, _cores())
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files < _FEW_FILES:
        advice = f"raise the limit (ulimit -n) to {_FEW_FILES} or more"
        yield warning("server", f"a process may open {files} files and connections", advice)


def _port_finding(settings: Settings) -> HealthFinding:
    """Whether the port can be bound; if it is in use, whether a server responds there."""
    where = f"{settings.host}:{settings.port}"
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, _, _, address = found[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _running_finding(settings, where)
        shown = f"cannot listen on {where}: {error.strerror}"
        return warning("server", shown, "set FIXBOOK_HOST or FIXBOOK_PORT")
    return good("server", f"no server is running: {where} is free")


def _running_finding(settings: Settings, where: str) -> HealthFinding:
    connection = HTTPConnection(_host_to_ask(settings), settings.port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        said = json.loads(answer.read(_LONGEST_ANSWER))
        if answer.status == HTTPStatus.OK:
            shown = f"the server on {where} responds, with generation {said['generation']}"
            return good("server", shown)
        shown = f"the server on {where} is not ready: {said['error']['message']}"
        return bad("server", shown, "see its log, and the findings about the database")
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        shown = f"something other than a working Fixbook listens on {where}"
        return warning("server", shown, "set FIXBOOK_PORT or FIXBOOK_HOST, or restart the server")
    finally:
        connection.close()


def _host_to_ask(settings: Settings) -> str:
    """The address of the server; the loopback address if it listens on all of them."""
    try:
        host = ip_address(settings.host)
    except ValueError:
        return settings.host
    if host.is_unspecified:
        return "127.0.0.1" if host.version == 4 else "::1"
    return settings.host


def _workers_finding(workers: int, cores: int) -> HealthFinding:
    shown = f"workers: {workers}, cores: {cores}"
    if workers > 2 * cores:
        advice = f"set FIXBOOK_WORKERS={cores}; more only compete for memory and CPU time"
        return warning("server", shown, advice)
    return good("server", shown)


def _cores() -> int:
    """The CPU cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def clock_findings(seconds: float) -> Iterator[HealthFinding]:
    """Whether the clock is plausible; `seconds` since 1970 is what it shows."""
    shown = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    if seconds < _RELEASED:
        advice = "set the clock; otherwise what is published now will look older than it is"
        yield bad("clock", f"it shows {shown}, before this version was released", advice)
    else:
        yield good("clock", shown)
