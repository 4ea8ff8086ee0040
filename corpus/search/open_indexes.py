"""The open indexes of this machine: opened once, and checked for damage.

Files of an index never change. Where they do, by a full disk, a bad hand or a bad disk, an
engine may read on and find nothing where there is something. So when it has been asked, and
that costs microseconds, the files are compared with what they were when it was opened. And
before it is asked as well, if nobody just did, for a file that was cut short and is mapped
into memory ends the process that reads it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from corpus.errors import IndexMissing
from corpus.search.engine import Engine, OpenIndex
from corpus.search.engines.index_folder import FileFingerprints, FileState

_KEPT_OPEN = 2
_LATELY_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class _CachedIndex:
    """An open index; one on a server has no files to check."""

    index: OpenIndex
    fingerprints: FileFingerprints | None

    def check(self, *, lately: float = 0.0) -> None:
        """Raises IndexMissing if its files were changed; see FileFingerprints."""
        if self.fingerprints is not None:
            self.fingerprints.check(lately=lately)

    def is_in_place(self) -> bool:
        """Whether others can open it as well."""
        return self.fingerprints is None or self.fingerprints.in_place()


class Indexes:
    """Opens the indexes of an engine by name, and keeps recently used ones open."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self._open: dict[str, _CachedIndex] = {}
        self._opening = Lock()
        self._condemned: frozenset[FileState] = frozenset()
        """Files that turned out to be damaged, although their seal may be intact."""

    def path(self, name: str) -> Path:
        """The path of the index of that name."""
        return self._folder / f"{self._engine.name}-{name}"

    def get(self, name: str) -> OpenIndex:
        """The index of that name. Raises IndexMissing if it is missing or damaged."""
        return self._sound(name).index

    @contextmanager
    def lent(self, name: str) -> Iterator[Callable[[], OpenIndex]]:
        """A way to get at an index, for as long as a question takes.

        Raises IndexMissing when it is gone or damaged; at the end too, for an answer, or an
        error, that damage has made is worth nothing.
        """
        taken: list[_CachedIndex] = []

        def take() -> OpenIndex:
            if not taken:
                taken.append(self._sound(name))
            return taken[0].index

        try:
            try:
                yield take
            finally:
                for opened in taken:
                    opened.check()
        except IndexMissing:
            for opened in taken:
                self._drop(name, opened)
            raise

    def is_in_place(self, name: str) -> bool:
        """Whether the index is there for everybody, and whole.

        What was put in the place of an open one is opened. Where nothing was, the open one
        goes on: of files that were removed nothing is lost as long as they are open.
        """
        try:
            if self._sound(name).is_in_place():
                return True
            self._open[name] = self._fresh(name)
        except IndexMissing:
            return False
        return True

    def is_whole(self, name: str) -> bool:
        """Whether the index exists and is intact; it is not kept open."""
        try:
            self._fresh(name)
        except IndexMissing:
            return False
        return True

    def forget(self, name: str) -> None:
        """Closes the index, so that it is opened again on next use."""
        self._open.pop(name, None)

    def close(self) -> None:
        """Closes files and memory maps."""
        for opened in self._open.values():
            opened.index.close()
        self._open.clear()

    def _sound(self, name: str) -> _CachedIndex:
        opened = self._open.get(name) or self._load(name)
        try:
            opened.check(lately=_LATELY_SECONDS)
        except IndexMissing:
            self._drop(name, opened)
            raise
        return opened

    def _load(self, name: str) -> _CachedIndex:
        if not name:
            raise IndexMissing("there is no search index yet; run `fixbook ingest`")
        with self._opening:
            if (opened := self._open.get(name)) is None:
                opened = self._open[name] = self._fresh(name)
                while len(self._open) > _KEPT_OPEN:
                    del self._open[next(iter(self._open))]  # requests on it finish, then it closes
            return opened

    def _fresh(self, name: str) -> _CachedIndex:
        path = self.path(name)
        fingerprints = None if self._engine.is_shared else FileFingerprints(path)
        if fingerprints is not None and fingerprints.states & self._condemned:
            raise IndexMissing("the search index is damaged")
        return _CachedIndex(self._engine.open(path), fingerprints)

    def _drop(self, name: str, opened: _CachedIndex) -> None:
        """Drops a damaged index; changed files are not opened again."""
        with self._opening:
            if self._open.get(name) is opened:
                del self._open[name]
            fingerprints = opened.fingerprints
            if fingerprints is not None and (now := fingerprints.current()) != fingerprints.states:
                self._condemned = now - fingerprints.states
