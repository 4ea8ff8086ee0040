"""API keys: a higher rate limit, and the right to do what their scopes name. Reading needs none,
unless the corpus is private.

A key is `fb_`, its id of eight hex digits, `_`, and 32 random bytes in URL-safe Base64. Only a
SHA-256 of the random part is stored: nobody can guess 256 random bits, so a slow hash would protect
nothing and cost every request (`docs/decisions/0015-api-keys.md`).
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from corpus.errors import Complaint, InvalidRequest, NotFound
from corpus.store import schema
from corpus.text.timestamps import now

_TOKEN = re.compile(r"fb_([0-9a-f]{8})_([A-Za-z0-9_-]{43})", re.ASCII)
_NAME = re.compile(r"[\w.@-]{1,64}")


class Scope(StrEnum):
    """What a key allows. None of them includes another."""

    READ = "read"
    """To read a private corpus."""
    REPORT = "report"
    """To report whether a fix worked."""
    PROPOSE = "propose"
    """To propose articles."""
    REVIEW = "review"
    """To see gaps and proposals, and to decide about them."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is stored."""

    id: str
    name: str
    digest: str
    """SHA-256 of the secret part, in hex."""
    created_at: str
    scopes: frozenset[Scope]


class Keyring:
    """The valid keys."""

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._keys = {key.id: key for key in keys}

    def holder(self, token: str) -> Key | None:
        """The key of a token, or None. The secret part is compared in constant time."""
        found = _TOKEN.fullmatch(token)
        if found is None or (key := self._keys.get(found[1])) is None:
            return None
        return key if hmac.compare_digest(_digest(found[2]), key.digest) else None


def add(connection: Connection, name: str, scopes: Iterable[Scope] = (Scope.READ,)) -> str:
    """Creates a key and returns its token, which is not stored.

    Raises InvalidRequest for a name that is invalid or taken.
    """
    if not _NAME.fullmatch(name):
        raise InvalidRequest(Complaint("name", "must be 1 to 64 letters, digits and . _ @ -", name))
    if any(key.name == name for key in all_keys(connection)):
        raise InvalidRequest(Complaint("name", "a key of this name exists already", name))
    identifier, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    row = {
        "id": identifier,
        "name": name,
        "digest": _digest(secret),
        "created_at": now(),
        "scopes": " ".join(scope for scope in Scope if scope in set(scopes)),
    }
    connection.execute(insert(schema.api_keys).values(row))
    return f"fb_{identifier}_{secret}"


def revoke(connection: Connection, name: str) -> None:
    """Deletes a key. Raises NotFound if there is none of that name."""
    gone = connection.execute(delete(schema.api_keys).where(schema.api_keys.c.name == name))
    if not gone.rowcount:
        raise NotFound(f"there is no key {name!r}")


def all_keys(connection: Connection) -> list[Key]:
    """All keys by name."""
    rows = connection.execute(select(schema.api_keys).order_by(schema.api_keys.c.name))
    return [
        Key(
            id=row.id,
            name=row.name,
            digest=row.digest,
            created_at=row.created_at,
            scopes=frozenset(Scope(name) for name in row.scopes.split() if name in set(Scope)),
        )
        for row in rows
    ]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
