"""Three nodes, of which one is killed while searches run: no answer is ever wrong."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from corpus.errors import Unavailable
from corpus.search.engine import (
    Alternative,
    Change,
    Clause,
    Field,
    Hits,
    IndexDocument,
    OpenIndex,
    Plan,
    Removal,
)
from corpus.search.engines.opensearch.engine import OpenSearchEngine
from corpus.search.engines.opensearch.server import Server, read_server
from tests.opensearch.nodes import Node, started

_ARTICLES = 300
_ASKERS = 4
_BACK_SECONDS = 10.0
"""Within which all answers are there again."""
_FIRST, _SECOND = Path("opensearch-1"), Path("opensearch-2")


@pytest.fixture
def nodes() -> Iterator[list[Node]]:
    with started(3, heap="256m") as nodes:
        yield nodes


def server(nodes: list[Node]) -> Server:
    address = f"opensearch://{','.join(node.host for node in nodes)}/cluster"
    named = read_server(address)
    return Server(hosts=named.hosts, prefix=named.prefix, shards=3, replicas=1)


def document(number: int) -> IndexDocument:
    words = " ".join(f"word{each}" for each in range(1, 30) if number % each == 0)
    texts = {Field.BODY: words}
    return IndexDocument(
        id=f"{number:04}", names=(), texts=texts, labels=(), confidence=0, updated_ms=number
    )


def plan(number: int) -> Plan:
    clauses = tuple(Clause((Alternative((f"word{number + more}",)),)) for more in (0, 1))
    return Plan(boosts={Field.BODY: 1.0}, clauses=clauses)


def ask(index: OpenIndex, number: int) -> Hits:
    return index.search(plan(number), offset=0, limit=20)


class Askers:
    """Asks the same things again and again, and notes when there was no answer."""

    def __init__(self, index: OpenIndex) -> None:
        self._index = index
        self._right = {number: ask(index, number) for number in range(1, 28)}
        self._stop = Event()
        self.answers = 0
        self.unavailable: list[float] = []

    def run(self) -> None:
        """Until it is told to stop; raises AssertionError for a wrong answer."""
        while not self._stop.is_set():
            for number, right in self._right.items():
                try:
                    assert ask(self._index, number) == right
                    self.answers += 1
                except Unavailable:
                    self.unavailable.append(time.monotonic())

    def stop(self) -> None:
        self._stop.set()


def test_a_killed_node_makes_no_answer_wrong(nodes: list[Node]) -> None:
    engine = OpenSearchEngine(server(nodes))
    documents = [document(number) for number in range(1, _ARTICLES + 1)]
    engine.write(_FIRST, previous=None, changes=documents)
    askers = Askers(engine.open(_FIRST))
    with ThreadPoolExecutor(_ASKERS) as threads:
        asking = [threads.submit(askers.run) for _ in range(_ASKERS)]
        time.sleep(2)
        before, killed = askers.answers, time.monotonic()
        nodes[0].kill()  # it made the cluster and leads it
        time.sleep(_BACK_SECONDS)
        at_rest = askers.answers
        time.sleep(2)
        askers.stop()
        for each in asking:
            each.result()
    assert before > 0
    assert askers.answers > at_rest
    assert [when for when in askers.unavailable if when > killed + _BACK_SECONDS] == []
    assert [when for when in askers.unavailable if when < killed] == []
    changes: list[Change] = [Removal("0001"), document(_ARTICLES + 1)]
    engine.write(_SECOND, previous=_FIRST, changes=changes)
    assert engine.open(_SECOND).count() == _ARTICLES
    print(f"answers: {askers.answers}, 503: {len(askers.unavailable)}", end=" ")
    last = max(askers.unavailable, default=killed) - killed
    print(f"last {last:.1f} s after the kill")
