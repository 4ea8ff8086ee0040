"""PostgreSQL stops, or stands still, under a server: 503 in good time, and no restart."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest

from corpus.store.database import Database
from corpus.store.migrations.upgrade import upgrade
from tests.api.process import get
from tests.faults.reader import asking, until
from tests.faults.service import Service, serving
from tests.postgres.conftest import machine
from tests.postgres.server import PASSWORD, Server, binaries

pytestmark = pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
STATEMENT_SECONDS = 12.0
"""The longest that anybody waits: for a statement, or for a turn in a thread; and some slack."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with Server() as server:
        database = Database(server.url())
        upgrade(database)
        database.dispose()
        yield server


@pytest.fixture(scope="module")
def service(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Two workers over that server."""
    folder: Path = tmp_path_factory.mktemp("service") / "one"
    with serving(machine(folder, postgres.url()), "--workers", "2") as started:
        yield started
        assert PASSWORD not in started.log.read_text()


@pytest.mark.parametrize("fault", ["stop", "freeze"])
def test_it_goes_and_comes_back(service: Service, postgres: Server, fault: str) -> None:
    readers = [service.reader(PASSWORD) for _ in range(3)]
    reader, others = readers[0], readers[1:]
    until(reader.well)
    with ExitStack() as stack:
        stack.enter_context(asking(*others))
        getattr(postgres, fault)()
        begun = time.monotonic()
        until(lambda: reader.ask() == 503)
        assert get(service.port, "/livez")[0] == 200
        alive = Thread(target=get, args=(service.port, "/livez"))
        alive.start()
        alive.join(2.0)
        assert not alive.is_alive()
        time.sleep(max(0.0, begun + 7.0 - time.monotonic()))  # longer than any statement may take
        (postgres.start if fault == "stop" else postgres.thaw)()
        seconds = until(reader.well)
    longest = max(seconds for reader in readers for seconds in reader.seconds)
    print(f"{fault}: well again after {seconds:.1f} s, the longest answer took {longest:.1f} s")
    assert [reader.wrong for reader in readers] == [[], [], []]
    assert {status for reader in readers for status in reader.statuses} == {200, 503}
    assert longest < STATEMENT_SECONDS
