"""Generations: the numbered states of the corpus, and how everybody learns of a new one.

One database transaction publishes rows, number and index name together; that commit is
the only switch. Everything here is around it: the folders of the indexes, the lock that
keeps two ingests apart, and the notice by which running servers see the change.
"""

import fcntl
import mmap
import os
import re
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, insert

from corpus.errors import Busy
from corpus.store import schema
from corpus.store.database import notify, rows
from corpus.store.migrations import schema_version
from corpus.text.timestamps import written

_WRONG_CLOCK = timedelta(days=1)
_INDEX_NAME = re.compile(r"(?:^|-)(\d{8,})-[0-9a-f]{8}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One published state: its number, the name of its index, when, how many articles.

    Nothing else has its index name, so two generations are the same if that is.
    """

    number: int
    index_name: str
    published_at: str
    articles: int


EMPTY = Generation(number=0, index_name="", published_at="", articles=0)
"""What there is before the first ingest."""


_CURRENT = """
SELECT version_num, number, index_name, published_at, articles
FROM alembic_version LEFT JOIN generation ON id = 1
"""


def current(connection: Connection) -> Generation:
    """The generation that this connection sees. Asked for each answer, and so in plain SQL.

    Raises OtherSchema when a program of another version has changed the tables since this
    one started.
    """
    found = rows(connection, _CURRENT)
    version, *values = found[0] if found else ("",)
    schema_version.check(version)
    if not values or values[0] is None:
        return EMPTY
    number, index_name, published_at, articles = values
    return Generation(
        number=number, index_name=index_name, published_at=published_at, articles=articles
    )


def publish(connection: Connection, generation: Generation) -> None:
    """Names the generation that this transaction's commit will publish, and tell of."""
    connection.execute(delete(schema.generation))
    connection.execute(
        insert(schema.generation).values(
            id=1,
            number=generation.number,
            index_name=generation.index_name,
            published_at=generation.published_at,
            articles=generation.articles,
        )
    )
    notify(connection, generation.number)


def moment_after(before: Generation, moment: datetime) -> str:
    """When the generation after `before` is published, if the clock shows `moment`.

    It is later than that of `before`, even if the clock was set back a little. One that is
    more than a day ahead was dated by a clock that was wrong, and is not followed.
    """
    if before.number:
        last = datetime.fromisoformat(before.published_at)
        if moment <= last <= moment + _WRONG_CLOCK:
            moment = last + timedelta(milliseconds=1)
    return written(moment)


def new_index_name(number: int) -> str:
    """A name for the index of a generation that is being made.

    A number alone would not do: what a killed ingest left, or what another machine wrote,
    must not be taken for the index that was published.
    """
    return f"{number:08}-{secrets.token_hex(4)}"


def is_needed(index: str, *, newest: str) -> bool:
    """Whether an index stays once `newest` is published: it, and those of the one before.

    A server may be about to open the one before.
    """
    return bool(newest) and (index.endswith(newest) or number_of(index) == number_of(newest) - 1)


def number_of(index: str) -> int:
    """The number of the generation that an index was made for; -1 if the name says none."""
    found = _INDEX_NAME.search(index)
    return int(found[1]) if found else -1


@contextmanager
def ingest_lock(folder: Path) -> Iterator[None]:
    """Holds the right to write indexes on this machine, and to publish from it.

    The lock dies with its process, however that ends.

    Raises Busy when somebody else holds it.
    """
    folder.mkdir(0o700, parents=True, exist_ok=True)
    with (folder / "ingest.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("another ingest is running; try again when it has finished") from None
        yield


class Notice:
    """An eight-byte counter that all processes on the machine map into memory.

    It is raised after a generation is committed. Reading it costs nothing, so a server
    can look before every answer; it must look before it reads the database, never after.
    """

    _FORMAT = struct.Struct("=Q")

    def __init__(self, folder: Path) -> None:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / "generation.notice", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if os.fstat(descriptor).st_size < self._FORMAT.size:
                # Written and not only made longer: a page that a full disk has no room for
                # would end the process that writes to it.
                os.pwrite(descriptor, bytes(self._FORMAT.size), 0)
            self._map = mmap.mmap(descriptor, self._FORMAT.size)
        finally:
            os.close(descriptor)

    def value(self) -> int:
        """How often the counter was raised. Only equality means anything."""
        return int(self._FORMAT.unpack_from(self._map)[0])

    def raise_(self) -> None:
        """Tells every process that a new generation has been committed."""
        self._FORMAT.pack_into(self._map, 0, self.value() + 1)

    def close(self) -> None:
        """Lets go of the mapping."""
        self._map.close()
