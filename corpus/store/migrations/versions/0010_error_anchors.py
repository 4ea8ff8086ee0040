"""An index of the anchors of error entries, by which their pages are looked up."""

from alembic import op

revision = "0010_0008"
down_revision = "0009_0008"
branch_labels = None
depends_on = None

_NAME = "ix_error_entries_anchor"


def upgrade() -> None:
    """Adds the index."""
    op.create_index(_NAME, "error_entries", ["anchor"])


def downgrade() -> None:
    """Drops it."""
    op.drop_index(_NAME, "error_entries")
