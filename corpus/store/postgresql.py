"""PostgreSQL: connections that never wait for ever, the writers' lock, and who listens.

A server that is gone refuses at once. One that is stuck, or behind a network that swallows
everything, says nothing at all; so every wait here has an end.
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

CHANNEL = "fixbook_generation"
"""What publishers notify and servers listen to."""
LISTENER = "fixbook listener"
"""What `pg_stat_activity` calls the connections that listen."""

_LOCK_KEY = 0x0F1CB00C
"""The advisory lock of writers: any number that other programs are not likely to take."""
_CONNECT_SECONDS = 3
_PING_SECONDS = 2.0
_READ_SECONDS = 5.0
"""How long one statement of a reader may take; it ends there and, a second later, here."""
_LOCK_SECONDS = 30
_NETWORK = {
    "connect_timeout": _CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""libpq's names; seconds, and milliseconds for the last: when a silent network counts as cut."""

_LOG = logging.getLogger(__name__)
_Value = TypeVar("_Value")


class _Impatient(psycopg.Connection[Any]):
    """Closes itself when the server has not answered in time, even if it never will."""

    patience = _READ_SECONDS + 1
    """Seconds for one exchange with the server."""

    def wait(self, gen: PQGen[_Value], *args: Any, **kwargs: Any) -> _Value:
        """See psycopg."""
        return super().wait(self._ending(gen), *args, **kwargs)

    def _ending(self, gen: PQGen[_Value]) -> Generator[Any, Any, _Value]:
        """The same steps; psycopg wakes it several times a second when nothing comes."""
        deadline = time.monotonic() + self.patience
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


class _Asked(StrDumper):
    """What is asked for may hold NUL, which no text in PostgreSQL does: it is found nowhere."""

    def dump(self, obj: str) -> Any:
        """See psycopg."""
        return super().dump(obj.replace("\0", "\ufffd"))


def readers(url: URL, *, pool: int) -> Engine:
    """Connections that see one state of everything and change nothing."""
    engine = create_engine(
        url,
        isolation_level="REPEATABLE READ",
        pool_size=pool,
        max_overflow=0,
        pool_timeout=_CONNECT_SECONDS,
        execution_options={"postgresql_readonly": True},
        connect_args=_arguments(url, f"statement_timeout={_READ_SECONDS:.0f}s"),
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, args: Any, named: Any) -> _Impatient:
        connection = _Impatient.connect(*args, **named)
        connection.adapters.register_dumper(str, _Asked)
        return connection

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, _record: object, _proxy: object) -> None:
        """Nobody is given a connection that has died in the pool."""
        connection.patience = _PING_SECONDS
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise DisconnectionError from error
        connection.patience = _Impatient.patience

    return _closing_late(engine)


def writers(url: URL) -> Engine:
    """Connections for transactions that may take long and hold the writers' lock.

    They read what is committed, not one state: what a lock kept waiting must see what was
    done meanwhile, and there is only one writer.
    """
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=1,
        pool_timeout=_CONNECT_SECONDS,
        pool_pre_ping=True,
        connect_args=_arguments(url, f"lock_timeout={_LOCK_SECONDS}s"),
    )
    return _closing_late(engine)


def _closing_late(engine: Engine) -> Engine:
    """Has it close what is given back after it was disposed of, which SQLAlchemy just forgets."""

    @event.listens_for(engine, "connect")
    def note(_connection: Any, record: Any) -> None:
        record.info["pool"] = ref(engine.pool)

    @event.listens_for(engine, "checkin")
    def close(connection: Any, record: Any) -> None:
        if connection is not None and record.info["pool"]() is not engine.pool:
            connection.close()

    return engine


def _arguments(url: URL, *options: str) -> dict[str, Any]:
    """What a connection needs besides its address, where that does not say otherwise."""
    arguments: dict[str, Any] = {k: v for k, v in _NETWORK.items() if k not in url.query}
    given = url.query.get("options", "")
    own = [f"-c {option}" for option in options]
    return {**arguments, "options": " ".join([*own, given if isinstance(given, str) else ""])}


def lock(connection: Connection, *, wait: bool) -> bool:
    """Takes the writers' lock until the transaction ends, however it ends.

    Returns False if somebody else has it; with `wait`, PostgreSQL's lock timeout is the
    end of patience, and raises.
    """
    if not wait:
        return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK_KEY))))
    connection.execute(select(func.pg_advisory_xact_lock(_LOCK_KEY)))
    return True


def notify(connection: Connection, number: int) -> None:
    """Tells the listeners of a generation, at the moment when this transaction is committed."""
    connection.execute(select(func.pg_notify(CHANNEL, str(number))))


class Listener:
    """Hears of new generations on a connection and a thread of its own.

    After each new connection it says 0: what was said before it listened is lost.
    """

    _PROBE_SECONDS = 10.0
    _LOOK_SECONDS = 0.25
    _SLOWEST_RETRY = 5.0

    def __init__(self, url: URL, heard: Callable[[int], None]) -> None:
        self.alive = False
        """Whether it listens right now."""
        self._engine = create_engine(url)
        self._url = url
        self._heard = heard
        self._ended = Event()
        self._thread = Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends the thread and the connection."""
        self._ended.set()
        self._thread.join(_CONNECT_SECONDS + _READ_SECONDS)

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
                _LOG.info("not listening for new generations; looking for them instead")
            self.alive = False
            self._ended.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads retries
            pause = min(2 * pause, self._SLOWEST_RETRY)

    def _connection(self) -> psycopg.Connection[Any]:
        _, named = self._engine.dialect.create_connect_args(self._url)
        parameters = {**_arguments(self._url), **named, "application_name": LISTENER}
        return _Impatient.connect(**parameters, autocommit=True)

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        """Until it is closed; asks something now and then, for a dead line is silent too."""
        probe = time.monotonic() + self._PROBE_SECONDS
        while not self._ended.is_set():
            for notice in connection.notifies(timeout=self._LOOK_SECONDS):
                self._heard(int(notice.payload) if notice.payload.isdecimal() else 0)
            if time.monotonic() > probe:
                connection.execute("SELECT 1")
                probe = time.monotonic() + self._PROBE_SECONDS
