"""Cards written again, for migrations that change their form."""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

_BATCH = 500
_IDS = sa.text("SELECT article_id FROM cards")
_SOME = sa.text("SELECT article_id, card FROM cards WHERE article_id IN :ids").bindparams(
    sa.bindparam("ids", expanding=True)
)
_CHANGE = sa.text("UPDATE cards SET card = :card WHERE article_id = :id")

Change = Callable[[dict[str, Any]], dict[str, Any]]
"""From a card as JSON has it to what takes its place."""


def rewrite(changed: Change) -> None:
    """Writes every card again, a few in memory at a time."""
    connection = op.get_bind()
    ids = connection.execute(_IDS).scalars().all()
    for start in range(0, len(ids), _BATCH):
        found = connection.execute(_SOME, {"ids": ids[start : start + _BATCH]}).all()
        values = [{"id": id_, "card": _written(changed(json.loads(card)))} for id_, card in found]
        connection.execute(_CHANGE, values)


def _written(card: dict[str, Any]) -> str:
    return json.dumps(card, ensure_ascii=False, separators=(",", ":"))
