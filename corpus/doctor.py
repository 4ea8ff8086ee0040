"""The doctor: looks at everything that a service needs, changes nothing, and says what to do.

Each examination gives findings. None stops at the first thing that is wrong, and none fails:
what cannot be examined is itself a finding.
"""

import difflib
import errno
import json
import os
import resource
import shutil
import socket
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from pathlib import Path

from sqlalchemy import Connection

from corpus.errors import FixbookError, IndexMissing, OtherSchema
from corpus.finding import HealthFinding, bad, good, warning
from corpus.library import Library
from corpus.settings import LogLevel, Settings
from corpus.store import generations
from corpus.store.database import Database
from corpus.store.generations import Generation
from corpus.store.ingest_record import IngestOutcome, last_record
from corpus.text.networks import read_networks
from corpus.text.redaction import without_secrets
from corpus.text.timestamps import milliseconds

_SCARCE_BYTES = 200 * 1024**2
_NARROWEST_FOR_ALL = 7
"""Private networks have prefixes of 7 bits (fc00::/7) and more."""
_ANSWER_SECONDS = 3.0
_FEW_FILES = 1024
_CLOCK_SECONDS = 60.0
"""By how much a clock may be behind what was published, on another machine perhaps."""
_LONGEST_ANSWER = 65_536
_RELEASED = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
"""No clock that is right shows an earlier time."""
_PREFIX = "FIXBOOK_"
_OF_TESTS = f"{_PREFIX}TEST_"


def examine(settings: Settings, environment: Mapping[str, str]) -> Iterator[HealthFinding]:
    """Everything but the content, which only ingest can judge."""
    yield from settings_findings(settings, environment)
    yield from data_findings(settings)
    yield from corpus_findings(settings)
    yield from server_findings(settings)
    yield from clock_findings(time.time())


# Settings


def settings_findings(
    settings: Settings, environment: Mapping[str, str]
) -> Iterator[HealthFinding]:
    """Each setting as it was read, without its secrets; and variables that are none."""
    for name in type(settings).model_fields:
        given = "" if name in settings.model_fields_set else " (default)"
        shown = without_secrets(getattr(settings, name))
        yield good("settings", f"{_PREFIX}{name.upper()} = {shown}{given}")
    known = [f"{_PREFIX}{name.upper()}" for name in type(settings).model_fields]
    for variable in sorted(environment):
        name = variable.upper()
        if name.startswith(_PREFIX) and not name.startswith(_OF_TESTS) and name not in known:
            meant = difflib.get_close_matches(name, known, n=1)
            advice = f"did you mean {meant[0]}?" if meant else "see docs/settings.md"
            yield warning("settings", f"{variable} is set, but there is no such setting", advice)
    yield from _proxy_findings(settings)
    if settings.log_level is LogLevel.DEBUG:
        yield warning(
            "settings", "at the level debug the log may quote what readers send",
            "set FIXBOOK_LOG_LEVEL=info",
        )  # fmt: skip


def _proxy_findings(settings: Settings) -> Iterator[HealthFinding]:
    for network in read_networks(settings.trusted_proxies):
        if network.prefixlen < _NARROWEST_FOR_ALL:
            yield warning(
                "settings",
                f"FIXBOOK_TRUSTED_PROXIES names {network}: whoever asks may say to be anybody",
                "name the addresses of your proxies only",
            )


# The data folder


def data_findings(settings: Settings) -> Iterator[HealthFinding]:
    """Whether the data folder can be written, and what went into it last."""
    folder = settings.data_dir
    if not folder.exists():
        advice = "`fixbook serve` or `fixbook ingest` makes it"
        yield warning("data", f"{folder} does not exist yet", advice)
        return
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        advice = "make it a folder of the user who runs Fixbook, or set FIXBOOK_DATA_DIR"
        yield bad("data", f"{folder} cannot be written", advice)
        return
    free, used = shutil.disk_usage(folder).free, _size(folder)
    shown = f"{folder} holds {used / 1024**2:.0f} MiB, {free / 1024**2:.0f} MiB are free"
    if free < max(_SCARCE_BYTES, 2 * used):
        advice = "make room: an ingest may write all of it again before it lets go of the old"
        yield warning("data", shown, advice)
    else:
        yield good("data", shown)
    yield from _owner_findings(folder)
    yield from _last_ingest(folder)


