"""Killed at any moment while an ingest runs: no report that was answered with 2xx is lost."""

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection as Pipe

from sqlalchemy import select

from corpus.library import Library
from corpus.settings import Settings
from corpus.store import api_keys, schema
from corpus.store.api_keys import Scope
from ingest.pipeline import IngestOptions, ingest
from tests.api.site import Site
from tests.conftest import Ingested, write_files
from tests.factories import make_document, numbered_document

KILLS = int(os.environ.get("FIXBOOK_TEST_KILLS", "4"))
SPAWN = multiprocessing.get_context("spawn")
PATH = "/api/v1/articles/connection-refused/reports"
KEYS = 40


def report_forever(settings: Settings, tokens: list[str], first: int, acknowledged: Pipe) -> None:
    """Sends numbered reports, each key's in turn, and says which were answered with 201."""
    with Site(settings) as site:
        number = first
        while True:
            number += 1
            body = {"outcome": "worked", "note": str(number)}
            token = tokens[number % len(tokens)]
            answer = site.post(PATH, body, authorization=f"Bearer {token}")
            assert answer.status in (201, 503), answer
            if answer.status == 201:
                acknowledged.send(number)


def ingest_forever(settings: Settings) -> None:
    """Goes from one state of the articles to another and back."""
    library, folder = Library(settings), settings.content_dir
    number = 0
    while True:
        number += 1
        for at in range(10):
            write_files(folder, {f"{at}.md": numbered_document(at, title=f"{number} of {at}")})
        ingest(library, [folder], options=IngestOptions(processes=1))


def nursery(settings: Settings, tokens: list[str], pipe: Pipe) -> None:
    """Starts both when asked, by forks, which take no time."""
    while (first := pipe.recv()) is not None:
        if not (reporting := os.fork()):
            report_forever(settings, tokens, first, pipe)
        if not (ingesting := os.fork()):
            ingest_forever(settings)
        pipe.send((reporting, ingesting))
        for child in (reporting, ingesting):
            os.waitpid(child, 0)
        pipe.send(None)


def stored(settings: Settings) -> dict[str, int]:
    """The number of the last report of each key, as a process that starts now reads it."""
    library, table = Library(settings), schema.reports
    try:
        with library.database.reading() as connection:
            found = connection.execute(select(table.c.key_id, table.c.note))
            return {row.key_id: int(row.note) for row in found}
    finally:
        library.close()


def test_what_was_answered_is_stored(
    ingested: Ingested, settings: Settings, library: Library
) -> None:
    ingested({"connection-refused.md": make_document()})
    with library.database.recording() as connection:
        tokens = [api_keys.add(connection, f"key-{n}", [Scope.REPORT]) for n in range(KEYS)]
    ids = [token[3:11] for token in tokens]
    moments = random.Random(20261129)  # noqa: S311 - the same moments in each run
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=nursery, args=(settings, tokens, theirs))
    process.start()

    answered, last = dict[str, int](), 0
    for _ in range(KILLS):
        ours.send(last)
        children, numbers = None, list[int]()
        while children is None or not numbers:  # both run
            said = ours.recv()
            if isinstance(said, tuple):
                children = said
            else:
                numbers.append(said)
        time.sleep(moments.uniform(0, 0.5))
        for child in moments.sample(children, 2):
            os.kill(child, signal.SIGKILL)
        while (said := ours.recv()) is not None:
            numbers.append(said)
        answered |= {ids[number % KEYS]: number for number in numbers}
        last = max(numbers) + 1
        kept = stored(settings)
        assert {key: kept.get(key, 0) for key in answered if kept.get(key, 0) < answered[key]} == {}
    ours.send(None)
    process.join()
    assert len(answered) > 1
