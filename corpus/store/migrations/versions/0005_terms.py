"""The terms of a card's passages as one text: less to read, and less to keep in memory."""

from typing import Any

from corpus.store.migrations.cards import rewrite

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Writes every card again."""
    rewrite(_joined)


def _joined(card: dict[str, Any]) -> dict[str, Any]:
    for passage in card["passages"]:
        passage["terms"] = " ".join(passage["terms"])
    return card
