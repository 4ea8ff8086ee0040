"""The commit of the content's git repository that the generation was made of."""

import sqlalchemy as sa
from alembic import op

revision = "0012_0008"
down_revision = "0011_0008"
branch_labels = None
depends_on = None

_STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Adds the column."""
    op.add_column("generation", sa.Column("source_commit", _STRING))


def downgrade() -> None:
    """Drops it."""
    op.drop_column("generation", "source_commit")
