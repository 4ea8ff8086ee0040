"""Cards have what a list shows of an article, and no longer its receipts with all they printed."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BATCH = 500
_SHOWN = (
    "id", "code", "author", "domain", "tags", "status", "confidence", "risk", "published_at",
    "updated_at", "created_at",
)  # fmt: skip


def upgrade() -> None:
    """Writes every card again."""
    connection = op.get_bind()
    ids = connection.execute(sa.text("SELECT article_id FROM cards")).scalars().all()
    query = sa.text("SELECT article_id, card FROM cards WHERE article_id IN :ids")
    some = query.bindparams(sa.bindparam("ids", expanding=True))
    change = sa.text("UPDATE cards SET card = :card WHERE article_id = :id")
    for start in range(0, len(ids), _BATCH):
        found = connection.execute(some, {"ids": ids[start : start + _BATCH]}).all()
        connection.execute(change, [{"id": id_, "card": _slim(card)} for id_, card in found])


def _slim(card: str) -> str:
    read = json.loads(card)
    metadata, trust = read.pop("metadata"), read.pop("trust")
    shown = {name: metadata[name] for name in _SHOWN if name in metadata}
    slim = {**shown, **read, "trust": _trust(trust)}
    return json.dumps(slim, ensure_ascii=False, separators=(",", ":"))


def _trust(trust: dict[str, Any]) -> dict[str, Any]:
    evidence = trust.pop("evidence", [])
    ran_at = [item["receipt"]["ranAt"] for item in evidence if not item["is_stale"]]
    return {**trust, "last_run": max(ran_at)} if ran_at else trust
