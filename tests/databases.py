"""A database for each test that wants one: SQLite in its folder, or a new one on PostgreSQL.

A copy of one that all migrations were run on takes a fraction of their time.

Which it is says `FIXBOOK_TEST_POSTGRES`, the address of a server (`make test-postgres`).
"""

import atexit
import os
import shutil
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

from corpus.store.database import Database
from corpus.store.migrations.upgrade import upgrade

VARIABLE = "FIXBOOK_TEST_POSTGRES"
SERVER = os.environ.get(VARIABLE, "")
TEMPLATE = "fixbook_template"

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


def make_tables(database: Database) -> None:
    """Does what `upgrade` does, at a fraction of its cost where there is no SQLite file yet."""
    if database.path is None or database.path.exists():
        upgrade(database)
        return
    database.path.parent.mkdir(0o700, parents=True, exist_ok=True)
    shutil.copyfile(_sqlite_template(), database.path)


@cache
def _sqlite_template() -> Path:
    """A file that all migrations were run on, once in a process."""
    folder = Path(mkdtemp(prefix="fixbook-template-"))
    atexit.register(shutil.rmtree, folder)
    database = Database(f"sqlite:///{folder}/fixbook.db")
    upgrade(database)
    database.dispose()
    return folder / "fixbook.db"


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
