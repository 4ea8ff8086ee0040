"""Migrations: a migrated database is the one that the code knows."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from corpus.store import schema
from corpus.store.database import MIGRATIONS, Database
from corpus.store.migrations.schema_version import HEAD
from corpus.store.migrations.upgrade import upgrade
from tests.databases import database_url

PASSED_OVER = (
    "ignore:Skipped unsupported reflection of expression-based index",
    "ignore:autogenerate skipping metadata-specified expression-based index",
)
"""SQLite cannot say what such an index is of; `indexes` does."""


def indexes(connection: Connection) -> dict[str, str]:
    """How SQLite was told to make its indexes, by name."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    return {str(row.name): str(row.sql) for row in connection.exec_driver_sql(query)}


def constraint_names(connection: Connection) -> dict[str, list[str]]:
    """The names of all constraints and indexes, by table."""
    found = inspect(connection)
    return {
        table: sorted(
            str(thing["name"])
            for thing in (
                found.get_pk_constraint(table),
                *found.get_foreign_keys(table),
                *found.get_unique_constraints(table),
                *found.get_check_constraints(table),
                *found.get_indexes(table),
            )
        )
        for table in schema.metadata.tables
    }


def empty(folder: Path) -> Database:
    """A database without tables."""
    url = database_url(folder, migrated=False)
    return Database(url or f"sqlite:///{folder / 'fixbook.db'}")


def migrated(folder: Path) -> Database:
    """A database that all migrations were run on."""
    database = empty(folder / "new")
    upgrade(database)
    return database


@pytest.mark.filterwarnings(*PASSED_OVER)
def test_the_migrations_make_what_the_schema_says(tmp_path: Path) -> None:
    database = migrated(tmp_path)

    with database.writing() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        difference = compare_metadata(context, schema.metadata)

    assert difference == []
    database.dispose()


@pytest.mark.filterwarnings(*PASSED_OVER)
def test_constraints_are_called_as_the_schema_calls_them(tmp_path: Path) -> None:
    database, by_hand = migrated(tmp_path), empty(tmp_path)

    with database.reading() as connection:
        names = constraint_names(connection)
    with by_hand.writing() as connection:
        schema.metadata.create_all(connection)
        expected = constraint_names(connection)

    assert names == expected
    assert "None" not in {name for table in names.values() for name in table}
    database.dispose()
    by_hand.dispose()


@pytest.mark.sqlite("cannot compare indexes of expressions")
def test_indexes_are_what_the_schema_says(tmp_path: Path) -> None:
    database, by_hand = migrated(tmp_path), empty(tmp_path)

    with by_hand.writing() as connection:
        schema.metadata.create_all(connection)
        expected = indexes(connection)
    with database.reading() as connection:
        assert indexes(connection) == expected

    assert "lower(substr(error, 1, 200))" in expected["ix_error_entries_beginning"]
    database.dispose()
    by_hand.dispose()


def test_the_newest_migration_is_the_one_that_the_code_waits_for() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))

    assert scripts.get_heads() == [HEAD]


def test_a_database_is_current_after_its_migrations(tmp_path: Path) -> None:
    database = empty(tmp_path)
    assert not database.is_current()

    with database.writing():
        pass
    assert not database.is_current()

    upgrade(database)
    assert database.is_current()
    database.dispose()


@pytest.mark.sqlite("compares files")
def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    database = migrated(tmp_path)
    assert database.path is not None
    before = database.path.read_bytes()

    upgrade(database)

    assert database.path.read_bytes() == before
