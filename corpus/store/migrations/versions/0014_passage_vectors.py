"""The vectors of passages, and which model a generation has them of. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0014_0008"
down_revision = "0013_0008"
branch_labels = None
depends_on = None

_STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Adds the table and the columns."""
    op.add_column("generation", sa.Column("vector_model", _STRING))
    op.add_column("generation", sa.Column("vector_chance", sa.Float))
    op.create_table(
        "passage_vectors",
        sa.Column("article_id", _STRING, nullable=False),
        sa.Column("vectors", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_passage_vectors"),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name="fk_passage_vectors_article_id",
            ondelete="CASCADE",
        ),
    )
