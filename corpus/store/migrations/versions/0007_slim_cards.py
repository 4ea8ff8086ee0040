"""Cards have what a list shows of an article, and no longer its receipts with all they printed."""

from typing import Any

from corpus.store.migrations.cards import rewrite

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SHOWN = (
    "id", "code", "author", "domain", "tags", "status", "confidence", "risk", "published_at",
    "updated_at", "created_at",
)  # fmt: skip


def upgrade() -> None:
    """Writes every card again."""
    rewrite(_slim)


def _slim(card: dict[str, Any]) -> dict[str, Any]:
    metadata, trust = card.pop("metadata"), card.pop("trust")
    shown = {name: metadata[name] for name in _SHOWN if name in metadata}
    return {**shown, **card, "trust": _trust(trust)}


def _trust(trust: dict[str, Any]) -> dict[str, Any]:
    evidence = trust.pop("evidence", [])
    ran_at = [item["receipt"]["ranAt"] for item in evidence if not item["is_stale"]]
    return {**trust, "last_run": max(ran_at)} if ran_at else trust
