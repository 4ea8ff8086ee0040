"""Where migrations begin: the tables of an empty database are made from the schema.

Whatever changes the schema adds a migration, by which databases that there are follow.
"""

revision = "0015"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing: `corpus.store.migrations.upgrade` makes the tables."""
