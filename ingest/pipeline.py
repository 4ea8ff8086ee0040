"""Ingest: turns files into one new generation, or changes nothing. `ingest` has the steps."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from corpus.library import Library
from corpus.search.engine import Engine, IndexWriter, Removal
from corpus.store import articles, generations, units
from corpus.store.database import Connection
from corpus.store.generations import Generation
from corpus.telemetry.spans import span
from ingest.diff import diff
from ingest.discover import Sources, find_sources
from ingest.names import Names, unresolved_references
from ingest.prepare import RejectedUnit, prepare_all
from ingest.report import IngestReport
from ingest.write import UnitWriter, WriteResult

_TRIES = 3
"""How often an ingest starts again because files were moved while it read them."""

Progress = Callable[[int, int], None]
"""Called with the number of finished units and of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestOptions:
    """The options of an ingest, named as on the command line.

    `commit` is the one of the content's git repository that the paths are a checkout of.
    """

    add: bool = False
    strict: bool = False
    dry_run: bool = False
    rebuild: bool = False
    processes: int = 2
    commit: str | None = None


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
    settings, tries = library.settings, 0
    with (
        generations.ingest_lock(settings.data_dir),
        _recording(settings.data_dir, options) as keep,
        span("ingest", metric="fixbook.ingest.duration", attributes={}) as opened,
    ):
        while True:
            sources = find_sources(
                paths,
                default_lang=settings.default_lang,
                content_dir=settings.content_dir,
                keys=settings.public_keys,
                max_age=settings.receipt_age,
            )
            if tries >= _TRIES:  # somebody goes on moving files: nothing is removed
                sources = replace(sources, unreadable=sources.unreadable | {""})
            report = _attempt(library, sources, options, progress or _silent)
            if report is not None:
                for name in ("published", "articles", "added", "changed", "removed", "rejected"):
                    opened.set(f"fixbook.ingest.{name}", getattr(report, name))
                return keep(report)
            tries += 1


def _attempt(
    library: Library, sources: Sources, options: IngestOptions, progress: Progress
) -> IngestReport | None:
    """Publishes one generation, or none; None if files have moved and it must start again."""
    with library.database.writing() as connection:
        transaction = _Transaction(library, connection, sources, options)
        written = transaction.write(progress)
        report = None if written is None else transaction.publish(written)
        if report is None or not (report.published or transaction.name_commit(report)):
            connection.rollback()
    if report is not None and report.published:
        library.announce(transaction.after)
    else:
        library.sweep(transaction.before)  # the index that was made in vain goes
    return report


@contextmanager
def _recording(
    data_dir: Path, options: IngestOptions
) -> Iterator[Callable[[IngestReport], IngestReport]]:
    """Measures the time, and writes a record of the report or the failure."""
    started, reports = time.monotonic(), [IngestReport()]

    def keep(report: IngestReport) -> IngestReport:
        reports.append(replace(report, seconds=time.monotonic() - started))
        return reports[-1]

    try:
        yield keep
    finally:
        if not options.dry_run:
            failed = len(reports) == 1
            report = reports[-1] if not failed else keep(IngestReport())
            report.record(failed=failed, at=time.time()).save(data_dir)


