"""Ingest: files in, one new generation out, or nothing.

    find files → compare fingerprints → prepare what changed → claim names → write
    rows and index aside → commit: that is the switch → tell the servers, sweep

Rows are written inside one transaction while the engine pulls index documents, so that
memory does not grow with the corpus.
"""

import gc
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

from sqlalchemy import Connection

from corpus.document.article import PublicationState
from corpus.errors import Unavailable
from corpus.library import Library
from corpus.search.engine import Change, Engine, IndexDocument, Removal
from corpus.store import articles, generations, units
from corpus.store.ingest_record import keep_record
from corpus.text.analysis import remember
from ingest.discover import Sources, Unit, find_sources
from ingest.names import Names
from ingest.prepare import Prepared, Rejected, fingerprint, prepare
from ingest.read import article_id
from ingest.references import unresolved_references
from ingest.report import IngestReport, Problem

_BATCH = 200
_WORTH_A_POOL = 64
"""Units from which on a second process pays for its start."""
_TRIES = 3
"""How often an ingest begins again because files were moved while it read them."""

Progress = Callable[[int, int], None]
"""Told how many units of how many are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestOptions:
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
    options: IngestOptions,
    progress: Progress | None = None,
) -> IngestReport:
    """Makes the corpus what the paths hold, as one new generation.

    Raises Busy when another ingest runs, Unavailable when the database or the index
    cannot be written. What is wrong with files is in the report.
    """
    settings, reports = library.settings, [IngestReport()]
    recorded = _recorded(reports, None if options.dry_run else settings.data_dir)
    with generations.ingest_lock(settings.data_dir), recorded:
        while True:
            sources = find_sources(
                paths, default_lang=settings.default_lang, content_dir=settings.content_dir
            )
            if len(reports) > _TRIES:
                sources.unreadable.add("")  # somebody goes on moving files: nothing is removed
            reports.append(IngestReport())
            with suppress(_Moved):
                _publish(library, sources, options, reports[-1], progress)
                return reports[-1]


def _publish(
    library: Library,
    sources: Sources,
    options: IngestOptions,
    report: IngestReport,
    progress: Progress | None,
) -> None:
    """Makes one generation of what was found, or none."""
    report.problems, report.rejected = sources.problems, len(sources.spoiled)
    try:
        with library.database.writing() as connection:
            run = _Run(library, connection, options, report, progress)
            run.run(sources)
    except _Abandoned:
        report.published = False
    if report.published:
        library.announce(run.after)
    else:
        report.generation, report.articles = run.before.number, run.before.articles
        library.sweep(run.before)  # the index that was made in vain goes


@contextmanager
def _recorded(reports: Sequence[IngestReport], data_dir: Path | None) -> Iterator[None]:
    """Takes the time, and keeps a record of the last report if there is a folder for that."""
    started, ended = time.monotonic(), False
    try:
        yield
        ended = True
    finally:
        report = reports[-1]
        report.seconds = time.monotonic() - started
        if data_dir is not None:
            keep_record(data_dir, report.record(failed=not ended, at=time.time()))


class _Abandoned(Exception):
    """Rolls the transaction back."""


class _Moved(Exception):
    """What was removed, since it was not found, may be where another file has gone meanwhile."""


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
        options: IngestOptions,
        report: IngestReport,
        progress: Progress | None,
    ) -> None:
        self._library = library
        self._connection = connection
        self._options = options
        self._report = report
        self._progress = progress or _silent
        self.before = self.after = generations.current(connection)
        self._names = Names.load(connection)
        self._known = units.known_units(connection)
        self._units: dict[str, Unit] = {}
        self._pending: set[str] = set()
        self._written: set[str] = set()

    def run(self, sources: Sources) -> None:
        before = self.before
        diff = self._compare(sources)
        self._report.unchanged = diff.unchanged
        self._remove(diff.removed)
        anew = self._options.rebuild or not before.number
        lost = not self._library.has_index(before)
        if diff.changed or diff.removed or anew:
            self._write(before, diff, fresh=anew or lost or self._nothing_stays(diff))
        elif lost and not self._options.dry_run:
            self._library.fill_index(self._connection, before)
        if not self._report.published or (self._options.strict and not self._report.good):
            raise _Abandoned
        self._report.problems.extend(
            unresolved_references(self._connection, self._names, sources.units)
        )

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
            if name not in seen and not self._options.add and not sources.may_hold(name):
                diff.removed.append(name)
        return diff

    def _remove(self, removed: Sequence[str]) -> None:
        articles.remove(self._connection, [self._known[unit].id for unit in removed])
        for unit in removed:
            self._names.release(unit)
        self._report.removed = len(removed)

    def _nothing_stays(self, diff: _Diff) -> bool:
        return set(self._known) <= {*(unit.name for unit in diff.changed), *diff.removed}

    def _write(self, before: generations.Generation, diff: _Diff, *, fresh: bool) -> None:
        gone = [Removal(self._known[unit].id) for unit in diff.removed]
        changes = chain(
            () if fresh else gone,
            self._accept(diff.changed),
            self._staying(diff.removed) if fresh else (),
        )
        if self._options.dry_run:
            deque(changes, maxlen=0)
            return
        number = before.number + 1
        name = self._index(number, previous=None if fresh else before, changes=changes)
        if not (self._report.added or self._report.changed or self._report.removed or fresh):
            return
        articles.tidy(self._connection)
        self._report.generation, self._report.articles = (
            number,
            units.published_count(self._connection),
        )
        self._report.advice = _advice(self._library.engine, self._report.articles)
        self.after = generations.Generation(
            number=number,
            index_name=name,
            published_at=generations.moment_after(before, datetime.now(UTC)),
            articles=self._report.articles,
        )
        generations.publish(self._connection, self.after)
        self._report.published = True

    def _index(
        self, number: int, *, previous: generations.Generation | None, changes: Iterable[Change]
    ) -> str:
        try:
            return self._library.write_index(number, previous=previous, changes=changes)
        except BrokenExecutor as error:
            raise Unavailable("a process that read articles was ended from outside") from error

    def _staying(self, removed: Sequence[str]) -> Iterator[IndexDocument]:
        """The index documents of articles that stay as they are, from the database.

        Asked for last, when it is known whose new version was rejected.
        """
        skip = {*self._written, *removed}
        ids = [known.id for unit, known in self._known.items() if unit not in skip]
        yield from self._library.index_documents(self._connection, ids)

    def _accept(self, changed: Sequence[Unit]) -> Iterator[Change]:
        """Writes the rows of good units, batch by batch, and yields what engines index.

        A unit that wants a name of one that is still to come waits for it.
        """
        batch: list[Prepared] = []
        waiting: dict[str, tuple[Unit, Prepared]] = {}
        self._units = {unit.name: unit for unit in changed}
        self._pending = set(self._units)
        with _prepared(changed, self._options.processes) as results:
            for done, (unit, result) in enumerate(zip(changed, results, strict=True), start=1):
                self._pending.discard(unit.name)
                if isinstance(result, Rejected):
                    if result.has_gone and self._report.removed:
                        raise _Moved
                    self._reject(result.problems)
                elif self._must_wait(result):
                    waiting[unit.name] = unit, result
                    self._pending.add(unit.name)
                elif not (complaints := self._complaints(unit, result)):
                    batch.append(result)
                else:
                    self._reject(complaints)
                if len(batch) >= _BATCH:
                    yield from self._flush(batch)
                self._progress(done, len(changed))
        yield from self._flush(batch)
        yield from self._flush(self._settled(waiting))

    def _must_wait(self, prepared: Prepared) -> bool:
        return bool(self._names.owners(prepared.entry.article) & self._pending)

    def _complaints(self, unit: Unit, prepared: Prepared) -> list[Problem]:
        article, known = prepared.entry.article, self._known.get(unit.name)
        states_none = _id_is_derived(article.metadata.id, article.slug)
        if known and states_none and not _id_is_derived(known.id, known.slug):
            message = f"states no ID, and {known.id} is published: is the text cut off?"
            return [_problem(unit, message)]
        return [_problem(unit, message) for message in self._names.claim(unit.name, article)]

    def _settled(self, waiting: dict[str, tuple[Unit, Prepared]]) -> list[Prepared]:
        """Those who waited for one another's names and could be given them."""
        refused = self._names.claim_together(
            {name: prepared.entry.article for name, (_, prepared) in waiting.items()}
        )
        for name, complaints in refused.items():
            self._reject([_problem(waiting[name][0], complaint) for complaint in complaints])
        return [prepared for name, (_, prepared) in waiting.items() if name not in refused]

    def _reject(self, problems: Iterable[Problem]) -> None:
        self._report.problems.extend(problems)
        self._report.rejected += 1

    def _flush(self, accepted: list[Prepared]) -> Iterator[Change]:
        refused = units.write(self._connection, [(one.entry, one.document) for one in accepted])
        for unit, why in refused.items():
            self._reject([_problem(self._units[unit], why)])
        batch = [prepared for prepared in accepted if prepared.entry.unit not in refused]
        known = [self._known.get(prepared.entry.unit) for prepared in batch]
        self._report.added += known.count(None)
        self._report.changed += len(known) - known.count(None)
        yield from (Removal(old.id) for old in known if old is not None)
        for prepared in batch:
            self._written.add(prepared.entry.unit)
            self._report.problems.extend(prepared.warnings)
            if prepared.entry.article.state is PublicationState.PUBLISHED:
                yield prepared.index_document
        accepted.clear()


