"""What most tests need: settings over a temporary folder, and a library with articles in it."""

import gc
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import hypothesis
import pytest

from corpus.library import Library
from corpus.settings import Settings, load_settings
from ingest.pipeline import IngestOptions, ingest
from tests import databases
from tests.postgres.server import binaries
from tests.shared_corpus import SharedCorpus
from tests.turns import modules_of

Ingested = Callable[[Mapping[str, str]], Library]
"""From file names under the content folder and their texts to a library that holds them."""

# How long data takes to make says something of the machine, not of what is tested.
hypothesis.settings.register_profile(
    "fixbook", suppress_health_check=[hypothesis.HealthCheck.too_slow], deadline=None
)
hypothesis.settings.load_profile("fixbook")


# What a shell starts in the background ignores Ctrl+C, and so do all programs that it starts: those
# of the tests are to end by it.
for _number in (signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.default_int_handler)

SLOW_FOLDERS = ("browser", "deploy", "faults", "fuzz", "postgres", "relevance", "verify/isolation")
"""Chromium, other programs, faults, database servers, sandboxes, what hunts and what asks for every
article take long, whatever is tested with them."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what `make test` leaves to `make test-all`, and leaves out what has not its turn."""
    folders = tuple(Path(__file__).parent / name for name in SLOW_FOLDERS)
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in folders):
            item.add_marker(pytest.mark.slow)
    slow = [item for item in items if item.get_closest_marker("slow")]
    modules = modules_of(sorted({item.path for item in slow}))
    left_out = {item for item in slow if item.path not in modules}
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=[*left_out])


def pytest_collection_finish() -> None:
    """Lets the garbage collector pass by all that was loaded so far: it would never end."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leaves out what is about SQLite while the suite runs on PostgreSQL."""
    marker = item.get_closest_marker("sqlite")
    if marker is not None and databases.SERVER:
        pytest.skip(f"about SQLite: {marker.args[0]}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what could not run here. Hooks of the folders below are not called with `-n`."""
    skipped = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", ()))
    for reason, number in skipped.items():
        told = reason.removeprefix("Skipped: ")
        terminalreporter.write_line(f"{number} tests were left out: {told}")
    if binaries() is None:
        terminalreporter.write_line("PostgreSQL is not installed: tests/postgres was left out")


@pytest.fixture(autouse=True)
def _databases() -> Iterator[None]:
    """Drops the databases that a test has made; those of its module were there before."""
    before = databases.created()
    yield
    databases.drop(databases.created() - before)


@pytest.fixture(scope="session")
def shared_corpus(tmp_path_factory: pytest.TempPathFactory) -> SharedCorpus:
    """The articles of `content/`, ingested for all tests together."""
    return SharedCorpus(tmp_path_factory)


def settings_in(folder: Path, **changed: object) -> Settings:
    """Settings that keep everything below a folder, and a database for it."""
    data = folder / "data"
    given = {
        "content_dir": folder / "content",
        "data_dir": data,
        "rate_limit": "off",  # tests ask a lot
        **changed,
    }
    return load_settings(database_url=databases.database_url(data), **given)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that keep everything below `tmp_path`."""
    return settings_in(tmp_path)


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    """An empty library, its tables made."""
    opened = Library(settings)
    databases.make_tables(opened.database)
    yield opened
    opened.close()


@pytest.fixture
def ingested(library: Library) -> Ingested:
    """Writes documents into the content folder and ingests all of it, without complaint.

    That there are none is one, where there are none.
    """

    def fill(documents: Mapping[str, str]) -> Library:
        write_files(library.settings.content_dir, documents)
        report = ingest(library, [library.settings.content_dir], options=IngestOptions())
        assert [str(problem) for problem in report.problems][not documents :] == []
        return library

    return fill


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes texts (or bytes) under a folder by their relative names, and returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
