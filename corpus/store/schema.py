"""The tables. Plain SQL types only, so that SQLite and PostgreSQL hold the same.

An article's rows hang off `articles.id` and go with it. Texts are per language;
`position` keeps the order of the document. Times are ISO 8601 as written, with the
same moment in milliseconds since 1970 beside them where something sorts by it.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_STRING = String().with_variant(String(collation="C"), "postgresql")
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Makes PostgreSQL compare bytes, as SQLite does, whatever its locale."""


def _article_id() -> Column[str]:
    return Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False)


def _per_article(name: str, *columns: Column[object], index: str | None = None) -> Table:
    """A table with rows of an article, ordered by position."""
    extra = [Index(None, index)] if index else []
    return Table(
        name,
        metadata,
        _article_id(),
        Column("position", Integer, nullable=False),
        *columns,
        PrimaryKeyConstraint("article_id", "position"),
        *extra,
    )


def _per_translation(name: str, *columns: Column[object]) -> Table:
    """A table with rows of a translation, ordered by position."""
    return Table(
        name,
        metadata,
        Column("article_id", _STRING, nullable=False),
        Column("lang", _STRING, nullable=False),
        Column("position", Integer, nullable=False),
        *columns,
        PrimaryKeyConstraint("article_id", "lang", "position"),
        ForeignKeyConstraint(
            ["article_id", "lang"],
            ["translations.article_id", "translations.lang"],
            ondelete="CASCADE",
        ),
    )


def _text(name: str) -> Column[object]:
    return Column(name, _TEXT, nullable=False)


