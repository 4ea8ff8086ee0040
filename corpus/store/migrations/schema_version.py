"""Which version the tables are of, and which programs get on with them.

The database holds the name of its newest migration. One such as `0009` changes what older
programs read or write, so they stop until they are upgraded. One such as `0009_0007` only
adds, and programs that know 0007 go on beside newer ones.
"""

from sqlalchemy import Connection, inspect

from corpus.errors import OtherSchema

HEAD = "0015"
"""The newest migration; a test compares it with the folder."""
FIRST = "0015"
"""The number of the first migration."""


def stored_version(connection: Connection) -> str:
    """The newest migration that was applied to the database; "" before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(found or "")


def is_current(revision: str) -> bool:
    """Whether this program can use tables of that migration; False if it can upgrade them.

    Raises OtherSchema if they are too new, or older than any that was released.
    """
    if revision == HEAD:  # as nearly always; this is asked for each answer
        return True
    number, _, oldest = revision.partition("_")
    ours = HEAD.partition("_")[0]
    if (oldest or number) > ours:
        raise OtherSchema(
            f"the database is of a newer version of Fixbook (tables {number}, this program "
            f"knows {ours}); upgrade this program"
        )
    if "" < number < FIRST:
        raise OtherSchema(
            "the database was made before the first release of Fixbook, and its tables cannot be "
            "upgraded; begin with an empty one (without DATA_DIR/fixbook.db, or with another "
            "FIXBOOK_DATABASE_URL) and run `fixbook ingest`"
        )
    return number >= ours


def check(revision: str) -> None:
    """Raises OtherSchema if this version cannot use tables of that migration."""
    if not is_current(revision):
        raise OtherSchema(
            "the database is of an older version of Fixbook; any command but doctor upgrades it"
        )
