"""The database: consistent reads and atomic writes.

Everything that differs between SQLite and PostgreSQL is in this module and in `postgresql`.
"""

import logging
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection as Connection  # noqa: PLC0414 - for those who write no SQL
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    DBAPIError,
    InvalidRequestError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)

from corpus.errors import Busy, SettingsError, Unavailable
from corpus.store.database_url import checked_url
from corpus.store.migrations import schema_version
from corpus.store.tuning import (
    READER_LOCK_SECONDS,
    RECORDER_LOCK_SECONDS,
    REPLICA_RETRY_SECONDS,
    RETRY_SECONDS,
    TRIAL_SECONDS,
    WRITER_LOCK_SECONDS,
)

if TYPE_CHECKING:
    from corpus.store.postgresql import Listener

__all__ = ["MIGRATIONS", "Connection", "Database", "driver_message", "is_whole", "notify", "rows"]

MIGRATIONS = Path(__file__).parent / "migrations"

_LOG = logging.getLogger(__name__)
_PATH = re.compile(r'"/[^"]*"')
_REASONS = {
    sqlite3.SQLITE_BUSY: "another program has locked the database",
    sqlite3.SQLITE_CORRUPT: "the database is damaged",
    sqlite3.SQLITE_FULL: "there is no room on the disk for the database",
    sqlite3.SQLITE_NOTADB: "the database is damaged",
    sqlite3.SQLITE_READONLY: "the database may not be written",
}
"""What SQLite's primary result codes mean (https://sqlite.org/rescode.html)."""