def _silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def _advice(engine: Engine, articles: int) -> str | None:
    if engine.comfortable is None or articles <= engine.comfortable:
        return None
    return (
        f"{articles} articles are more than {engine.name} is good for ({engine.comfortable}); "
        "FIXBOOK_SEARCH_URL=tantivy builds and answers faster"
    )


def _id_is_derived(id_: str, slug: str) -> bool:
    """Whether the id was made from the slug, because the text states none."""
    return id_ == article_id(slug)


def _problem(unit: Unit, message: str) -> Problem:
    return Problem(unit.files[0].shown, 1, message)


@contextmanager
def _prepared(units: Sequence[Unit], processes: int) -> Iterator[Iterable[Prepared | Rejected]]:
    if processes < 2 or len(units) < _WORTH_A_POOL:
        yield map(prepare, units)
        return
    context = get_context("forkserver")
    context.set_forkserver_preload(["__main__", "ingest.prepare"])  # read once, shared by all
    pool = ProcessPoolExecutor(processes, context, initializer=_help)
    try:
        yield pool.map(prepare, units, chunksize=16)
    finally:
        pool.shutdown(cancel_futures=True)  # who is told to end does not read all others first


_COLLECT_AFTER = (50_000, 20, 20)
"""After how many new objects a helper looks for garbage: an article makes thousands, and next
to none of them are garbage that only the collector finds."""
_WORDS = 100_000
"""What a helper remembers of the words of a corpus; it does not live long."""


def _help() -> None:
    """Begins a helper, which ends when the process that started it is killed."""
    gc.set_threshold(*_COLLECT_AFTER)
    remember(_WORDS)
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent.join,), daemon=True).start()


def _end_after(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)
