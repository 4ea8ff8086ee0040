"""Killed at any moment while an ingest runs: no report or proposal that was answered with 2xx is
lost."""

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection as Pipe

import pytest
from sqlalchemy import select

from corpus.library import Library
from corpus.proposals import rows
from corpus.proposals.rows import OPEN
from corpus.settings import Settings
from corpus.store import api_keys, schema
from corpus.store.api_keys import Scope
from ingest.pipeline import IngestOptions, ingest
from tests.api.site import Site
from tests.conftest import Ingested, write_files
from tests.corpus.proposals.documents import proposed
from tests.factories import make_document, numbered_document

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("FIXBOOK_TEST_KILLS", "4"))
SPAWN = multiprocessing.get_context("spawn")
REPORTS = "/api/v1/articles/connection-refused/reports"
PROPOSALS = "/api/v1/proposals"
KEYS = 40


def send_forever(settings: Settings, tokens: list[str], first: int, acknowledged: Pipe) -> None:
    """Sends numbered reports and proposals, each key's in turn; says the number of each report
    that was answered with 201, and the id of each proposal that was answered with 202."""
    with Site(settings) as site:
        number = first
        while True:
            number += 1
            key = f"Bearer {tokens[number % len(tokens)]}"
            body = {"outcome": "worked", "note": str(number)}
            answer = site.post(REPORTS, body, authorization=key)
            assert answer.status in (201, 503), answer
            if answer.status == 201:
                acknowledged.send(number)
            document = proposed(slug=f"notes-{number}", id_=f"art_Notes{number:06}")
            answer = site.post(
                PROPOSALS, document.encode(), authorization=key, content_type="text/markdown"
            )
            assert answer.status in (202, 429, 503), answer  # 429: so many are open already
            if answer.status == 202:
                acknowledged.send(answer.json["data"]["id"])


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
        if not (sending := os.fork()):
            send_forever(settings, tokens, first, pipe)
        if not (ingesting := os.fork()):
            ingest_forever(settings)
        pipe.send((sending, ingesting))
        for child in (sending, ingesting):
            os.waitpid(child, 0)
        pipe.send(None)


def stored(settings: Settings) -> tuple[dict[str, int], set[str]]:
    """The number of the last report of each key, and the ids of all proposals, as a process that
    starts now reads them."""
    library, table = Library(settings), schema.reports
    try:
        with library.database.reading() as connection:
            found = connection.execute(select(table.c.key_id, table.c.note))
            numbers = {row.key_id: int(row.note) for row in found}
            return numbers, {each.id for each in rows.with_status(connection, OPEN)}
    finally:
        library.close()


def test_what_was_answered_is_stored(
    ingested: Ingested, settings: Settings, library: Library
) -> None:
    ingested({"connection-refused.md": make_document()})
    scopes = [Scope.REPORT, Scope.PROPOSE]
    with library.database.recording() as connection:
        tokens = [api_keys.add(connection, f"key-{n}", scopes) for n in range(KEYS)]
    ids = [token[3:11] for token in tokens]
    moments = random.Random(20261129)  # noqa: S311 - the same moments in each run
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=nursery, args=(settings, tokens, theirs))
    process.start()

    reports, proposals, last = dict[str, int](), set[str](), 0
    for _ in range(KILLS):
        ours.send(last)
        children, answered = None, list[int | str]()
        while children is None or len(answered) < 2:  # both run
            said = ours.recv()
            if isinstance(said, tuple):
                children = said
            else:
                answered.append(said)
        time.sleep(moments.uniform(0, 0.5))
        for child in moments.sample(children, 2):
            os.kill(child, signal.SIGKILL)
        while (said := ours.recv()) is not None:
            answered.append(said)
        numbers = [each for each in answered if isinstance(each, int)]
        reports |= {ids[number % KEYS]: number for number in numbers}
        proposals |= {each for each in answered if isinstance(each, str)}
        last = max([last, *numbers]) + 2
        kept, waiting = stored(settings)
        assert {key: kept.get(key, 0) for key in reports if kept.get(key, 0) < reports[key]} == {}
        assert proposals - waiting == set()
    ours.send(None)
    process.join()
    print(f"{KILLS} kills, reports of {len(reports)} keys, {len(proposals)} proposals")
    assert len(reports) > 1
    assert proposals
