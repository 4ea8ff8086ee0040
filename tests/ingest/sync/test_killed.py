"""Killed at any moment, a sync leaves a whole generation, and the next one comes to the newest."""

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import pytest

from corpus.last_records import SyncOutcome
from corpus.library import Library
from corpus.settings import Settings
from ingest.pipeline import IngestOptions
from ingest.sync.sync import sync
from tests.conftest import settings_in
from tests.databases import make_tables
from tests.factories import numbered_document
from tests.ingest.conftest import found, stored_titles
from tests.ingest.sync.conftest import Origin

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("FIXBOOK_TEST_KILLS", "12"))
SPAWN = multiprocessing.get_context("spawn")
OPTIONS = IngestOptions(processes=1)


def push(origin: Origin, edition: int) -> str:
    """A commit in which each title names its edition; two articles in a dozen differ by name."""
    for path in origin.work.glob("*.md"):
        path.unlink()
    numbers = range(edition % 2, edition % 2 + 12)
    return origin.push(
        {
            f"{n:02}.md": numbered_document(n, title=f"Edition {edition}", body=f"Text {n}.")
            for n in numbers
        }
    )


def nursery(settings: Settings, pipe: Pipe) -> None:
    """Starts a sync when asked, by a fork, which takes no time, and tells how it ended."""
    while pipe.recv():
        if not (child := os.fork()):
            sync(Library(settings), options=OPTIONS)
            signal.pause()  # until it is killed
        pipe.send(child)
        _, status = os.waitpid(child, 0)
        pipe.send(os.WTERMSIG(status))


def whole(settings: Settings, editions: dict[str, int]) -> int:
    """The edition that is published: in full, by its commit's name, found by searches."""
    library = Library(settings)
    try:
        with library.reading() as reading:
            edition = editions[reading.generation.commit or ""]
            first = edition % 2
            titles = {f"article-{n:03}": f"Edition {edition}" for n in range(first, first + 12)}
            assert stored_titles(reading) == titles
            assert reading.generation.articles == reading.index.count() == 12
            assert set(found(reading, f'"edition {edition}"')) == set(titles)
        return edition
    finally:
        library.close()


def test_a_killed_sync_converges(origin: Origin, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, sync_repository=origin.address)
    library = Library(settings)
    make_tables(library.database)
    editions = {push(origin, 0): 0}
    assert sync(library, options=OPTIONS).record.outcome is SyncOutcome.PUBLISHED
    library.close()
    moments = random.Random(20261129)  # noqa: S311 - the same moments in each run
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=nursery, args=(settings, theirs))
    process.start()

    latest, switches = 0.5, 0
    for edition in range(1, KILLS + 1):
        before = whole(settings, editions)
        editions[push(origin, edition)] = edition
        ours.send(True)
        child = ours.recv()
        time.sleep(moments.uniform(0, latest))
        os.kill(child, signal.SIGKILL)
        assert ours.recv() == signal.SIGKILL
        after = whole(settings, editions)
        assert after in (before, edition)
        switches += after == edition
        latest *= 0.8 if after == edition else 1.2  # so that many kills fall about the switch
    ours.send(False)
    process.join()

    library = Library(settings)
    record = sync(library, options=OPTIONS).record
    library.close()
    assert (record.outcome.is_good, whole(settings, editions)) == (True, KILLS)
    assert 0 < switches < KILLS
