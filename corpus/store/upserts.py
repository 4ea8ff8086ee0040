"""Inserts that meet a row which is there already, on SQLite and PostgreSQL."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    connection: Connection,
    table: Table,
    values: Mapping[str, Any],
    *,
    update: Mapping[str, Any] | None = None,
) -> None:
    """Inserts a row; where its primary key is taken, sets `update`, by default all other values.

    With an empty `update`, a row that has that key, or another unique value, stays as it is.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table).values(values)
    keys = [column.name for column in table.primary_key]
    if update is None:
        update = {name: value for name, value in values.items() if name not in keys}
    if update:
        connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=dict(update)))
    else:
        connection.execute(insert.on_conflict_do_nothing())
