"""The terms of a card's passages as one text: less to read, and less to keep in memory."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BATCH = 500


def upgrade() -> None:
    """Writes every card again."""
    connection = op.get_bind()
    ids = connection.execute(sa.text("SELECT article_id FROM cards")).scalars().all()
    query = sa.text("SELECT article_id, card FROM cards WHERE article_id IN :ids")
    some = query.bindparams(sa.bindparam("ids", expanding=True))
    change = sa.text("UPDATE cards SET card = :card WHERE article_id = :id")
    for start in range(0, len(ids), _BATCH):
        found = connection.execute(some, {"ids": ids[start : start + _BATCH]}).all()
        connection.execute(change, [{"id": id_, "card": _joined(card)} for id_, card in found])


def _joined(card: str) -> str:
    read = json.loads(card)
    for passage in read["passages"]:
        passage["terms"] = " ".join(passage["terms"])
    return json.dumps(read, ensure_ascii=False, separators=(",", ":"))
