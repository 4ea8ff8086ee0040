"""Brings the tables to their newest form. Apart from the rest, for Alembic loads slowly."""

from alembic import command
from alembic.config import Config

from corpus.store.database import MIGRATIONS, Database
from corpus.store.migrations import schema_version


def upgrade(database: Database) -> None:
    """Runs the migrations that the database has not seen, all of them or none.

    Of several processes that start at once, one does and the others wait for it.
    Raises OtherSchema when the tables are those of a newer program, also one that was quicker,
    and Unavailable when the database is away.
    """
    if database.path is not None:
        database.path.parent.mkdir(0o700, parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.writing(patient=True) as connection:
        if not schema_version.is_current(schema_version.stored(connection)):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
