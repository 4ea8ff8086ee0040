"""Several machines over one PostgreSQL: each has its own data folder, all show the same."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from corpus.library import Library
from corpus.settings import Settings
from corpus.store.postgresql import LISTENER
from ingest.pipeline import IngestOptions, ingest
from tests.api.process import PATH, PATIENCE, edition, environment, get, running, shown
from tests.api.site import Site
from tests.conftest import write_files
from tests.postgres.conftest import machine
from tests.postgres.server import Server


@pytest.fixture
def publisher(settings: Settings) -> Iterator[Library]:
    """A machine that ingests; the first edition is published."""
    library = Library(settings)
    publish(library, 1)
    yield library
    library.close()


def publish(library: Library, number: int) -> None:
    """Publishes an edition."""
    write_files(library.settings.content_dir, edition(number))
    report = ingest(library, [library.settings.content_dir], options=IngestOptions())
    assert report.generation == number


@contextmanager
def two_servers(tmp_path: Path, url: str, **more: str) -> Iterator[tuple[int, int]]:
    """Two processes with a data folder each, over the same database."""
    with ExitStack() as stack:
        ports = []
        for name in ("two", "three"):
            env = environment(machine(tmp_path / name, url), **more)
            log = tmp_path / f"{name}.txt"
            ports.append(stack.enter_context(running("--no-ingest", env=env, log=log)))
        yield ports[0], ports[1]


def editions(*ports: int) -> set[str]:
    """What servers show of the article, and what they find."""
    found = shown(ports[0], "/api/v1/search?q=ECONNREFUSED&pageSize=5")["items"]
    titles = [shown(port, PATH)["title"] for port in ports] + [item["title"] for item in found]
    return {title["en"].partition(" of ")[0] for title in titles}


def until(what: Callable[[], bool]) -> None:
    """Waits until it is true; fails when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def listening(url: str) -> list[int]:
    """The process numbers of the connections that wait for notices."""
    with psycopg.connect(url) as connection:
        query = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
        return [row[0] for row in connection.execute(query, [LISTENER])]


def test_all_machines_show_a_new_generation(publisher: Library, tmp_path: Path) -> None:
    with two_servers(tmp_path, publisher.settings.database_url) as ports:
        assert editions(*ports) == {"Edition 1"}
        for number in (2, 3, 4):
            publish(publisher, number)
            until(lambda: editions(*ports) == {f"Edition {number}"})  # noqa: B023
    assert publisher.current().number == 4  # each made its own index, and nobody published


def test_a_change_under_load_is_whole_and_without_an_error(
    publisher: Library, tmp_path: Path
) -> None:
    wrong: list[object] = []
    asked = 0
    ended = threading.Event()

    def ask(port: int) -> None:
        nonlocal asked
        while not ended.is_set():
            asked += 1
            target = f"/api/v1/search?q=ECONNREFUSED&pageSize=5&author=&n={asked}"
            status, _, body = get(port, target)
            titles = [item["title"]["en"] for item in json.loads(body)["data"]["items"]]
            if (status, len(titles), len({name.partition(" of ")[0] for name in titles})) != (
                200, 5, 1,
            ):  # fmt: skip
                wrong.append((status, titles))

    with two_servers(tmp_path, publisher.settings.database_url) as ports:
        threads = [threading.Thread(target=ask, args=[port]) for port in ports]
        for thread in threads:
            thread.start()
        for number in range(2, 6):
            publish(publisher, number)
            time.sleep(0.5)
        ended.set()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_listener_that_was_cut_off_listens_again(publisher: Library, tmp_path: Path) -> None:
    url = publisher.settings.database_url
    with two_servers(tmp_path, url) as ports:
        until(lambda: len(listening(url)) == 2)
        cut = listening(url)
        with psycopg.connect(url, autocommit=True) as connection:
            for pid in cut:
                connection.execute("SELECT pg_terminate_backend(%s)", [pid])
        until(lambda: len(listening(url)) == 2 and not set(cut) & set(listening(url)))
        publish(publisher, 2)
        until(lambda: editions(*ports) == {"Edition 2"})


def test_a_server_that_hears_nothing_looks(
    publisher: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As behind a pool that hands connections to others between transactions."""
    monkeypatch.setattr("corpus.store.generations.notify", lambda *_: None)
    with two_servers(tmp_path, publisher.settings.database_url) as ports:
        assert editions(*ports) == {"Edition 1"}
        publish(publisher, 2)
        until(lambda: editions(*ports) == {"Edition 2"})


def test_a_server_that_has_only_just_started_can_be_stopped(settings: Settings) -> None:
    """The first news arrives about when the watch is told to end."""
    for number in range(8):
        with Site(settings) as site:
            site.wait(number * 0.004)


def test_an_outage_of_the_database_is_503_and_passes(own_server: Server, tmp_path: Path) -> None:
    url = own_server.url()
    env = environment(machine(tmp_path / "one", url), FIXBOOK_LOG_LEVEL="error")
    write_files(tmp_path / "content", edition(1))
    log = tmp_path / "log.txt"
    seen: list[tuple[float, int, str | None]] = []
    ended = threading.Event()

    def ask(port: int) -> None:
        number = 0
        while not ended.is_set():
            number += 1  # a question that nobody has asked before
            status, headers, _ = get(port, f"/api/v1/search?q=ECONNREFUSED+{number}")
            seen.append((time.monotonic(), status, headers.get("retry-after")))

    with running(env=env, log=log) as port:
        asking = threading.Thread(target=ask, args=[port])
        asking.start()
        time.sleep(0.5)
        own_server.stop()
        stopped = time.monotonic()
        time.sleep(2.0)
        own_server.start()
        started = time.monotonic()
        time.sleep(6.0)
        ended.set()
        asking.join()
    assert {status for _, status, _ in seen} == {200, 503}
    assert {retry is not None for _, status, retry in seen if status == 503} == {True}
    assert {status for at, status, _ in seen if stopped + 0.1 < at < started - 0.5} == {503}
    assert {status for at, status, _ in seen if at > started + 5} == {200}
    assert "s3cret" not in log.read_text()
