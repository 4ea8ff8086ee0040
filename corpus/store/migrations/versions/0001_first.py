"""The first tables: everything that `corpus.store.schema` had when it was published."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""PostgreSQL is to compare as SQLite does: by bytes, in every locale."""


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "articles",
        sa.Column("id", STRING, nullable=False),
        sa.Column("slug", STRING, nullable=False),
        sa.Column("code", STRING, nullable=True),
        sa.Column("author", STRING, nullable=False),
        sa.Column("domain", STRING, nullable=False),
        sa.Column("status", STRING, nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("risk", STRING, nullable=False),
        sa.Column("state", STRING, nullable=False),
        sa.Column("trust", STRING, nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("runtimes", sa.JSON(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("published_at", STRING, nullable=True),
        sa.Column("updated_at", STRING, nullable=True),
        sa.Column("created_at", STRING, nullable=True),
        sa.Column("published_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.Column("unit", STRING, nullable=False),
        sa.Column("fingerprint", STRING, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("code", name=op.f("uq_articles_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_articles_slug")),
    )
    op.create_index(op.f("ix_articles_domain"), "articles", ["domain"], unique=False)
    op.create_index(
        op.f("ix_articles_state_published_ms_slug"),
        "articles",
        ["state", "published_ms", "slug"],
        unique=False,
    )
    op.create_index(op.f("ix_articles_unit"), "articles", ["unit"], unique=False)
    op.create_table(
        "generation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("index_name", STRING, nullable=False),
        sa.Column("published_at", STRING, nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_generation_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generation")),
    )
    op.create_table(
        "verifiers",
        sa.Column("id", STRING, nullable=False),
        sa.Column("name", STRING, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifiers")),
    )
    op.create_table(
        "aliases",
        sa.Column("alias", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_id", STRING, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_aliases_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_article_id"), "aliases", ["article_id"], unique=False)
    op.create_table(
        "keywords",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("keyword", STRING, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_keywords_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_keywords")),
    )
    op.create_table(
        "receipts",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("check_name", STRING, nullable=False),
        sa.Column("outcome", STRING, nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("ran_at", STRING, nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_receipts_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_receipts")),
    )
    op.create_table(
        "related",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("related_id", STRING, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_related_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_related")),
    )
    op.create_table(
        "tags",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tag", STRING, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_tags_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_tags")),
    )
    op.create_index(op.f("ix_tags_tag"), "tags", ["tag"], unique=False)
    op.create_table(
        "translations",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("lang", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("summary", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_translations_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "lang", name=op.f("pk_translations")),
    )
    op.create_table(
        "verification_records",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verifier_id", STRING, nullable=False),
        sa.Column("result", STRING, nullable=False),
        sa.Column("verified_at", STRING, nullable=False),
        sa.Column("notes", TEXT, nullable=True),
        sa.Column("kind", STRING, nullable=True),
        sa.Column("os", STRING, nullable=True),
        sa.Column("runtime", STRING, nullable=True),
        sa.Column("version", STRING, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["articles.id"],
            name=op.f("fk_verification_records_article_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["verifier_id"], ["verifiers.id"], name=op.f("fk_verification_records_verifier_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_verification_records")),
    )
    op.create_table(
        "code_blocks",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("lang", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("language", STRING, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "lang"],
            ["translations.article_id", "translations.lang"],
            name=op.f("fk_code_blocks_article_id_lang"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "lang", "position", name=op.f("pk_code_blocks")),
    )
    op.create_table(
        "error_entries",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("lang", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("cause", TEXT, nullable=False),
        sa.Column("solution", TEXT, nullable=False),
        sa.Column("anchor", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "lang"],
            ["translations.article_id", "translations.lang"],
            name=op.f("fk_error_entries_article_id_lang"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "lang", "position", name=op.f("pk_error_entries")),
    )
    op.create_table(
        "questions",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("lang", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "lang"],
            ["translations.article_id", "translations.lang"],
            name=op.f("fk_questions_article_id_lang"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "lang", "position", name=op.f("pk_questions")),
    )
    op.create_table(
        "references",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("lang", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("target", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "lang"],
            ["translations.article_id", "translations.lang"],
            name=op.f("fk_references_article_id_lang"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "lang", "position", name=op.f("pk_references")),
    )
    op.create_table(
        "sections",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("lang", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("anchor", TEXT, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "lang"],
            ["translations.article_id", "translations.lang"],
            name=op.f("fk_sections_article_id_lang"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "lang", "position", name=op.f("pk_sections")),
    )
    op.create_table(
        "signatures",
        sa.Column("article_id", STRING, nullable=False),
        sa.Column("lang", STRING, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("template", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("origin", STRING, nullable=False),
        sa.Column("anchor", TEXT, nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "lang"],
            ["translations.article_id", "translations.lang"],
            name=op.f("fk_signatures_article_id_lang"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "lang", "position", name=op.f("pk_signatures")),
    )
