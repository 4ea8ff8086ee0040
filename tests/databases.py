"""A database for each test that wants one: SQLite in its folder, or a new one on PostgreSQL.

Which it is says `FIXBOOK_TEST_POSTGRES`, the address of a server (`make test-postgres`).
"""

import os
from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

VARIABLE = "FIXBOOK_TEST_POSTGRES"
SERVER = os.environ.get(VARIABLE, "")
TEMPLATE = "fixbook_template"
"""A database that all migrations were run on; a copy of it takes a fraction of their time."""

_created: set[str] = set()


def database_url(data_dir: Path, *, migrated: bool = True) -> str:
    """The address for a library in that folder; "" is SQLite. The same folder, the same one."""
    if not SERVER:
        return ""
    name = f"test_{sha256(str(data_dir).encode()).hexdigest()[:16]}"
    if name not in _created:
        create(SERVER, name, template=TEMPLATE if migrated else "template0")
        _created.add(name)
    return address(SERVER, name)


def address(server: str, name: str) -> str:
    """The address of another database of a server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def create(server: str, name: str, *, template: str) -> None:
    """Makes a database."""
    statement = SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.format(Identifier(name), Identifier(template)))


def created() -> frozenset[str]:
    """The databases that this process has made and not dropped."""
    return frozenset(_created)


def drop(names: frozenset[str]) -> None:
    """Drops databases, whoever may still be connected."""
    if not names:
        return
    with psycopg.connect(SERVER, autocommit=True) as connection:
        for name in names:
            statement = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(statement.format(Identifier(name)))
            _created.discard(name)