def _owner_findings(folder: Path) -> Iterator[HealthFinding]:
    """Who may write in the folder may put another database there, and so decides what is said."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        shown = f"others may write in {folder} (mode {mode:04o})"
        yield warning("data", shown, f"chmod go-w {folder}")


def _last_ingest(folder: Path) -> Iterator[HealthFinding]:
    record = last_record(folder)
    if record is None:
        return
    moment = datetime.fromtimestamp(record.ended_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    shown = f"the last ingest, {moment}: {record.outcome}, {record.rejected} articles rejected"
    if record.outcome is IngestOutcome.FAILED:
        yield warning("data", shown, "`fixbook ingest` says why")
    elif record.rejected:
        yield warning("data", shown, "`fixbook check` says what is wrong with them")
    else:
        yield good("data", shown)


def _size(folder: Path) -> int:
    """Bytes; a file that goes meanwhile counts for nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except OSError:
            continue
    return total


# Database and index


def corpus_findings(settings: Settings) -> Iterator[HealthFinding]:
    """Whether the database answers, is whole and has the tables that this version knows.

    A replica is asked for itself: readers would go on without it.
    """
    if settings.database_read_url:
        yield _replica_finding(settings)
    try:
        with _opened(settings.database) as database:
            yield from _database_findings(database, settings)
    except OtherSchema as error:
        yield bad("database", error.message, "install the version that the other machines run")
    except FixbookError as error:
        yield bad("database", error.message, _database_advice(settings))


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def _replica_finding(settings: Settings) -> HealthFinding:
    try:
        Database(settings.database, read_url=settings.database_read_url).dispose()
        with (
            _opened(settings.database_read_url) as replica,
            replica.reading() as connection,
        ):
            number = generations.current(connection).number
    except FixbookError as error:
        advice = "see that FIXBOOK_DATABASE_READ_URL is right and answers; readers use the primary"
        return bad("replica", error.message, advice)
    return good("replica", f"the replica answers, with generation {number}")


def _database_findings(database: Database, settings: Settings) -> Iterator[HealthFinding]:
    if database.path is not None and not database.path.exists():
        yield warning("database", "there is none yet", "`fixbook ingest` makes it")
        return
    if not database.is_current():
        advice = "the next `fixbook serve` or `fixbook ingest` upgrades it"
        yield warning("database", "its tables are not those of this version", advice)
        return
    with database.reading() as connection:
        yield _whole(connection)
        newest = generations.current(connection)
    yield from _generation_findings(newest)
    if newest.number and os.access(settings.data_dir, os.W_OK):
        yield from index_findings(settings, newest)


def _database_advice(settings: Settings) -> str:
    if settings.database_url:
        return "see that FIXBOOK_DATABASE_URL is right, that the server runs and lets us in"
    return "restore a backup with `fixbook restore`, or remove the file and ingest again"


def _whole(connection: Connection) -> HealthFinding:
    """SQLite can look through its own pages; PostgreSQL looks after itself."""
    if connection.dialect.name != "sqlite":
        return good("database", "PostgreSQL answers, the primary")
    found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found == "ok":
        return good("database", "SQLite is whole")
    advice = "restore a backup with `fixbook restore`, or remove the file and ingest again"
    return bad("database", "SQLite is damaged", advice)


def _generation_findings(newest: Generation) -> Iterator[HealthFinding]:
    if not newest.number:
        yield warning("database", "nothing has been published yet", "run `fixbook ingest`")
        return
    shown = f"generation {newest.number} of {newest.published_at}, {newest.articles} articles"
    if milliseconds(newest.published_at) / 1000 > time.time() + _CLOCK_SECONDS:
        yield warning("clock", f"{shown}, has not come yet", "set the clock of this machine right")
    else:
        yield good("database", shown)


def index_findings(settings: Settings, newest: Generation) -> Iterator[HealthFinding]:
    """Whether the index of the generation is there, whole, and right for so many articles."""
    library = Library(settings)
    engine = library.engine
    try:
        with library.reading() as reading:
            reading.index.check()
            number = reading.index.count()
    except IndexMissing:
        advice = "a server makes it again within seconds; without one, `fixbook ingest` does"
        yield bad("index", f"{engine.name} has no index of generation {newest.number}", advice)
        return
    except FixbookError as error:
        yield bad("index", error.message, "see that FIXBOOK_SEARCH_URL is right and answers")
        return
    finally:
        library.close()
    if number != newest.articles:
        shown = f"{engine.name} has {number} articles, the database {newest.articles}"
        yield bad("index", shown, "run `fixbook ingest --rebuild`")
    elif engine.comfortable is not None and number > engine.comfortable:
        shown = f"{number} articles are many for {engine.name} ({engine.comfortable})"
        yield warning("index", shown, "set FIXBOOK_SEARCH_URL=tantivy")
    else:
        yield good("index", f"{engine.name} has all {number} articles")


# The machine


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
