"""The database: where it is, how to read it in one piece, how to write it in one piece.

All that differs between SQLite and PostgreSQL is in this module.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from corpus.errors import FixbookError, SettingsError, Unavailable

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0001"
"""The newest migration; a test compares it with the folder."""

_READER_WAITS = 2
_WRITER_WAITS = 30
"""Seconds for a lock of SQLite's. Readers hardly ever meet one, and hold up others."""


class Database:
    """A pool of connections for readers, another for writers, and two ways to use them."""

    def __init__(self, url: str) -> None:
        self.url = _checked_url(url)
        self.path = Path(self.url.database) if self.is_local and self.url.database else None
        """The file of a SQLite database."""
        self._inode = 0
        self._readers = self._engine(read_only=True)
        self._writers = self._engine(read_only=False)

    @property
    def is_local(self) -> bool:
        """Whether a query is a function call (SQLite) and not a conversation (PostgreSQL)."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of everything for as long as it is open.

        Raises Unavailable when the database is away.
        """
        self._follow_file()
        with _translated(), self._readers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it is published at the end, or nothing.

        Raises Unavailable when the database is away or stays locked.
        """
        with _translated(), self._writers.begin() as connection:
            yield connection

    def is_current(self) -> bool:
        """Whether the newest migration has been applied."""
        if self.path is not None and not self.path.exists():
            return False
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            query = "SELECT version_num FROM alembic_version"
            return connection.exec_driver_sql(query).scalar() == HEAD

    def dispose(self) -> None:
        """Closes all connections that are not in use."""
        self._readers.dispose()
        self._writers.dispose()

    def _follow_file(self) -> None:
        """Another file in its place is another database; one that is gone is not made anew."""
        if self.path is None:
            return
        try:
            inode = self.path.stat().st_ino
        except OSError as error:
            raise Unavailable("there is no database") from error
        if inode != self._inode:
            self._readers.dispose()
            self._inode = inode

    def _engine(self, *, read_only: bool) -> Engine:
        if self.is_local:
            return _sqlite(self.url, read_only=read_only)
        return _postgresql(self.url, read_only=read_only)


def _checked_url(url: str) -> URL:
    try:
        checked = make_url(url)
        backend = checked.get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        raise SettingsError("FIXBOOK_DATABASE_URL may be sqlite:///… or postgresql+psycopg://…")
    return checked


def _sqlite(url: URL, *, read_only: bool) -> Engine:
    wait = _READER_WAITS if read_only else _WRITER_WAITS
    engine = create_engine(url, connect_args={"timeout": wait, "check_same_thread": False})
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, and see one state
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        if read_only:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql(url: URL, *, read_only: bool) -> Engine:
    return create_engine(
        url,
        isolation_level="REPEATABLE READ",
        pool_pre_ping=True,
        execution_options={"postgresql_readonly": read_only},
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Says that the database is away without saying where it is."""
    try:
        yield
    except FixbookError:
        raise
    except SQLAlchemyError as error:
        raise Unavailable("the database cannot be used right now") from error
