"""What a search needs of an article, in one row. Filled as articles are ingested."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "cards",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("card", TEXT, nullable=False),
        sa.Column("signatures", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_cards")),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_cards_article_id"),
            ondelete="CASCADE",
        ),
    )
