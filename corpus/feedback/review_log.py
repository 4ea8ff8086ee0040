"""What reviewers did, as a log to which rows are only added."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from corpus.store import schema
from corpus.text.timestamps import now


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Something that a reviewer did."""

    logged_at: str
    key_name: str
    """The name of the API key, or of the user of the command line."""
    action: str
    """A verb: `accept`, `reject`."""
    subject: str
    """What it was done to, such as the id of a proposal."""
    reason: str = ""


def add(
    connection: Connection, *, key_name: str, action: str, subject: str, reason: str = ""
) -> Review:
    """Adds a row, in the transaction that does what it is about."""
    done = Review(logged_at=now(), key_name=key_name, action=action, subject=subject, reason=reason)
    connection.execute(insert(schema.review_log), {"id": _new_id(), **asdict(done)})
    return done


def reviews(connection: Connection) -> Iterator[Review]:
    """Everything that was done, the oldest first."""
    table = schema.review_log
    columns = [table.c[name] for name in Review.__dataclass_fields__]
    found = connection.execute(select(*columns).order_by(table.c.logged_at, table.c.id))
    return (Review(**row) for row in found.mappings())


def _new_id() -> str:
    """The time in nanoseconds and a random number, in hexadecimal: rows of one millisecond are
    ordered by it, too."""
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"
