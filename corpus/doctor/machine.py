"""The machine: where a server would listen, or does, and what the system allows."""

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

_ANSWER_SECONDS = 3.0
_FEW_FILES = 1024
_LONGEST_ANSWER = 65_536
_RELEASED = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
"""No clock that is right shows an earlier time."""


def server_findings(settings: Settings) -> Iterator[HealthFinding]:
    """Where and how it would listen, and what the machine allows."""
    yield _port_finding(settings)
    if not settings.public_url and not _is_loopback(settings.host):
        yield warning(
            "server", f"it listens on {settings.host}, and links name whatever host was asked",
            "set FIXBOOK_PUBLIC_URL, or FIXBOOK_TRUSTED_HOSTS",
        )  # fmt: skip
    yield _workers_finding(settings.workers, _cores())
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files < _FEW_FILES:
        advice = f"raise the limit (ulimit -n) to {_FEW_FILES} or more"
        yield warning("server", f"a process may open {files} files and connections", advice)


def _port_finding(settings: Settings) -> HealthFinding:
    """Only tried, so that it is free again at once. Whoever has it is asked how it is."""
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
        shown = f"{where} cannot be listened on: {error.strerror}"
        return warning("server", shown, "set FIXBOOK_HOST or FIXBOOK_PORT")
    return good("server", f"no server is running: {where} is free")


def _running_finding(settings: Settings, where: str) -> HealthFinding:
    connection = HTTPConnection(_host_to_ask(settings), settings.port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        said = json.loads(answer.read(_LONGEST_ANSWER))
        if answer.status == HTTPStatus.OK:
            shown = f"the server on {where} answers, with generation {said['generation']}"
            return good("server", shown)
        shown = f"the server on {where} is not ready: {said['error']['message']}"
        return bad("server", shown, "its log says more; what is said of the database may be why")
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        shown = f"something listens on {where} that does not answer as Fixbook does"
        return warning("server", shown, "set FIXBOOK_PORT or FIXBOOK_HOST, or restart the server")
    finally:
        connection.close()


def _host_to_ask(settings: Settings) -> str:
    """Where a server that listens on all addresses can be reached."""
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
        advice = f"set FIXBOOK_WORKERS={cores}; more take memory and each other's time"
        return warning("server", shown, advice)
    return good("server", shown)


def _cores() -> int:
    """Those that this process may use, where the system says so."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def clock_findings(seconds: float) -> Iterator[HealthFinding]:
    """Whether the clock can be right; `seconds` since 1970 is what it shows."""
    shown = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    if seconds < _RELEASED:
        advice = "set the clock: what is published now would seem older than it is"
        yield bad("clock", f"it shows {shown}, before this version was made", advice)
    else:
        yield good("clock", shown)