class Database:
    """A connection pool for readers and another one for writers.

    Readers may use a replica, which may lag behind a little. While it is unavailable, they read
    from the primary.
    """

    def __init__(self, url: str, *, read_url: str = "", pool: int = 8) -> None:
        self.url = checked_url(url, "FIXBOOK_DATABASE_URL")
        self.is_local = self.url.get_backend_name() == "sqlite"
        """Whether the database runs in this process (SQLite), not on a server (PostgreSQL)."""
        self.path = Path(self.url.database) if self.is_local and self.url.database else None
        """The file of a SQLite database."""
        self._file, self._log_file = str(self.path), f"{self.path}-wal"
        self._inode = self._log = 0
        self._replica: _Readers | None = None
        if read_url:
            self._replica = _Readers(self._replica_of(read_url, pool), rest=REPLICA_RETRY_SECONDS)
        if self.is_local:
            self._readers = _Readers(_sqlite(self.url, READER_LOCK_SECONDS), rest=0.0)
            self._writers = _sqlite(self.url, WRITER_LOCK_SECONDS, writes="NORMAL")
            self._recorders = _sqlite(self.url, RECORDER_LOCK_SECONDS, writes="FULL")
        else:
            engine = _postgresql().readers(self.url, pool=pool)
            self._readers = _Readers(engine, rest=RETRY_SECONDS)
            self._writers = _postgresql().writers(self.url)
            self._recorders = _postgresql().recorders(self.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state for as long as it is open.

        Raises Unavailable if the database is unavailable.
        """
        self._follow_file()
        try:
            with self._connect() as connection:
                if self.is_local:  # done for each answer, so without SQLAlchemy's events
                    connection.connection.cursor().execute("BEGIN")
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise self._unavailable(error) from error

    @contextmanager
    def writing(self, *, patient: bool = False) -> Iterator[Connection]:
        """A write transaction, one at a time.

        Raises Unavailable if the database is unavailable or stays locked, and Busy if another
        machine is writing to it, unless `patient`: then it waits.
        """
        try:
            with self._writers.begin() as connection:
                if not self.is_local and not _postgresql().lock(connection, wait=patient):
                    raise Busy("another machine is ingesting; try again when it has finished")
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise self._unavailable(error) from error

    @contextmanager
    def recording(self) -> Iterator[Connection]:
        """A short write transaction for what readers give back. It need not wait for an ingest,
        except on SQLite while that writes. Its commit is on the disk.

        Raises Unavailable if the database is unavailable, full, or stays locked.
        """
        self._follow_file()
        try:
            with self._recorders.begin() as connection:
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise self._unavailable(error) from error

    def is_current(self) -> bool:
        """Whether this version can use the tables as they are; False if they need an upgrade.

        Raises OtherSchema if a newer version has changed them incompatibly.
        """
        if self.path is not None and not self.path.exists():
            return False
        with self.reading() as connection:
            return schema_version.is_current(schema_version.stored_version(connection))

    def listen(self, heard: Callable[[int], None]) -> "Listener | None":
        """Calls `heard`, in a thread, with the number of each new generation, or 0 if unknown.

        None for SQLite, which has no notifications. The caller must close the listener.
        """
        return None if self.is_local else _postgresql().Listener(self.url, heard)

    def dispose(self) -> None:
        """Closes all connections that are not in use."""
        for readers in (self._replica, self._readers):
            if readers is not None:
                readers.engine.dispose()
        self._writers.dispose()
        self._recorders.dispose()

    def _unavailable(self, error: SQLAlchemyError | sqlite3.Error) -> Unavailable:
        """The error to raise, without the address of the database; the log has the details.

        If a SQLite file's log was replaced, closes all connections to it: the memory that
        processes share about a removed log stays wrong for as long as one has it open.
        """
        code = _sqlite_code(error)
        if code == sqlite3.SQLITE_IOERR:
            self.dispose()
        _LOG.warning(
            "the database failed: %s: %s", type(_cause(error)).__name__, driver_message(error)
        )
        return Unavailable(_REASONS.get(code, "the database cannot be used right now"))

    def _connect(self) -> Connection:
        """A connection to the replica, or to the primary if the replica is unavailable."""
        if self._replica is None:
            return self._readers.connect()
        try:
            return self._replica.connect()
        except (DBAPIError, InvalidRequestError) as error:
            _LOG.warning("the replica is away, reading from the primary: %s", driver_message(error))
        except Unavailable:
            pass  # another reader is trying
        return self._readers.connect()

    def _replica_of(self, read_url: str, pool: int) -> Engine:
        url = checked_url(read_url, "FIXBOOK_DATABASE_READ_URL")
        if self.is_local or url.get_backend_name() == "sqlite":
            raise SettingsError("FIXBOOK_DATABASE_READ_URL goes with PostgreSQL only")
        engine: Engine = _postgresql().readers(url, pool=pool)
        return engine

    def _follow_file(self) -> None:
        """Closes all connections if the database file or its log was replaced or removed.

        Otherwise they would go on reading a file that nobody else sees, or create a new one.
        """
        if self.path is None:
            return
        inode, log = _inode_of(self._file), _inode_of(self._log_file)
        if not inode:
            raise Unavailable("there is no database")
        if inode != self._inode or (self._log and log != self._log):
            self._readers.engine.dispose()
            self._writers.dispose()
            self._recorders.dispose()
        self._inode, self._log = inode, log


def _inode_of(path: str) -> int:
    """The inode of a file; 0 if there is none."""
    try:
        return os.stat(path).st_ino  # noqa: PTH116 - runs before each response
    except OSError:
        return 0


class _Readers:
    """Connections to one server; while it is unavailable, one reader tries for all others."""

    def __init__(self, engine: Engine, *, rest: float) -> None:
        self.engine = engine
        self._rest = rest
        self._resting_until = 0.0

    def connect(self) -> Connection:
        """Raises Unavailable while nobody should try, and SQLAlchemy's errors if it fails."""
        now = time.monotonic()
        if now < self._resting_until:
            raise Unavailable("the database cannot be reached right now")
        was_away = self._resting_until > 0
        if was_away:
            self._resting_until = now + TRIAL_SECONDS
        try:
            connection = self.engine.connect()
        except (DBAPIError, InvalidRequestError):
            self._resting_until = time.monotonic() + self._rest if self._rest else 0.0
            raise
        self._resting_until = 0.0
        if was_away:
            _LOG.info("the database server is available again")
        return connection


def notify(connection: Connection, number: int) -> None:
    """Notifies all machines of a generation when this transaction commits, if supported."""
    if connection.dialect.name == "postgresql":
        _postgresql().notify(connection, number)


def _postgresql() -> Any:
    """The module for PostgreSQL, imported on demand, because its driver is an extra."""
    try:
        return import_module("corpus.store.postgresql")
    except ImportError as error:
        if error.name != "psycopg":
            raise
        raise SettingsError(
            "FIXBOOK_DATABASE_URL: psycopg is not installed; "
            "in a clone: pip install '.[postgresql]'"
        ) from error


def _sqlite(url: URL, wait: int, *, writes: str = "") -> Engine:
    """Connections that wait so many seconds for a lock, and how they sync writes, if they write."""
    engine = create_engine(url, connect_args={"timeout": wait, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin explicitly
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {writes or 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys = ON")
        if not writes:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        if writes:  # readers begin in `Database.reading`
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def rows(connection: Connection, query: str, *values: str) -> list[tuple[Any, ...]]:
    """The rows of a query in plain SQL, because composing one costs as much as reading a few rows.

    `?` is the placeholder on every database.
    """
    if connection.dialect.paramstyle == "qmark":  # SQLAlchemy takes longer than SQLite
        found: list[tuple[Any, ...]] = (
            connection.connection.cursor().execute(query, values).fetchall()
        )
        return found
    return [tuple(row) for row in connection.exec_driver_sql(query.replace("?", "%s"), values)]


def _sqlite_code(error: SQLAlchemyError | sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for other errors."""
    return getattr(_cause(error), "sqlite_errorcode", 0) & 0xFF


def is_whole(connection: Connection) -> bool:
    """Whether SQLite finds no damage."""
    return bool(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok")


def driver_message(error: BaseException) -> str:
    """The driver's message, if it is about the database itself.

    Without the statement and its values, messages that quote a value, and paths of sockets.
    """
    if not isinstance(error, SQLAlchemyError | sqlite3.Error):
        return ""
    cause = _cause(error)
    about_itself = isinstance(error, OperationalError | ProgrammingError)
    if not about_itself and not isinstance(cause, sqlite3.Error):
        return ""
    return _PATH.sub("…", str(cause).partition("\n")[0])


def _cause(error: SQLAlchemyError | sqlite3.Error) -> BaseException:
    """The driver's exception, if there is one."""
    return error.orig if isinstance(error, DBAPIError) and error.orig else error