generation = Table(
    "generation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("index_name", _STRING, nullable=False),
    Column("published_at", _STRING, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("source_commit", _STRING),
    Column("vector_model", _STRING),
    Column("vector_chance", Float),
    CheckConstraint("id = 1", name="single_row"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", _STRING, primary_key=True),
    Column("slug", _STRING, nullable=False, unique=True),
    Column("code", _STRING, unique=True),
    Column("author", _STRING, nullable=False),
    Column("domain", _STRING, nullable=False),
    Column("status", _STRING, nullable=False),
    Column("confidence", Integer, nullable=False),
    Column("risk", _STRING, nullable=False),
    Column("state", _STRING, nullable=False),
    Column("trust", _STRING, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("runtimes", JSON, nullable=False),
    Column("published_at", _STRING),
    Column("updated_at", _STRING),
    Column("created_at", _STRING),
    Column("published_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Column("unit", _STRING, nullable=False),
    Column("fingerprint", _STRING, nullable=False),
    Index(None, "state", "published_ms", "slug"),
    Index(None, "state", "domain"),
    Index(None, "unit"),
)

translations = Table(
    "translations",
    metadata,
    _article_id(),
    Column("lang", _STRING, nullable=False),
    Column("position", Integer, nullable=False),
    Column("title", _TEXT, nullable=False),
    Column("summary", _TEXT, nullable=False),
    Column("body", _TEXT, nullable=False),
    PrimaryKeyConstraint("article_id", "lang"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("alias", _STRING, primary_key=True),
    Column("position", Integer, nullable=False),
    _article_id(),
    Index(None, "article_id"),
)

tags = _per_article("tags", Column("tag", _STRING, nullable=False), index="tag")
keywords = _per_article("keywords", Column("keyword", _STRING, nullable=False))
related = _per_article("related", Column("related_id", _STRING, nullable=False))

questions = _per_translation("questions", _text("question"), _text("answer"))
code_blocks = _per_translation(
    "code_blocks",
    Column("language", _STRING, nullable=False),
    _text("content"),
    _text("description"),
)
error_entries = _per_translation(
    "error_entries",
    _text("error"),
    _text("cause"),
    _text("solution"),
    _text("anchor"),
    Column("trust", _STRING, nullable=False, server_default="none"),
)
error_beginning = func.lower(
    func.substr(error_entries.c.error, literal_column("1"), literal_column("200"))
)
"""What the error index is sorted by first: all of a text may be more than an index can hold."""
Index("ix_error_entries_beginning", error_beginning)
Index(None, error_entries.c.anchor)
references = _per_translation("references", _text("label"), _text("target"))
stored_documents = Table(
    "stored_documents",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    _text("summary"),
    _text("signatures"),
    _text("document"),
)
"""What is served of an article, as JSON in one row: see `corpus.store.stored_documents`."""
passage_vectors = Table(
    "passage_vectors",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("vectors", LargeBinary, nullable=False),
)
"""Empty where no vectors are made: see `corpus.store.passage_vectors`."""

verifiers = Table(
    "verifiers",
    metadata,
    Column("id", _STRING, primary_key=True),
    Column("name", _STRING, nullable=False),
)

verification_records = _per_article(
    "verification_records",
    Column("verifier_id", ForeignKey("verifiers.id"), nullable=False),
    Column("result", _STRING, nullable=False),
    Column("verified_at", _STRING, nullable=False),
    Column("notes", _TEXT),
    Column("kind", _STRING),
    Column("os", _STRING),
    Column("runtime", _STRING),
    Column("version", _STRING),
)

receipts = _per_article(
    "receipts",
    Column("check_name", _STRING, nullable=False),
    Column("outcome", _STRING, nullable=False),
    Column("stale", Boolean, nullable=False),
    Column("ran_at", _STRING, nullable=False),
    Column("os", _STRING, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", _STRING, primary_key=True),
    Column("name", _STRING, nullable=False, unique=True),
    Column("digest", _STRING, nullable=False),
    Column("created_at", _STRING, nullable=False),
    Column("scopes", _STRING, nullable=False, server_default="read"),
)

# What readers give back. No ingest touches it, so nothing here refers to a table of articles.

FEEDBACK = {"feedback": True}
"""Marks tables that belong in a backup but not in a bundle for others."""

reports = Table(
    "reports",
    metadata,
    Column("article_id", _STRING, nullable=False),
    Column("lang", _STRING, nullable=False),
    Column("anchor", _STRING, nullable=False),
    Column("text_hash", _STRING, nullable=False),
    Column("key_id", _STRING, nullable=False),
    Column("outcome", _STRING, nullable=False),
    Column("environment", _TEXT, nullable=False),
    Column("note", _TEXT, nullable=False),
    Column("reported_at", _STRING, nullable=False),
    PrimaryKeyConstraint("article_id", "lang", "anchor", "text_hash", "key_id"),
    Index(None, "reported_at"),
    info=FEEDBACK,
)
"""The last word of each key about each text; `anchor` is empty for the whole document."""

gaps = Table(
    "gaps",
    metadata,
    Column("signature", _STRING, primary_key=True),
    Column("asked", Integer, nullable=False),
    Column("first_at", _STRING, nullable=False),
    Column("last_at", _STRING, nullable=False),
    Column("nearest", _STRING),
    Index(None, "asked", "last_at"),
    info=FEEDBACK,
)
gap_callers = Table(
    "gap_callers",
    metadata,
    Column("signature", ForeignKey("gaps.signature", ondelete="CASCADE"), nullable=False),
    Column("caller", _STRING, nullable=False),
    PrimaryKeyConstraint("signature", "caller"),
    info=FEEDBACK,
)

caller_salt = Table(
    "caller_salt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("salt", _STRING, nullable=False),
    CheckConstraint("id = 1", name="single_row"),
    info=FEEDBACK,
)
"""What callers are hashed with, so that the same one is the same on every machine."""

proposals = Table(
    "proposals",
    metadata,
    Column("id", _STRING, primary_key=True),
    *(
        Column(name, _STRING, nullable=False)
        for name in (
            "key_id", "key_name", "idempotency_key", "digest", "status", "lang", "slug",
            "article_id", "base", "received_at", "changed_at",
        )
    ),
    *(
        Column(name, _TEXT, nullable=False)
        for name in ("title", "document", "log", "notes", "receipts", "reason")
    ),
    UniqueConstraint("key_id", "idempotency_key"),
    Index(None, "status", "received_at"),
    info=FEEDBACK,
)  # fmt: skip
"""Documents that are, or were, to become articles. `base` is a hash of the text that one changes,
`notes` are JSON, `receipts` the text of a file of receipts, empty before its checks ran."""

review_log = Table(
    "review_log",
    metadata,
    Column("id", _STRING, primary_key=True),
    Column("logged_at", _STRING, nullable=False),
    Column("key_name", _STRING, nullable=False),
    Column("action", _STRING, nullable=False),
    Column("subject", _STRING, nullable=False),
    Column("reason", _TEXT, nullable=False),
    Index(None, "logged_at"),
    info=FEEDBACK,
)
"""What reviewers did; rows are only added."""
