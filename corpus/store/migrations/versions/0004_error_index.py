"""The error index in its order, by beginnings: PostgreSQL has a limit of what it can index."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the index; SQLite and PostgreSQL call the functions alike."""
    op.execute(
        "CREATE INDEX ix_error_entries_beginning ON error_entries (lower(substr(error, 1, 200)))"
    )
