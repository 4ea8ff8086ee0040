"""One sync: fetch, verify, check out aside, ingest from there.

What is served changes only by the ingest's commit, which also names the commit of git. Killed at
any moment, the next sync begins anew and comes to the same.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import Busy, CommitRefused, FixbookError, RemoteUnreachable
from corpus.last_records import SyncOutcome, SyncRecord
from corpus.library import Library
from corpus.settings import Settings
from ingest.pipeline import IngestOptions, Progress, ingest
from ingest.report import IngestReport
from ingest.sync.repository import Remote, Repository

_PATIENCE_SECONDS = 30.0
"""How long to wait for another sync, or for what a killed one has left running."""
_BAD_ARTICLES = "articles have errors; `fixbook sync` lists them"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync came to, and the ingest's report if there was an ingest."""

    record: SyncRecord
    ingest: IngestReport | None = None


def sync(
    library: Library, *, options: IngestOptions, progress: Progress | None = None
) -> SyncReport:
    """Makes the corpus what the branch holds, or leaves it as it is; both are recorded."""
    attempt = _Attempt(library, options, progress)
    try:
        outcome, message = attempt.run()
    except RemoteUnreachable as error:
        outcome, message = SyncOutcome.UNREACHABLE, error.message
    except CommitRefused as error:
        outcome, message = SyncOutcome.REFUSED, error.message
    except (FixbookError, OSError) as error:
        what = error.message if isinstance(error, FixbookError) else error.strerror
        outcome, message = SyncOutcome.FAILED, str(what)
    before, ended_at = SyncRecord.last(library.settings.data_dir), time.time()
    record = SyncRecord(
        outcome=outcome,
        commit=attempt.commit,
        message=message,
        ended_at=ended_at,
        good_at=ended_at if outcome.is_good else before.good_at if before else None,
    )
    record.save(library.settings.data_dir)
    return SyncReport(record=record, ingest=attempt.report)


class _Attempt:
    """One run through the steps, and how far it came."""

    def __init__(self, library: Library, options: IngestOptions, progress: Progress | None) -> None:
        self._library = library
        self._options = options
        self._progress = progress
        self.commit: str | None = None
        self.report: IngestReport | None = None

    def run(self) -> tuple[SyncOutcome, str]:
        """The outcome, and what is wrong ("": nothing)."""
        settings = self._library.settings
        folder = settings.data_dir / "sync"
        with _alone(folder) as lock:
            repository = Repository(folder / "repository", lock=lock)
            self.commit = commit = repository.fetch(
                Remote(address=settings.sync_repository, branch=settings.sync_branch)
            )
            if settings.sync_signers is not None:
                repository.verify(commit, settings.sync_signers)
            with repository.checked_out(commit, folder / "checkout") as files:
                report = self._ingest(_articles(files, settings), commit)
        if report.good:
            return (SyncOutcome.PUBLISHED if report.published else SyncOutcome.UNCHANGED), ""
        if self._options.strict:
            raise CommitRefused(f"commit {commit[:12]} was not published: {_BAD_ARTICLES}")
        return SyncOutcome.INCOMPLETE, f"commit {commit[:12]} is incomplete: {_BAD_ARTICLES}"

    def _ingest(self, folder: Path, commit: str) -> IngestReport:
        options = replace(self._options, commit=commit)
        report = ingest(self._library, [folder], options=options, progress=self._progress)
        shown = f"{folder}/"  # is gone by the time that somebody reads it
        self.report = replace(
            report,
            problems=tuple(
                replace(problem, path=problem.path.removeprefix(shown))
                for problem in report.problems
            ),
        )
        return self.report


def _articles(files: Path, settings: Settings) -> Path:
    """The folder of articles. Raises CommitRefused if the commit has none, or leads elsewhere."""
    folder, top = files / settings.sync_folder, files.resolve()
    if not folder.is_dir() or not folder.resolve().is_relative_to(top):
        raise CommitRefused(f"the repository has no folder {settings.sync_folder}")
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    """Holds the lock of the folder; raises Busy if others do not release it in time."""
    folder.mkdir(0o700, parents=True, exist_ok=True)
    until = time.monotonic() + _PATIENCE_SECONDS
    with (folder / "lock").open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Busy("another sync is running; try again when it has finished") from None
                time.sleep(0.05)
        yield file.fileno()
