"""Rows of a SQLite file that somebody gave us: read, and nothing in it is believed.

A database can hold more than rows. Views and triggers are programs, virtual tables and
functions in a schema reach into this process, and damaged pages can send a reader in
circles. So only plain tables with columns of ours are read, by statements that
this module makes, with a bound on what SQLite may do for them
(https://sqlite.org/security.html).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import JSON, Connection, Table, create_engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from corpus.errors import BundleError
from corpus.store import schema

_BATCH = 500
_TABLES = {
    "alembic_version": {"version_num"},
    **{table.name: set(table.columns.keys()) for table in schema.metadata.sorted_tables},
}
_INDEXES = {str(index.name) for table in schema.metadata.sorted_tables for index in table.indexes}
_EVERY = 1_000
"""Instructions of SQLite's virtual machine between two looks at how many there were."""
_SCHEMA_INSTRUCTIONS = 100_000
"""What reading the schema may take; ours needs a thousand. Finding a name among very many
takes time that is not counted."""
_INSTRUCTIONS, _INSTRUCTIONS_A_BYTE = 20_000_000, 20
"""What reading a whole file may take; an honest one needs about one for each byte."""
_LONGEST_VALUE = 64 * 1024**2
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: _LONGEST_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 0,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 2,
}
_ORDINARY_COLUMN = 0
"""What `PRAGMA table_xinfo` says of a column that is neither hidden nor generated."""
_KINDS = {
    table: {
        column.name: (column.type.python_type, *([type(None)] if column.nullable else []))
        for column in table.columns
        if not isinstance(column.type, JSON)  # which is looked at when it is used
    }
    for table in schema.metadata.sorted_tables
}
"""What a value in a column may be. SQLite keeps anything in any of them."""


@contextmanager
def foreign_rows(path: Path) -> Iterator[Connection]:
    """A connection to a file that holds nothing but tables of ours.

    Raises BundleError for anything else in it, for damage, and for a file that takes longer
    to read than its size explains; so does `read_table`.
    """
    budget = _Budget()
    with closing(_opened(path, budget)) as raw:
        _check_schema(raw)
        budget.allow(path.stat().st_size)
        _check_pages(raw)
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


def read_table(table: Table, rows: Connection) -> Iterator[list[dict[str, object]]]:
    """All rows of a table in the order of its primary key, in batches.

    What an earlier version did not have yet is left to the defaults of this one.
    Raises BundleError for damage, and for values of another kind than the column's.
    """
    with _refusing():
        found = _columns(rows, table.name)
        if not found:
            return
        query = select(*(column for column in table.columns if column.name in found))
        query = query.order_by(*table.primary_key.columns)
        result = rows.execute(query.execution_options(yield_per=_BATCH)).mappings()
        for batch in result.partitions():
            values = [dict(row) for row in batch]
            _check_values(table, found, values)
            yield values


def _check_values(table: Table, found: set[str], rows: list[dict[str, object]]) -> None:
    for name, kinds in _KINDS[table].items():
        if name in found and not all(isinstance(row[name], kinds) for row in rows):
            raise BundleError(f"its database holds a value that is none for {table.name}.{name}")


def _columns(rows: Connection, table: str) -> set[str]:
    return {row[1] for row in rows.exec_driver_sql(f"PRAGMA table_xinfo('{table}')")}


def _opened(path: Path, budget: "_Budget") -> sqlite3.Connection:
    """Read-only, without the log that may lie beside the file, and with everything off."""
    raw = sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )
    for limit, value in _LIMITS.items():
        raw.setlimit(limit, value)
    raw.set_progress_handler(budget, _EVERY)
    raw.execute("PRAGMA trusted_schema = OFF")
    raw.execute("PRAGMA cell_size_check = ON")
    if (configure := getattr(raw, "setconfig", None)) is not None:  # from Python 3.12 on
        configure(getattr(sqlite3, "SQLITE_DBCONFIG_DEFENSIVE", 0))
    return raw


class _Budget:
    """Ends whatever takes more instructions than a schema, or the size of the file, explains."""

    def __init__(self) -> None:
        self._left = _SCHEMA_INSTRUCTIONS

    def allow(self, size: int) -> None:
        """From here on, what reading so many bytes may take."""
        self._left = _INSTRUCTIONS + _INSTRUCTIONS_A_BYTE * size

    def __call__(self) -> bool:
        self._left -= _EVERY
        return self._left < 0


def _check_schema(raw: sqlite3.Connection) -> None:
    """Raises BundleError unless the file holds plain tables of ours."""
    with _refusing():
        for kind, name in raw.execute("SELECT type, name FROM sqlite_master"):
            if kind not in ("table", "index") or (kind == "index" and not _is_ours(name)):
                raise BundleError(
                    f"its database holds a {kind} that does not belong there: {name!r}"
                )
        # What kind of thing it really is, whatever `sqlite_master` was made to say.
        for _, name, kind, *_ in raw.execute("PRAGMA main.table_list").fetchall():
            if not name.startswith("sqlite_"):
                _check_table(raw, name, kind)


def _check_pages(raw: sqlite3.Connection) -> None:
    """Raises BundleError for damage."""
    with _refusing():
        if (found := raw.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise BundleError(f"its database is damaged: {found}")


def _is_ours(index: str) -> bool:
    return index in _INDEXES or index.startswith("sqlite_autoindex_")


def _check_table(raw: sqlite3.Connection, name: str, kind: str) -> None:
    if kind != "table" or name not in _TABLES:
        what = kind if kind in ("table", "view") else f"{kind} table"
        raise BundleError(f"its database holds a {what} that does not belong there: {name!r}")
    for row in raw.execute("SELECT * FROM pragma_table_xinfo(?)", (name,)):
        if row[1] not in _TABLES[name] or row[-1] != _ORDINARY_COLUMN:
            column = f"{name}.{row[1]}"
            raise BundleError(f"its database holds a column that does not belong there: {column!r}")


@contextmanager
def _refusing() -> Iterator[None]:
    """Turns whatever SQLite says of a file into a refusal of the file."""
    try:
        yield
    except (sqlite3.Error, DBAPIError, ValueError, RecursionError) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        if getattr(cause, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
            raise BundleError("its database takes longer to read than its size explains") from error
        raise BundleError("its database is damaged") from error
