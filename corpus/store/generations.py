"""Generations: the numbered states of the corpus, and how processes learn of a new one.

One database transaction publishes rows, number and index name together; its commit is the only
switch. This module has what surrounds it: the names of indexes, the lock that prevents concurrent
ingests, and the notice by which running servers see the change.
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
from corpus.store.tuning import WRONG_CLOCK_SECONDS
from corpus.text.timestamps import iso_text

_INDEX_NAME = re.compile(r"(?:^|-)(\d{8,})-[0-9a-f]{8}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorModel:
    """The model of which a generation has vectors: its fingerprint, and the cosine that words
    without a meaning usually get from the nearest passage of an article, by chance."""

    fingerprint: str
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One published state: number, index name, time, number of articles, the commit of the
    content's git repository that it was made of, if it was made of one, and the model of its
    vectors, if it has any.

    Index names are unique, so generations with the same one are the same.
    """

    number: int
    index_name: str
    published_at: str
    articles: int
    commit: str | None = None
    vector_model: VectorModel | None = None


EMPTY = Generation(number=0, index_name="", published_at="", articles=0)
"""The state before the first ingest."""


_CURRENT = """
SELECT version_num, number, index_name, published_at, articles, source_commit,
vector_model, vector_chance
FROM alembic_version LEFT JOIN generation ON id = 1
"""


def current(connection: Connection) -> Generation:
    """The generation that this connection sees. In plain SQL, because it runs for each response.

    Raises OtherSchema if another version of Fixbook has changed the tables since the start.
    """
    found = rows(connection, _CURRENT)
    version, *values = found[0] if found else ("",)
    schema_version.check(version)
    if not values or values[0] is None:
        return EMPTY
    number, index_name, published_at, articles, commit, model, chance = values
    return Generation(
        number=number,
        index_name=index_name,
        published_at=published_at,
        articles=articles,
        commit=commit,
        vector_model=VectorModel(fingerprint=model, chance=chance) if model else None,
    )


def publish(connection: Connection, generation: Generation) -> None:
    """Writes the generation, to be published and notified by the commit of this transaction."""
    model = generation.vector_model
    connection.execute(delete(schema.generation))
    connection.execute(
        insert(schema.generation).values(
            id=1,
            number=generation.number,
            index_name=generation.index_name,
            published_at=generation.published_at,
            articles=generation.articles,
            source_commit=generation.commit,
            vector_model=model.fingerprint if model else None,
            vector_chance=model.chance if model else None,
        )
    )
    notify(connection, generation.number)


def moment_after(before: Generation, moment: datetime) -> str:
    """The publication time of the generation after `before`, at the time `moment`.

    It is later than that of `before`, even if the clock was set back a little. If `before` is
    more than a day ahead, its clock was wrong, and is ignored.
    """
    if before.number:
        last = datetime.fromisoformat(before.published_at)
        if moment <= last <= moment + timedelta(seconds=WRONG_CLOCK_SECONDS):
            moment = last + timedelta(milliseconds=1)
    return iso_text(moment)


def new_index_name(number: int) -> str:
    """A name for the index of a new generation.

    It is unique, so that an index left by a killed ingest, or written by another machine, is never
    taken for the published one.
    """
    return f"{number:08}-{secrets.token_hex(4)}"


def is_needed(index: str, *, newest: str) -> bool:
    """Whether an index is still needed once `newest` is published.

    Those of the previous generation are: a server may be about to open one.
    """
    return bool(newest) and (index.endswith(newest) or number_of(index) == number_of(newest) - 1)


def number_of(index: str) -> int:
    """The number of the generation in the name of an index; -1 if there is none."""
    found = _INDEX_NAME.search(index)
    return int(found[1]) if found else -1


@contextmanager
def ingest_lock(folder: Path) -> Iterator[None]:
    """Holds the lock for writing indexes and publishing on this machine.

    It is released when the process ends for whatever reason. Raises Busy if another holds it.
    """
    folder.mkdir(0o700, parents=True, exist_ok=True)
    with (folder / "ingest.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("another ingest is running; try again when it has finished") from None
        yield


class Notice:
    """An eight-byte counter that all processes of the machine map into memory.

    It is incremented after a generation is committed. Reading it costs nothing, so a server can
    do so before every response; it must do so before it reads the database, not after.
    """

    _FORMAT = struct.Struct("=Q")

    def __init__(self, folder: Path) -> None:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / "generation.notice", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if os.fstat(descriptor).st_size < self._FORMAT.size:
                # Written, not truncated to size: writing to a page of a sparse file on a full
                # disk would kill the process.
                os.pwrite(descriptor, bytes(self._FORMAT.size), 0)
            self._map = mmap.mmap(descriptor, self._FORMAT.size)
        finally:
            os.close(descriptor)

    def value(self) -> int:
        """The counter. Only equality means anything."""
        return int(self._FORMAT.unpack_from(self._map)[0])

    def raise_(self) -> None:
        """Notifies every process that a new generation has been committed."""
        self._FORMAT.pack_into(self._map, 0, self.value() + 1)

    def close(self) -> None:
        """Closes the mapping."""
        self._map.close()
