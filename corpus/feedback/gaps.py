"""Gaps: errors that were asked about and not found, so that somebody can write about them.

Of what was asked only the signature of its most telling line is stored, after secrets and personal
data were masked, and of who asked only a salted hash. A gap is shown once several callers have met
it: what only one of them has may say something of him.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from corpus.diagnosis.logs.message import speaks_of_error
from corpus.diagnosis.matching.observed_line import observe
from corpus.store import schema
from corpus.store.upserts import upsert
from corpus.text.secret_masking import MASK, without_personal_data
from corpus.text.timestamps import now

OFF = "gaps are not counted here; FIXBOOK_GAPS=on does"
SHOWN_ASKED, SHOWN_CALLERS = 3, 2
"""From how many askings, by how many callers, a gap is shown."""
MOST_GAPS = 5_000
"""Gaps in the database; of more, those asked least and longest ago are forgotten."""
_MOST_CALLERS = 20
"""Callers that are remembered of a gap."""
_LONGEST = 300
_LEAST = 2
"""Words and colons of a message without a code, which else says too little to write about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnansweredQuestion:
    """A question that was not surely answered, and who asked it."""

    signature: str
    caller: str
    nearest: str | None = None
    """The slug of the nearest article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """An error that is not covered."""

    signature: str
    asked: int
    callers: int
    first_at: str
    last_at: str
    nearest: str | None


def gap_signature(text: str) -> str | None:
    """The masked signature of what an error output is about; None if it is no error output."""
    text = without_personal_data(text)
    seen = next(iter(observe(text)), None)
    if seen is None:
        return None
    signature, line = seen.signature, "".join(text.splitlines()[seen.line - 1 : seen.line])
    is_message = bool(signature.codes) or ": " in line or speaks_of_error(line)
    says_enough = signature.codes or len(signature.terms) + (": " in line) >= _LEAST
    masked = without_personal_data(signature.template)[:_LONGEST]
    return masked if is_message and says_enough and masked.strip(f" {MASK}") else None


def record(connection: Connection, askings: Iterable[UnansweredQuestion]) -> None:
    """Counts questions, and forgets the rarest gaps if there are too many."""
    salt, by_signature = _salt(connection), defaultdict[str, list[UnansweredQuestion]](list)
    for each in askings:
        by_signature[each.signature].append(each)
    for signature, asked in sorted(by_signature.items()):  # in one order, so that none deadlock
        _count(connection, signature, len(asked), nearest=asked[-1].nearest)
        _add_callers(connection, signature, {_hash(each.caller, salt) for each in asked})
    _forget_rarest(connection)


def gaps(connection: Connection, *, limit: int) -> list[Gap]:
    """The gaps that are shown, most asked first."""
    table, callers = schema.gaps, schema.gap_callers
    number = func.count(callers.c.caller).label("callers")
    query = (
        select(table, number)
        .join(callers, callers.c.signature == table.c.signature)
        .where(table.c.asked >= SHOWN_ASKED)
        .group_by(*table.c)
        .having(number >= SHOWN_CALLERS)
        .order_by(table.c.asked.desc(), table.c.last_at.desc(), table.c.signature)
        .limit(limit)
    )
    return [Gap(**row) for row in connection.execute(query).mappings()]


def _count(connection: Connection, signature: str, number: int, *, nearest: str | None) -> None:
    table, moment = schema.gaps, now()
    upsert(
        connection,
        table,
        {
            "signature": signature,
            "asked": number,
            "first_at": moment,
            "last_at": moment,
            "nearest": nearest,
        },
        update={"asked": table.c.asked + number, "last_at": moment, "nearest": nearest},
    )


def _add_callers(connection: Connection, signature: str, hashes: set[str]) -> None:
    table = schema.gap_callers
    known = set(connection.scalars(select(table.c.caller).where(table.c.signature == signature)))
    for caller in sorted(hashes - known)[: max(_MOST_CALLERS - len(known), 0)]:
        upsert(connection, table, {"signature": signature, "caller": caller}, update={})


def _forget_rarest(connection: Connection) -> None:
    table = schema.gaps
    number = connection.scalar(select(func.count()).select_from(table)) or 0
    if number > MOST_GAPS:
        rarest = select(table.c.signature).order_by(table.c.asked, table.c.last_at)
        excess = rarest.limit(number - MOST_GAPS).scalar_subquery()
        connection.execute(delete(table).where(table.c.signature.in_(excess)))


def _salt(connection: Connection) -> bytes:
    """The salt, made the first time."""
    table = schema.caller_salt
    upsert(connection, table, {"id": 1, "salt": secrets.token_hex(32)}, update={})
    return bytes.fromhex(connection.execute(select(table.c.salt)).scalar_one())


def _hash(caller: str, salt: bytes) -> str:
    return hashlib.blake2b(caller.encode(), digest_size=16, key=salt).hexdigest()
