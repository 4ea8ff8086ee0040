"""The library: one database and one search engine, opened together.

All reads go through `reading`, which sees the rows of exactly one generation and the index that
was published with them.
"""

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from corpus.document.article import PublicationState
from corpus.errors import Busy, NotIngested, Unavailable
from corpus.search.documents import index_document
from corpus.search.engine import Change, IndexDocument, IndexWriter, Removal
from corpus.search.engines import registry
from corpus.search.index_contents import IndexContents
from corpus.search.open_indexes import Indexes
from corpus.search.reading import Reading
from corpus.search.vectors import building
from corpus.search.vectors.models import check_model, open_model
from corpus.settings import Settings
from corpus.store import articles, generations
from corpus.store.database import Connection, Database
from corpus.store.generations import Generation, Notice, VectorModel
from corpus.store.stored_documents import Summaries

if TYPE_CHECKING:
    from corpus.search.vectors.static_model import StaticModel

_LOG = logging.getLogger(__name__)
_OS_ERROR = re.compile(r"\(os error (?P<number>\d{1,4})\)")
"""How Rust formats operating system errors, which Tantivy raises as a ValueError."""
_KEPT_OPEN = 2


class Library:
    """The corpus that the settings name. Creating one connects to nothing yet."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(
            settings.database, read_url=settings.database_read_url, pool=settings.database_pool
        )
        self.engine = registry.engine(settings.search_url, settings.search_server)
        if settings.vectors is not None:
            check_model(settings.vectors)
        self.notice = Notice(settings.data_dir)
        self._indexes = Indexes(self.engine, settings.index_dir)
        self._summaries: dict[str, Summaries] = {}
        self._contents: IndexContents | None = None
        self._making = Lock()
        self._seen: Generation | None = None
        self._changes = 0
        self._opening_model = Lock()
        self._model: StaticModel | None = None
        self._seeing = Lock()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """The newest generation, rows and index.

        Raises Unavailable if the database is unavailable, NotIngested before the first ingest.
        """
        with self.database.reading() as connection:
            newest = self._see(generations.current(connection))
            name = newest.index_name
            if not newest.number:
                raise NotIngested("there is no search index yet; run `fixbook ingest`")
            with self._indexes.lent(name) as opened:
                yield Reading(
                    connection=connection,
                    generation=newest,
                    summaries=self._summaries_of(name),
                    opened=opened,
                    engine=self.engine.name,
                    opened_model=partial(self._model_of, newest),
                )

    @property
    def model(self) -> "StaticModel | None":
        """The static model that the settings name, opened when it is first asked for.

        Raises SettingsError if its files are not those of one.
        """
        with self._opening_model:
            if self._model is None and self.settings.vectors is not None:
                self._model = open_model(self.settings.vectors)
            return self._model

    def open_model(self) -> None:
        """Opens the model before anybody asks, for that takes a second. Raises SettingsError."""
        _ = self.model

    def _model_of(self, generation: Generation) -> "StaticModel | None":
        """The model if the generation has vectors of it."""
        model, of = self.model, generation.vector_model
        return model if model and of and of.fingerprint == model.fingerprint else None

    def lacks_vectors(self, generation: Generation) -> bool:
        """Whether the settings ask for vectors that the generation does not have."""
        return self.model is not None and self._model_of(generation) is None

    def write_vectors(self, connection: Connection, before: Generation) -> VectorModel | None:
        """Makes the vectors of the articles that a connection sees, if the settings ask for them.

        Those from `before` stay if they are of the same model.
        """
        if (model := self.model) is None:
            return None
        return building.write_vectors(connection, model, before=before.vector_model)

    def current(self) -> Generation:
        """The newest generation."""
        with self.database.reading() as connection:
            return self._see(generations.current(connection))

    @property
    def changes(self) -> int:
        """How often this process has seen the generation change.

        Results that were read between two equal values belong to the same generation, even if
        replicas lag behind each other.
        """
        return self._changes

    def mark_unavailable(self) -> None:
        """Counts as a change, because the newest generation is unknown."""
        self._note(None)

    def _see(self, newest: Generation) -> Generation:
        self._note(newest)
        return newest

    def _note(self, newest: Generation | None) -> None:
        with self._seeing:
            if newest != self._seen:
                self._seen = newest
                self._changes += 1

    def has_index(self, of: Generation) -> bool:
        """Whether the index of a generation exists for this engine, and is complete."""
        name = of.index_name
        return self._indexes.is_in_place(name) and self._indexes.get(name).count() == of.articles

    def index_path(self, name: str) -> Path:
        """The path of the index of that name."""
        return self._indexes.path(name)

    @contextmanager
    def writing_index(self, name: str, *, previous: Generation | None) -> Iterator[IndexWriter]:
        """A writer for the index of a generation that is not published yet.

        Raises Unavailable if it cannot be written.
        """
        before = self.index_path(previous.index_name) if previous else None
        with (
            _translate_errors(),
            self.engine.writing(self.index_path(name), previous=before) as index,
        ):
            yield index

    def index_documents(
        self, connection: Connection, ids: Sequence[str]
    ) -> Iterator[IndexDocument]:
        """The index documents of published articles, from the database."""
        for entry in articles.load(connection, ids):
            if entry.article.state is PublicationState.PUBLISHED:
                yield index_document(entry)

    def announce(self, newest: Generation) -> None:
        """Notifies all processes of this machine of a new generation, and removes old indexes."""
        self.notice.raise_()
        self.sweep(newest)

    def sweep(self, newest: Generation, *, newer: bool = True) -> None:
        """Removes indexes that are no longer needed. Requires the ingest lock.

        An index of a newer generation was abandoned, and is removed too. It is kept if the engine
        is shared, since another machine may be writing it, or if `newer` is false, since this
        database may lag behind.
        """

        def keep(name: str) -> bool:
            theirs = self.engine.is_shared or not newer
            if theirs and generations.number_of(name) > newest.number:
                return True
            return generations.is_needed(name, newest=newest.index_name)

        self.engine.sweep(self.settings.index_dir, keep=keep)

    def mend(self) -> Generation:
        """The newest generation, after rebuilding its index if it is missing.

        Nothing is rebuilt before the first ingest, or while another process is doing so.
        """
        newest = self.current()
        if self._indexes.is_in_place(newest.index_name):
            self._remember(newest)
        elif newest.number:
            with suppress(Busy):
                return self.restore_index()
        return newest

    def restore_index(self) -> Generation:
        """Rebuilds the index of the newest generation from the database, and returns that.

        Nothing is published: other machines have their own index. Raises Busy while an ingest
        runs on this machine, or another process is rebuilding.
        """
        alone = self.database.writing() if self.engine.is_shared else nullcontext()
        with generations.ingest_lock(self.settings.data_dir), alone:
            with self.database.reading() as connection:
                newest = generations.current(connection)
                if not self.has_index(newest):
                    self.fill_index(connection, newest)
            self.sweep(newest, newer=False)  # a replica may be behind
        return newest

    def fill_index(self, connection: Connection, of: Generation) -> None:
        """Writes the index of the generation that a connection sees.

        Raises Unavailable if it cannot be written.
        """
        now = articles.fingerprints(connection)
        previous, changes = self._step(connection, now)
        with _translate_errors():
            self.engine.write(self.index_path(of.index_name), previous=previous, changes=changes)
        self._indexes.forget(of.index_name)
        self._contents = IndexContents(of.index_name, now) if self._follows_others else None
        source = "the database" if previous is None else "the previous index"
        _LOG.warning("the index of generation %d was rebuilt from %s", of.number, source)

    def _step(
        self, connection: Connection, now: Mapping[str, str]
    ) -> tuple[Path | None, Iterable[Change]]:
        """The index to start from, and the changes that lead to the articles of a connection."""
        held = self._contents
        if held is None or not self._indexes.is_whole(held.index_name):
            return None, self.index_documents(connection, list(now))
        gone, new = held.difference(now)
        removals: Iterable[Change] = map(Removal, gone)
        return (
            self.index_path(held.index_name),
            chain(removals, self.index_documents(connection, new)),
        )

    @property
    def _follows_others(self) -> bool:
        """Whether other machines publish generations that this one builds its own index of."""
        return not (self.database.is_local or self.engine.is_shared)

    def _remember(self, newest: Generation) -> None:
        """Remembers what the index contains, so that the next one is built from the difference."""
        if not self._follows_others or (
            self._contents and self._contents.index_name == newest.index_name
        ):
            return
        with self.database.reading() as connection:
            if generations.current(connection) == newest:
                self._contents = IndexContents(newest.index_name, articles.fingerprints(connection))

    def close(self) -> None:
        """Closes connections, files and memory maps."""
        self._indexes.close()
        self._summaries.clear()
        self._model = None
        self.database.dispose()
        self.notice.close()

    def _summaries_of(self, name: str) -> Summaries:
        if (summaries := self._summaries.get(name)) is not None:
            return summaries
        with self._making:
            summaries = self._summaries.setdefault(name, Summaries())
            while len(self._summaries) > _KEPT_OPEN:
                del self._summaries[next(iter(self._summaries))]
            return summaries


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Turns errors into Unavailable, with a message that does not name the path."""
    try:
        yield
    except OSError as error:
        raise Unavailable(f"the search index cannot be written: {error.strerror}") from error
    except ValueError as error:
        if (told := _OS_ERROR.search(str(error))) is None:
            raise
        reason = os.strerror(int(told["number"]))
        raise Unavailable(f"the search index cannot be written: {reason}") from error
