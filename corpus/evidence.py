"""Evidence in the database: a row for each receipt of an article."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from corpus import schema
from corpus.receipts import Receipt
from corpus.trust import Evidence


def evidence_row(item: Evidence) -> dict[str, Any]:
    """The values of a row, article and position aside."""
    receipt = item.receipt
    return {
        "check_name": receipt.check,
        "outcome": receipt.outcome,
        "stale": item.is_stale,
        "ran_at": receipt.ran_at,
        "receipt": receipt.model_dump(mode="json", by_alias=True),
    }


def load_evidence(connection: Connection, ids: Sequence[str]) -> dict[str, list[Evidence]]:
    """The evidence of articles, in order, by article id."""
    table = schema.receipts
    query = select(table).where(table.c.article_id.in_(ids)).order_by(table.c.position)
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.article_id].append(Evidence(Receipt.model_validate(row.receipt), row.stale))
    return found
