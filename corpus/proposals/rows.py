"""Proposals as they are stored."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection, func, insert, select, update

from corpus.checks.receipts import Receipt, read_file
from corpus.errors import NotFound
from corpus.store import schema
from corpus.text.timestamps import now

_TABLE = schema.proposals


class ProposalStatus(StrEnum):
    """How far a proposal has come."""

    RECEIVED = "received"
    """While the request that brings it is answered; nothing is stored before it was linted."""
    LINTED = "linted"
    """Nothing is wrong with its form; its checks have not run."""
    RUN = "run"
    """Its checks ran, and not all of them came to `fixed`: it cannot be accepted."""
    WAITING = "waiting"
    """For a person."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"


OPEN = (ProposalStatus.LINTED, ProposalStatus.RUN, ProposalStatus.WAITING)
"""Those that nobody has decided about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A document of somebody who has a key, and what became of it."""

    id: str
    key_id: str
    """Of the key that it came with; "" from the command line."""
    key_name: str
    idempotency_key: str
    digest: str
    """Of the request."""
    status: ProposalStatus
    lang: str
    slug: str
    article_id: str
    base: str
    """A hash of the text that it changes; "" where it is new."""
    received_at: str
    changed_at: str
    title: str
    document: str
    log: str
    """Of the failure that it fixes, without secrets and personal data."""
    notes: str
    """What a reviewer should know, a line each."""
    receipts: str = ""
    """The text of a file of receipts."""
    reason: str = ""
    """Why it was rejected."""

    def read_receipts(self) -> Sequence[Receipt]:
        """What its checks came to when they ran."""
        return read_file(self.receipts.encode()).receipts if self.receipts else ()


def new_id() -> str:
    """An id that nobody can guess."""
    return f"prp_{secrets.token_urlsafe(12)}"


def digest_of(*parts: str) -> str:
    """A hash by which a request is known again."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def add(connection: Connection, proposal: Proposal) -> None:
    """Adds a row."""
    connection.execute(insert(_TABLE), asdict(proposal))


def save(connection: Connection, proposal: Proposal, *, before: ProposalStatus) -> Proposal:
    """Writes what has changed of a proposal, if it is still as it was before.

    Raises NotFound if it is not.
    """
    changed = replace(proposal, changed_at=now())
    names = ("status", "notes", "receipts", "reason", "changed_at")
    same = (_TABLE.c.id == proposal.id) & (_TABLE.c.status == before)
    done = connection.execute(
        update(_TABLE).where(same).values({name: getattr(changed, name) for name in names})
    )
    if not done.rowcount:
        raise NotFound(f"the proposal {proposal.id} is no longer {before}; look at it again")
    return changed


def find(connection: Connection, id_: str) -> Proposal:
    """The proposal with this id. Raises NotFound."""
    found = _load(connection, _TABLE.c.id == id_)
    if not found:
        raise NotFound(f"there is no proposal {id_[:60]!r}")
    return found[0]


def of_request(connection: Connection, key_id: str, idempotency_key: str) -> Proposal | None:
    """The proposal that an earlier request with the same key has made."""
    same = (_TABLE.c.key_id == key_id) & (_TABLE.c.idempotency_key == idempotency_key)
    return next(iter(_load(connection, same)), None)


def with_status(connection: Connection, statuses: Collection[ProposalStatus]) -> list[Proposal]:
    """The proposals that have come so far, the oldest first."""
    return _load(connection, _TABLE.c.status.in_(statuses))


def open_count(connection: Connection, key_id: str | None = None) -> int:
    """How many proposals nobody has decided about, of one key or of all."""
    counted = select(func.count()).select_from(_TABLE).where(_TABLE.c.status.in_(OPEN))
    mine = counted if key_id is None else counted.where(_TABLE.c.key_id == key_id)
    return int(connection.scalar(mine) or 0)


def _load(connection: Connection, condition: object) -> list[Proposal]:
    columns = [_TABLE.c[name] for name in Proposal.__dataclass_fields__]
    found = connection.execute(
        select(*columns).where(condition).order_by(_TABLE.c.received_at, _TABLE.c.id)  # type: ignore[arg-type]
    )
    return [
        Proposal(**{**row, "status": ProposalStatus(row["status"])}) for row in found.mappings()
    ]
