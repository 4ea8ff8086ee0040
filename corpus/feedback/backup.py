"""What readers gave back, as lines of JSON for backups. Bundles, which are given away, lack it."""

import json
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, Table, select

from corpus.store import schema
from corpus.store.upserts import upsert

TABLES = {
    table.name: table for table in schema.metadata.sorted_tables if table.info == schema.FEEDBACK
}
"""Those that others refer to come first."""


def feedback_lines(connection: Connection) -> Iterator[bytes]:
    """Each row with the name of its table, in an order that depends on nothing else."""
    for table in TABLES.values():
        for row in connection.execute(select(table).order_by(*table.primary_key)).mappings():
            yield json.dumps({"table": table.name, "row": dict(row)}).encode() + b"\n"


def restore_feedback(connection: Connection, lines: Iterable[bytes]) -> None:
    """Adds the rows that are not there yet; those that are there are newer.

    Raises ValueError for what no backup of this version has.
    """
    for line in lines:
        table, row = _read(line)
        upsert(connection, table, row, update={})


def _read(line: bytes) -> tuple[Table, dict[str, object]]:
    read = json.loads(line)
    table, row = TABLES.get(read["table"]), read["row"]
    if table is None:
        raise ValueError("unknown table")
    if not set(row) <= set(table.c.keys()):
        raise ValueError("unknown column")
    required = {column.name for column in table.c if not column.nullable}
    if missing := [name for name in required if row.get(name) is None]:
        raise ValueError(f"no {missing}")
    return table, row