class _Transaction:
    """The steps between finding files and the commit."""

    def __init__(
        self, library: Library, connection: Connection, sources: Sources, options: IngestOptions
    ) -> None:
        self._library = library
        self._connection = connection
        self._sources = sources
        self._options = options
        self._names = Names(units.names_in_use(connection))
        self._known = units.known_units(connection)
        self._diff = diff(sources, self._known, add=options.add, rebuild=options.rebuild)
        self._index_name = ""
        self._fresh = False
        self.before = self.after = generations.current(connection)

    def write(self, progress: Progress) -> WriteResult | None:
        """Writes what changed; None if a file that was found has been moved since.

        Then what is gone may be where that file is now, and must not be removed.
        """
        lost = not self._library.has_index(self.before)
        anew = self._options.rebuild or not self.before.number or self._lacks_vectors()
        if self._diff.changed or self._diff.removed or anew:
            return self._write(progress, fresh=anew or lost or not self._diff.staying)
        if lost and not self._options.dry_run:
            self._library.fill_index(self._connection, self.before)
        return WriteResult()

    def _lacks_vectors(self) -> bool:
        return self._library.lacks_vectors(self.before)

    def _write(self, progress: Progress, *, fresh: bool) -> WriteResult | None:
        self._fresh, removed = fresh, self._diff.removed
        articles.remove(self._connection, [unit.id for unit in removed])
        for unit in removed:
            self._names.release(unit.name)
        with self._new_index(fresh=fresh) as index:
            if index is not None and not fresh:
                index.apply(Removal(unit.id) for unit in removed)
            written = self._take_all(index, progress)
            if index is not None and fresh and written is not None:
                index.apply(self._library.index_documents(self._connection, self._rest(written)))
        return written

    @contextmanager
    def _new_index(self, *, fresh: bool) -> Iterator[IndexWriter | None]:
        """The index of the next generation, aside; None in a dry run."""
        if self._options.dry_run:
            yield None
            return
        self._index_name = generations.new_index_name(self.before.number + 1)
        previous = None if fresh else self.before
        with self._library.writing_index(self._index_name, previous=previous) as index:
            yield index

    def _take_all(self, index: IndexWriter | None, progress: Progress) -> WriteResult | None:
        changed = self._diff.changed
        writer = UnitWriter(
            self._connection, index, coming=changed, known=self._known, names=self._names
        )
        with closing(prepare_all(changed, processes=self._options.processes)) as results:
            for done, result in enumerate(results, start=1):
                if isinstance(result, RejectedUnit) and result.has_gone and self._diff.removed:
                    return None
                writer.take(result)
                progress(done, len(changed))
        return writer.finish()

    def _rest(self, written: WriteResult) -> list[str]:
        """The ids of what stays as it is, where a new version was rejected too."""
        gone = {unit.name for unit in self._diff.removed}
        return [u.id for u in self._known.values() if u.name not in written.units | gone]

    def publish(self, written: WriteResult) -> IngestReport:
        """Writes the next generation, if anything is new; the commit publishes it."""
        before, diff_ = self.before, self._diff
        report = IngestReport(
            generation=before.number,
            articles=before.articles,
            added=written.added,
            changed=written.changed,
            unchanged=diff_.unchanged,
            removed=len(diff_.removed),
            rejected=len(self._sources.spoiled) + written.rejected,
            problems=(*self._sources.problems, *written.problems),
        )
        has_news = bool(self._index_name and (written.units or diff_.removed or self._fresh))
        if not has_news or (self._options.strict and not report.good):
            return report
        articles.tidy(self._connection)
        self.after = Generation(
            number=before.number + 1,
            index_name=self._index_name,
            published_at=generations.moment_after(before, datetime.now(UTC)),
            articles=units.published_count(self._connection),
            commit=self._options.commit,
            vector_model=self._library.write_vectors(self._connection, before),
        )
        generations.publish(self._connection, self.after)
        links = units.links(self._connection)
        broken = unresolved_references(links, self._names, self._sources.units)
        return replace(
            report,
            published=True,
            generation=self.after.number,
            articles=self.after.articles,
            advice=_advice(self._library.engine, self.after.articles),
            problems=(*report.problems, *broken),
        )

    def name_commit(self, report: IngestReport) -> bool:
        """Gives a generation that stays the name of a commit that changes nothing in it."""
        commit, options = self._options.commit, self._options
        is_refused = options.dry_run or (options.strict and not report.good)
        if is_refused or not self.before.number or commit in (None, self.before.commit):
            return False
        generations.publish(self._connection, replace(self.before, commit=commit))
        return True


def _silent(_done: int, _total: int) -> None:
    """Reports no progress."""


def _advice(engine: Engine, articles: int) -> str | None:
    if engine.comfortable is None or articles <= engine.comfortable:
        return None
    return (
        f"{articles} articles are more than {engine.name} is good for ({engine.comfortable}); "
        "FIXBOOK_SEARCH_URL=tantivy builds and answers faster"
    )
