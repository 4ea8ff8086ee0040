"""The library: one database, one engine, and the generation that joins them.

Everything that reads goes through `reading`, which sees the rows of one generation and
the index that was published with them, and nothing of any other.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, select

from corpus import generation, schema, store
from corpus.article import State
from corpus.cards import Cards
from corpus.database import Database
from corpus.errors import Busy, IndexMissing
from corpus.generation import Generation, Notice
from corpus.search import engines
from corpus.search.documents import index_document
from corpus.search.engine import Change, IndexDocument, OpenIndex
from corpus.settings import Settings

_LOG = logging.getLogger(__name__)
_KEPT_OPEN = 2
_BATCH = 200


_Edition = tuple[OpenIndex, Cards]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One generation, open for as long as a request takes."""

    connection: Connection
    generation: Generation
    index: OpenIndex
    cards: Cards


class Library:
    """Opens the corpus that the settings name. Making one connects to nothing yet."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database)
        self.engine = engines.engine(settings.search_url)
        self.notice = Notice(settings.data_dir)
        self._open: dict[str, _Edition] = {}
        self._opening = Lock()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """The newest generation, rows and index.

        Raises Unavailable when the database is away, or before the first ingest, and
        IndexMissing when its index is gone.
        """
        with self.database.reading() as connection:
            newest = generation.current(connection)
            index, cards = self._edition(newest.index_name)
            try:
                yield Reading(connection=connection, generation=newest, index=index, cards=cards)
            except IndexMissing:
                self._open.pop(newest.index_name, None)  # damaged: the next one must not use it
                raise

    def current(self) -> Generation:
        """The newest generation."""
        with self.database.reading() as connection:
            return generation.current(connection)

    def has_index(self, of: Generation) -> bool:
        """Whether the index of a generation is there, whole, and of this engine."""
        try:
            index, _ = self._edition(of.index_name)
        except IndexMissing:
            return False
        return index.count() == of.articles

    def write_index(
        self, number: int, *, previous: Generation | None, changes: Iterable[Change]
    ) -> str:
        """Builds the index of a generation aside and returns its name."""
        folder = self.settings.index_dir / f"{self.engine.name}-{number:08}"
        self.engine.write(
            folder,
            previous=self.settings.index_dir / previous.index_name if previous else None,
            changes=changes,
        )
        return folder.name

    def index_documents(
        self, connection: Connection, ids: Sequence[str]
    ) -> Iterator[IndexDocument]:
        """The index documents of published articles, from the database."""
        for start in range(0, len(ids), _BATCH):
            for entry in store.load(connection, ids[start : start + _BATCH]):
                if entry.article.state is State.PUBLISHED:
                    yield index_document(entry)

    def announce(self) -> None:
        """Tells all processes that a generation was committed, and sweeps old indexes."""
        self.notice.raise_()
        generation.sweep(self.settings.index_dir, keep=self.current().index_name)

    def mend(self) -> Generation:
        """The newest generation, its index made again if that is gone or damaged.

        Nothing is made before the first ingest, or while another process is at it.
        """
        newest = self.current()
        try:
            self._edition(newest.index_name)
        except IndexMissing:
            if newest.number:
                with suppress(Busy):
                    self.rebuild_index()
                    return self.current()
        return newest

    def rebuild_index(self) -> None:
        """Makes the index of the current generation again, from the database.

        Raises Busy when an ingest runs, which will do the same.
        """
        with generation.ingest_lock(self.settings.data_dir):
            with self.database.writing() as connection:
                before = generation.current(connection)
                ids = list(connection.scalars(select(schema.articles.c.id)))
                number = before.number + 1
                name = self.write_index(
                    number, previous=None, changes=self.index_documents(connection, ids)
                )
                generation.publish(
                    connection,
                    Generation(
                        number=number,
                        index_name=name,
                        published_at=generation.now(),
                        articles=before.articles,
                    ),
                )
            self.announce()
        _LOG.warning("the search index was rebuilt from the database, generation %d", number)

    def close(self) -> None:
        """Lets go of connections, files and memory maps."""
        for index, _ in self._open.values():
            index.close()
        self._open.clear()
        self.database.dispose()
        self.notice.close()

    def _edition(self, name: str) -> _Edition:
        if (edition := self._open.get(name)) is not None:
            return edition
        if not name.startswith(f"{self.engine.name}-"):
            raise IndexMissing("there is no search index yet; run `fixbook ingest`")
        with self._opening:
            if name not in self._open:
                index = self.engine.open(self.settings.index_dir / name)
                self._open[name] = (index, Cards())
                while len(self._open) > _KEPT_OPEN:
                    del self._open[next(iter(self._open))]  # requests on it finish, then it closes
            return self._open[name]
