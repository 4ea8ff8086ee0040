"""Killed at any moment, an ingest leaves a whole generation behind: the old one or the new."""

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import pytest

from corpus.library import Library
from corpus.search.service import SearchRequest, search
from corpus.settings import Settings
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import write_files
from tests.factories import numbered_document
from tests.ingest.conftest import Shelf, stored_titles

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("FIXBOOK_TEST_KILLS", "20"))
SPAWN = multiprocessing.get_context("spawn")
STATES = ("Spring", "Autumn")
ARTICLES = {"Spring": range(100), "Autumn": range(20, 120)}


def write_state(folder: Path, state: str) -> Path:
    """A corpus in which every title and body names its state."""
    return write_files(
        folder / state / "content",
        {
            f"{n:03}.md": numbered_document(n, title=f"{state} {n}", body=f"It is {state} now.")
            for n in ARTICLES[state]
        },
    )


def ingest_forever(settings: Settings, folder: Path, processes: int) -> None:
    """Goes from one state to the other and back, until somebody ends it."""
    os.setsid()  # whatever it starts can be told by its group
    library = Library(settings)
    while True:
        for state in STATES:
            ingest(
                library, [folder / state / "content"], options=IngestOptions(processes=processes)
            )


def check_whole(settings: Settings) -> int:
    """Opens the library as a server would, and finds every article, of one state only.

    Returns the number of the generation.
    """
    library = Library(settings)
    try:
        with library.reading() as reading:
            titles = stored_titles(reading)
            (state,) = {title.split()[0] for title in titles.values()}
            assert list(titles) == [f"article-{n:03}" for n in ARTICLES[state]]
            assert reading.generation.articles == reading.index.count() == 100
            assert library.index_path(reading.generation.index_name).is_dir()
            hits = search(reading, SearchRequest(q=state.lower(), page_size=100)).items
            assert {hit.summary.slug: hit.summary.title["en"] for hit in hits} == titles
            other = STATES[state == "Spring"]
            assert search(reading, SearchRequest(q=f'"{other}"')).total == 0
            for slug in (f"article-{n:03}" for n in list(ARTICLES[state])[::25]):
                assert search(reading, SearchRequest(q=slug)).items[0].summary.slug == slug
        return reading.generation.number
    finally:
        library.close()


def nursery(settings: Settings, folder: Path, pipe: Pipe) -> None:
    """Starts an ingest when asked, by a fork, which takes no time, and tells how it ended."""
    while pipe.recv():
        if not (child := os.fork()):
            ingest_forever(settings, folder, processes=1)
        pipe.send(child)
        _, status = os.waitpid(child, 0)
        pipe.send(os.WTERMSIG(status))


def group_exists(group: int) -> bool:
    """Whether any process of a group is alive."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def switching(settings: Settings, tmp_path: Path) -> Settings:
    """A library that holds the first state, and the folders of both."""
    for state in STATES:
        write_state(tmp_path, state)
    library = Library(settings)
    upgrade(library.database)
    ingest(library, [tmp_path / "Spring" / "content"], options=IngestOptions(processes=1))
    library.close()
    return settings


def test_a_killed_ingest_leaves_a_whole_generation(switching: Settings, tmp_path: Path) -> None:
    moments = random.Random(20260312)  # noqa: S311 - the same moments in each run
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=nursery, args=(switching, tmp_path, theirs))
    process.start()

    number, latest, switches, kills = 1, 0.3, 0, 0
    while kills < KILLS or not switches:
        kills += 1
        ours.send(True)
        child = ours.recv()
        time.sleep(moments.uniform(0, latest))
        os.kill(child, signal.SIGKILL)
        assert ours.recv() == signal.SIGKILL
        before, number = number, check_whole(switching)
        switches += number > before
        latest *= 0.8 if number > before else 1.2  # so that many kills fall about the switch
    ours.send(False)
    process.join()


def test_a_killed_ingest_takes_its_helpers_along(switching: Settings, tmp_path: Path) -> None:
    process = SPAWN.Process(target=ingest_forever, args=(switching, tmp_path, 2))
    process.start()
    time.sleep(2.0)
    process.kill()
    process.join()

    assert process.pid is not None
    assert process.exitcode == -signal.SIGKILL
    while group_exists(process.pid):
        time.sleep(0.01)
    check_whole(switching)


def test_what_a_killed_ingest_left_is_swept(switching: Settings, tmp_path: Path) -> None:
    shelf = Shelf(Library(switching))
    left = switching.index_dir / "whoosh-00000002-0123abcd"
    left.mkdir()
    (left / "half.seg").write_text("half")

    shelf.ingest(tmp_path / "Spring" / "content")
    assert not left.exists()

    left.mkdir()
    (left / "half.seg").write_text("half")
    assert shelf.ingest(tmp_path / "Autumn" / "content").generation == 2
    assert len(shelf.titles()) == 100
    assert not (left / "half.seg").exists()
    shelf.library.close()
