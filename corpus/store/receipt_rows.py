"""Evidence in the database: a row for each receipt of an article."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from corpus.checks.receipts import Receipt
from corpus.checks.trust import Evidence
from corpus.store import schema

_RECEIPTS = (
    select(schema.receipts)
    .where(schema.receipts.c.article_id.in_(bindparam("ids", expanding=True)))
    .order_by(schema.receipts.c.position)
)
"""Composed once: that costs as much as reading an article's few rows."""


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
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row in connection.execute(_RECEIPTS, {"ids": ids}):
        found[row.article_id].append(Evidence(Receipt.model_validate(row.receipt), row.stale))
    return found
