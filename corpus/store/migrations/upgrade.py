"""Upgrades the database. A separate module, because importing Alembic is slow."""

from alembic import command
from alembic.config import Config

from corpus.store.database import MIGRATIONS, Database
from corpus.store.migrations import schema_version
from corpus.store.schema import metadata


def upgrade(database: Database) -> None:
    """Makes the tables of an empty database, or runs the migrations that one has not seen.

    All of them or none; of several processes that start at once, one does and the others wait.
    Raises OtherSchema when the tables are those of a newer program, also one that was quicker,
    or too old, and Unavailable when the database is away.
    """
    if database.path is not None:
        database.path.parent.mkdir(0o700, parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.writing(patient=True) as connection:
        config.attributes["connection"] = connection
        found = schema_version.stored_version(connection)
        if not found:
            metadata.create_all(connection)
            command.stamp(config, "head")
        elif not schema_version.is_current(found):
            command.upgrade(config, "head")
