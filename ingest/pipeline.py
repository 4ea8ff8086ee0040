"""Ingest: files in, one new generation out, or nothing.

    find files → compare fingerprints → prepare what changed → claim names → write
    rows and index aside → commit: that is the switch → tell the servers, sweep

Rows are written inside one transaction while the engine pulls index documents, so that
memory does not grow with the corpus.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Connection, func, select

from corpus import generation, schema, store
from corpus.article import State
from corpus.library import Library
from corpus.search.engine import Change, IndexDocument, Removal
from ingest.names import Names
from ingest.prepare import Prepared, Rejected, fingerprint, prepare
from ingest.references import unresolved_references
from ingest.report import Problem, Report
from ingest.sources import Sources, Unit, find_sources

_BATCH = 200
_WORTH_A_POOL = 64
"""Units from which on a second process pays for its start."""

Progress = Callable[[int, int], None]
"""Told how many units of how many are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to ingest; the names are those of the command line."""

    add: bool = False
    strict: bool = False
    dry_run: bool = False
    rebuild: bool = False
    processes: int = 2


def ingest(
    library: Library,
    paths: Sequence[Path],
    *,
    options: Options,
    progress: Progress | None = None,
) -> Report:
    """Makes the corpus what the paths hold, as one new generation.

    Raises Busy when another ingest runs, Unavailable when the database or the index
    cannot be written. What is wrong with files is in the report.
    """
    started = time.monotonic()
    with generation.ingest_lock(library.settings.data_dir):
        sources = find_sources(paths, default_lang=library.settings.default_lang)
        report = Report(problems=sources.problems)
        try:
            with library.database.writing() as connection:
                _Run(library, connection, options, report, progress).run(sources)
        except _Abandoned:
            report.published = False
        if report.published:
            library.announce()
    report.seconds = time.monotonic() - started
    return report


class _Abandoned(Exception):  # noqa: N818 - not an error: the transaction is given up on purpose
    """Rolls the transaction back."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database knows of a unit."""

    id: str
    fingerprint: str


@dataclass(slots=True)
class _Diff:
    """What is to be done with each unit."""

    changed: list[Unit] = field(default_factory=list)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)


class _Run:
    """One ingest inside its transaction."""

    def __init__(
        self,
        library: Library,
        connection: Connection,
        options: Options,
        report: Report,
        progress: Progress | None,
    ) -> None:
        self._library = library
        self._connection = connection
        self._options = options
        self._report = report
        self._progress = progress or (lambda done, total: None)
        self._names = Names.load(connection)
        self._known = _known_units(connection)

    def run(self, sources: Sources) -> None:
        before = generation.current(self._connection)
        diff = self._compare(sources)
        self._report.unchanged = diff.unchanged
        self._report.generation = before.number
        self._remove(diff.removed)
        if diff.changed or diff.removed or self._must_reindex(before):
            self._write(before, diff)
        self._report.articles = self._count()
        if self._report.published:
            self._report.problems.extend(
                unresolved_references(self._connection, self._names, sources.units)
            )
        if self._options.dry_run or (self._options.strict and not self._report.good):
            raise _Abandoned

    def _compare(self, sources: Sources) -> _Diff:
        diff = _Diff()
        seen = {unit.name for unit in sources.units}
        for unit in sources.units:
            known = self._known.get(unit.name)
            same = known is not None and known.fingerprint == fingerprint(unit)
            if same and not self._options.rebuild:
                diff.unchanged += 1
            else:
                diff.changed.append(unit)
        for name in self._known:
            if name not in seen and not self._options.add and not _hidden(name, sources):
                diff.removed.append(name)
        return diff

    def _must_reindex(self, before: generation.Generation) -> bool:
        return self._options.rebuild or not self._library.has_index(before)

    def _remove(self, units: Sequence[str]) -> None:
        store.remove(self._connection, [self._known[unit].id for unit in units])
        for unit in units:
            self._names.release(unit)
        self._report.removed = len(units)

    def _write(self, before: generation.Generation, diff: _Diff) -> None:
        fresh = self._must_reindex(before) or not diff.unchanged
        number = before.number + 1
        stays = self._staying(diff) if fresh else ()
        gone = [Removal(self._known[unit].id) for unit in diff.removed]
        name = self._library.write_index(
            number,
            previous=None if fresh else before,
            changes=chain(stays, gone, self._accept(diff.changed)),
        )
        if not (self._report.added or self._report.changed or self._report.removed or fresh):
            return
        generation.publish(
            self._connection,
            generation.Generation(
                number=number,
                index_name=name,
                published_at=generation.now(),
                articles=self._count(),
            ),
        )
        self._report.generation = number
        self._report.published = True

    def _staying(self, diff: _Diff) -> Iterator[IndexDocument]:
        """The index documents of articles that stay as they are, from the database."""
        skip = {*(unit.name for unit in diff.changed), *diff.removed}
        ids = [known.id for unit, known in self._known.items() if unit not in skip]
        return self._library.index_documents(self._connection, ids)

    def _accept(self, units: Sequence[Unit]) -> Iterator[Change]:
        """Writes the rows of good units, batch by batch, and yields what engines index."""
        batch: list[Prepared] = []
        with _prepared(units, self._options.processes) as results:
            for done, (unit, result) in enumerate(zip(units, results, strict=True), start=1):
                if (prepared := self._checked(unit, result)) is not None:
                    batch.append(prepared)
                if len(batch) >= _BATCH:
                    yield from self._flush(batch)
                self._progress(done, len(units))
        yield from self._flush(batch)

    def _checked(self, unit: Unit, result: Prepared | Rejected) -> Prepared | None:
        if isinstance(result, Rejected):
            problems = list(result.problems)
        else:
            shown = unit.files[0].shown
            problems = [
                Problem(shown, 1, message)
                for message in self._names.claim(unit.name, result.entry.article)
            ]
        if not problems and isinstance(result, Prepared):
            self._report.problems.extend(result.warnings)
            return result
        self._report.problems.extend(problems)
        self._report.rejected += 1
        return None

    def _flush(self, batch: list[Prepared]) -> Iterator[Change]:
        store.write(self._connection, [prepared.entry for prepared in batch])
        for prepared in batch:
            known = self._known.get(prepared.entry.unit)
            self._report.changed += known is not None
            self._report.added += known is None
            if known is not None:
                yield Removal(known.id)
            if prepared.entry.article.state is State.PUBLISHED:
                yield prepared.index_document
        batch.clear()

    def _count(self) -> int:
        published = schema.articles.c.state == State.PUBLISHED
        query = select(func.count()).select_from(schema.articles).where(published)
        return self._connection.scalar(query) or 0


def _known_units(connection: Connection) -> dict[str, _Known]:
    table = schema.articles
    rows = connection.execute(select(table.c.unit, table.c.id, table.c.fingerprint))
    return {row.unit: _Known(row.id, row.fingerprint) for row in rows}


def _hidden(unit: str, sources: Sources) -> bool:
    """Whether the unit lies where the walk could not look: then nobody knows that it is gone."""
    return any(
        unit == prefix or unit.startswith((prefix + "/", prefix + "."))
        for prefix in sources.unreadable
    )


@contextmanager
def _prepared(units: Sequence[Unit], processes: int) -> Iterator[Iterable[Prepared | Rejected]]:
    if processes < 2 or len(units) < _WORTH_A_POOL:
        yield map(prepare, units)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as pool:
        yield pool.map(prepare, units, chunksize=16)
