"""Error entries with the level of trust of each.

Only a column is added; the next ingest fills it, for it reads all documents anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_0008"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; until the next ingest, nothing is known of any entry."""
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    column = sa.Column("trust", text, nullable=False, server_default="none")
    op.add_column("error_entries", column)
