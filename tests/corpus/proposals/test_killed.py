"""Killed at any moment while an ingest runs: no proposal that was answered with 2xx is lost."""

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection as Pipe

import pytest

from corpus.library import Library
from corpus.proposals import rows
from corpus.proposals.rows import OPEN
from corpus.settings import Settings
from corpus.store import api_keys
from corpus.store.api_keys import Scope
from ingest.pipeline import IngestOptions, ingest
from tests.api.site import Site
from tests.conftest import Ingested, write_files
from tests.corpus.proposals.documents import proposed
from tests.factories import make_document, numbered_document

KILLS = int(os.environ.get("FIXBOOK_TEST_KILLS", "2"))
SPAWN = multiprocessing.get_context("spawn")
KEYS = 45


def propose_forever(settings: Settings, tokens: list[str], first: int, answered: Pipe) -> None:
    """Sends numbered proposals, each key's in turn, and says which were answered with 202."""
    with Site(settings) as site:
        for number in range(first, first + 20 * len(tokens)):
            answer = site.post(
                "/api/v1/proposals",
                proposed(slug=f"notes-{number}", id_=f"art_Notes{number:05}").encode(),
                authorization=f"Bearer {tokens[number % len(tokens)]}",
                content_type="text/markdown",
            )
            assert answer.status in (202, 503), answer
            if answer.status == 202:
                answered.send(answer.json["data"]["id"])
    time.sleep(60)


def ingest_forever(settings: Settings) -> None:
    """Goes from one state of the articles to another and back."""
    library, folder = Library(settings), settings.content_dir
    number = 0
    while True:
        number += 1
        files = {f"{at}.md": numbered_document(at, title=f"{number} of {at}") for at in range(10)}
        write_files(folder, files)
        ingest(library, [folder], options=IngestOptions(processes=1))


def stored(settings: Settings) -> set[str]:
    """As a process that starts now reads them."""
    library = Library(settings)
    try:
        with library.database.reading() as connection:
            return {each.id for each in rows.with_status(connection, OPEN)}
    finally:
        library.close()


@pytest.mark.slow
def test_what_was_answered_is_stored(
    ingested: Ingested, settings: Settings, library: Library
) -> None:
    ingested({"connection-refused.md": make_document()})
    with library.database.recording() as connection:
        tokens = [api_keys.add(connection, f"key-{n}", [Scope.PROPOSE]) for n in range(KEYS)]
    moments = random.Random(20261129)  # noqa: S311 - the same moments in each run
    known: set[str] = set()
    for kill in range(KILLS):
        ours, theirs = SPAWN.Pipe()
        first = 1 + kill * 1_000
        children = [
            SPAWN.Process(target=propose_forever, args=(settings, tokens, first, theirs)),
            SPAWN.Process(target=ingest_forever, args=(settings,)),
        ]
        for child in children:
            child.start()
        theirs.close()
        known.add(ours.recv())
        time.sleep(moments.uniform(0, 0.7))
        for child in moments.sample(children, 2):
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            child.join()
        while ours.poll():
            try:
                known.add(ours.recv())
            except EOFError:
                break
        assert known - stored(settings) == set()
    assert len(known) >= KILLS
