"""PostgreSQL: connections with timeouts, the writers' lock, and notifications.

A stopped server refuses connections at once. One that hangs, or is behind a network that drops
packets, does not respond at all; so every wait here has a timeout.
"""

import logging
import random
import time
from collections.abc import Callable, Generator
from threading import Event, Thread
from typing import Any, TypeVar
from weakref import ref

import psycopg
from psycopg.abc import PQGen
from psycopg.types.string import StrDumper
from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

from corpus.store.tuning import (
    CONNECT_SECONDS,
    PING_SECONDS,
    POLL_SECONDS,
    PROBE_SECONDS,
    READ_SECONDS,
    SLOWEST_RETRY_SECONDS,
    WRITERS_LOCK_SECONDS,
)

CHANNEL = "fixbook_generation"
"""What publishers notify and servers listen to."""
LISTENER = "fixbook listener"
"""What `pg_stat_activity` calls the connections that listen."""

_LOCK_KEY = 0x0F1CB00C
"""The advisory lock of writers: an arbitrary number that others are unlikely to use."""
_NETWORK = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""libpq's parameters for detecting a dead network; in seconds, the last in milliseconds."""

_LOG = logging.getLogger(__name__)
_Value = TypeVar("_Value")


class _TimeoutConnection(psycopg.Connection[Any]):
    """Closes itself if the server does not respond in time."""

    timeout_seconds = READ_SECONDS + 1
    """Seconds for one exchange with the server."""

    def wait(self, gen: PQGen[_Value], *args: Any, **kwargs: Any) -> _Value:
        """See psycopg."""
        return super().wait(self._ending(gen), *args, **kwargs)

    def _ending(self, gen: PQGen[_Value]) -> Generator[Any, Any, _Value]:
        """The same steps; psycopg resumes them several times a second while it waits."""
        deadline = time.monotonic() + self.timeout_seconds
        try:
            step = next(gen)
            while True:
                ready = yield step
                if not ready and time.monotonic() > deadline:
                    self.pgconn.finish()
                    raise psycopg.OperationalError("the server does not answer")
                step = gen.send(ready)
        except StopIteration as end:
            value: _Value = end.value
            return value


class _NulDumper(StrDumper):
    """Replaces NUL in queries: no text in PostgreSQL contains it, so nothing may match it."""

    def dump(self, obj: str) -> Any:
        """See psycopg."""
        return super().dump(obj.replace("\0", "\ufffd"))


def readers(url: URL, *, pool: int) -> Engine:
    """Read-only connections, each transaction of which sees one state."""
    return _timely(
        url,
        pool=pool,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )


def recorders(url: URL) -> Engine:
    """A connection for short transactions, beside those of writers."""
    return _timely(url, pool=1, isolation_level="READ COMMITTED")


def _timely(url: URL, *, pool: int, **options: Any) -> Engine:
    """Connections that never wait long for the server."""
    engine = create_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
        connect_args=_arguments(url, f"statement_timeout={READ_SECONDS:.0f}s"),
        **options,
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, args: Any, named: Any) -> _TimeoutConnection:
        connection = _TimeoutConnection.connect(*args, **named)
        connection.adapters.register_dumper(str, _NulDumper)
        return connection

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, _record: object, _proxy: object) -> None:
        """Checks that a pooled connection is still alive."""
        connection.timeout_seconds = PING_SECONDS
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise DisconnectionError from error
        connection.timeout_seconds = _TimeoutConnection.timeout_seconds

    return _closing_late(engine)


def writers(url: URL) -> Engine:
    """Connections for transactions that may take long and hold the writers' lock.

    They read committed data: after waiting for the lock, they must see what its last holder wrote.
    """
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=1,
        pool_timeout=CONNECT_SECONDS,
        pool_pre_ping=True,
        connect_args=_arguments(url, f"lock_timeout={WRITERS_LOCK_SECONDS}s"),
    )
    return _closing_late(engine)


def _closing_late(engine: Engine) -> Engine:
    """Closes connections that are returned after `dispose`, which SQLAlchemy leaves open."""

    @event.listens_for(engine, "connect")
    def note(_connection: Any, record: Any) -> None:
        record.info["pool"] = ref(engine.pool)

    @event.listens_for(engine, "checkin")
    def close(connection: Any, record: Any) -> None:
        if connection is not None and record.info["pool"]() is not engine.pool:
            connection.close()

    return engine


def _arguments(url: URL, *options: str) -> dict[str, Any]:
    """The connection parameters that the URL does not set."""
    arguments: dict[str, Any] = {k: v for k, v in _NETWORK.items() if k not in url.query}
    given = url.query.get("options", "")
    own = [f"-c {option}" for option in options]
    return {**arguments, "options": " ".join([*own, given if isinstance(given, str) else ""])}


def lock(connection: Connection, *, wait: bool) -> bool:
    """Takes the writers' lock until the end of the transaction.

    Returns False if another holds it; with `wait`, raises after PostgreSQL's lock timeout.
    """
    if not wait:
        return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK_KEY))))
    connection.execute(select(func.pg_advisory_xact_lock(_LOCK_KEY)))
    return True


def notify(connection: Connection, number: int) -> None:
    """Notifies the listeners of a generation when this transaction commits."""
    connection.execute(select(func.pg_notify(CHANNEL, str(number))))


class Listener:
    """Listens for new generations, on its own connection and thread.

    After each new connection it reports 0, because it may have missed notifications.
    """

    def __init__(self, url: URL, heard: Callable[[int], None]) -> None:
        self.alive = False
        """Whether it is listening."""
        self._engine = create_engine(url)
        self._url = url
        self._heard = heard
        self._ended = Event()
        self._thread = Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops the thread and closes the connection."""
        self._ended.set()
        self._thread.join(CONNECT_SECONDS + READ_SECONDS)

    def _run(self) -> None:
        pause = 0.1
        while not self._ended.is_set():
            try:
                with self._connection() as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self.alive, pause = True, 0.1
                    self._heard(0)
                    self._listen(connection)
            except psycopg.Error:
                _LOG.info("not listening for new generations; polling instead")
            self.alive = False
            self._ended.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads retries
            pause = min(2 * pause, SLOWEST_RETRY_SECONDS)

    def _connection(self) -> psycopg.Connection[Any]:
        _, named = self._engine.dialect.create_connect_args(self._url)
        parameters = {**_arguments(self._url), **named, "application_name": LISTENER}
        return _TimeoutConnection.connect(**parameters, autocommit=True)

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        """Listens until closed, with a query now and then to detect a dead connection."""
        probe = time.monotonic() + PROBE_SECONDS
        while not self._ended.is_set():
            for notice in connection.notifies(timeout=POLL_SECONDS):
                self._heard(int(notice.payload) if notice.payload.isdecimal() else 0)
            if time.monotonic() > probe:
                connection.execute("SELECT 1")
                probe = time.monotonic() + PROBE_SECONDS
