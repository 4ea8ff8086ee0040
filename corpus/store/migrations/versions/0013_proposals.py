"""The table of proposals. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0013_0008"
down_revision = "0012_0008"
branch_labels = None
depends_on = None

_STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SHORT = (
    "id", "key_id", "key_name", "idempotency_key", "digest", "status", "lang", "slug",
    "article_id", "base", "received_at", "changed_at",
)  # fmt: skip
_LONG = ("title", "document", "log", "notes", "receipts", "reason")


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "proposals",
        *(sa.Column(name, _STRING, nullable=False) for name in _SHORT),
        *(sa.Column(name, _TEXT, nullable=False) for name in _LONG),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
        sa.UniqueConstraint(
            "key_id", "idempotency_key", name="uq_proposals_key_id_idempotency_key"
        ),
    )
    op.create_index("ix_proposals_status_received_at", "proposals", ["status", "received_at"])
