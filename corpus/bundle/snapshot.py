"""A snapshot: the rows of one generation as a SQLite file, from whatever database has them."""

from pathlib import Path

from sqlalchemy import Connection, Table, insert, select

from corpus.store import schema
from corpus.store.database import Database
from corpus.store.migrations.upgrade import upgrade

_BATCH = 500
TABLES = tuple(
    table for table in schema.metadata.sorted_tables if not table.info.get("private", False)
)
"""What makes up the corpus, each table after those that it refers to."""


def write_snapshot(connection: Connection, path: Path) -> None:
    """Copies every row that the connection sees into a new file, but for API keys.

    Rows are copied, not pages: the source may be PostgreSQL, and a copy in the order of the
    primary keys is the same file for the same rows. Raises Unavailable when the file cannot
    be written.
    """
    copy = Database(f"sqlite:///{path}")
    try:
        upgrade(copy)
        with copy.writing() as target:
            for table in TABLES:
                _copy_table(table, connection, target)
    finally:
        copy.dispose()  # the last one out writes the log back into the file and removes it


def _copy_table(table: Table, source: Connection, target: Connection) -> None:
    query = select(table).order_by(*table.primary_key.columns)
    rows = source.execute(query.execution_options(yield_per=_BATCH)).mappings()
    for batch in rows.partitions():
        target.execute(insert(table), [dict(row) for row in batch])
