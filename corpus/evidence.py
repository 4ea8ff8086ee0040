"""Evidence in the database: a row for each receipt of an article."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from corpus import schema
from corpus.receipts import Environment, Isolation, Outcome
from corpus.trust import Evidence


def evidence_row(item: Evidence) -> dict[str, Any]:
    """The values of a row, article and position aside."""
    return {
        "check_name": item.check,
        "error": item.error,
        "outcome": item.outcome,
        "reason": item.reason,
        "stale": item.is_stale,
        "ran_at": item.ran_at,
        "repetitions": item.repetitions,
        "environment": item.environment.model_dump(mode="json"),
        "isolation": item.isolation.model_dump(mode="json"),
    }


def load_evidence(connection: Connection, ids: Sequence[str]) -> dict[str, list[Evidence]]:
    """The evidence of articles, in order, by article id."""
    table = schema.receipts
    query = select(table).where(table.c.article_id.in_(ids)).order_by(table.c.position)
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.article_id].append(
            Evidence(
                check=row.check_name,
                error=row.error,
                outcome=Outcome(row.outcome),
                reason=row.reason,
                is_stale=row.stale,
                ran_at=row.ran_at,
                repetitions=row.repetitions,
                environment=Environment.model_validate(row.environment),
                isolation=Isolation.model_validate(row.isolation),
            )
        )
    return found
