"""Scopes of API keys, and the tables of what readers give back: reports, gaps, a log of reviews.

Only adds; keys that exist may do what they could before, which is to read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_0008"
down_revision = "0010_0008"
branch_labels = None
depends_on = None

_STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Adds the column and the tables."""
    op.add_column("api_keys", sa.Column("scopes", _STRING, nullable=False, server_default="read"))
    _add_reports()
    _add_gaps()
    op.create_table(
        "review_log",
        *_strings("id", "logged_at", "key_name", "action", "subject"),
        sa.Column("reason", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_log"),
    )
    op.create_index("ix_review_log_logged_at", "review_log", ["logged_at"])


def _add_reports() -> None:
    op.create_table(
        "reports",
        *_strings("article_id", "lang", "anchor", "text_hash", "key_id", "outcome"),
        sa.Column("environment", _TEXT, nullable=False),
        sa.Column("note", _TEXT, nullable=False),
        *_strings("reported_at"),
        sa.PrimaryKeyConstraint(
            "article_id", "lang", "anchor", "text_hash", "key_id", name="pk_reports"
        ),
    )
    op.create_index("ix_reports_reported_at", "reports", ["reported_at"])


def _add_gaps() -> None:
    op.create_table(
        "gaps",
        *_strings("signature"),
        sa.Column("asked", sa.Integer, nullable=False),
        *_strings("first_at", "last_at"),
        sa.Column("nearest", _STRING),
        sa.PrimaryKeyConstraint("signature", name="pk_gaps"),
    )
    op.create_index("ix_gaps_asked_last_at", "gaps", ["asked", "last_at"])
    op.create_table(
        "gap_callers",
        *_strings("signature", "caller"),
        sa.PrimaryKeyConstraint("signature", "caller", name="pk_gap_callers"),
        sa.ForeignKeyConstraint(
            ["signature"], ["gaps.signature"], name="fk_gap_callers_signature", ondelete="CASCADE"
        ),
    )

    op.create_table(
        "caller_salt",
        sa.Column("id", sa.Integer, nullable=False),
        *_strings("salt"),
        sa.PrimaryKeyConstraint("id", name="pk_caller_salt"),
        sa.CheckConstraint("id = 1", name="single_row"),
    )


def _strings(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, _STRING, nullable=False) for name in names]
