"""Indexes on a server: what is swept, what an alias names, how several shards agree."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import IndexMissing, Unavailable
from corpus.search.engine import Alternative, Change, Clause, Field, IndexDocument, Plan, Removal
from corpus.search.engines.opensearch.client import Cluster
from corpus.search.engines.opensearch.engine import OpenSearchEngine
from corpus.search.engines.opensearch.server import Server, read_server
from corpus.store.filters import Sort
from tests.opensearch import address

ROOT = Path("index")


@pytest.fixture
def server() -> Server:
    return read_server(address.private("life-"))


def document(id_: str, body: str = "x", *, updated_ms: int = 0) -> IndexDocument:
    return IndexDocument(
        id=id_, names=(), texts={Field.BODY: body}, labels=(), confidence=0, updated_ms=updated_ms
    )


def plan(*terms: str, sort: Sort = Sort.RELEVANCE) -> Plan:
    clauses = tuple(Clause((Alternative((term,)),)) for term in terms)
    return Plan(boosts={Field.BODY: 1.0}, clauses=clauses, sort=sort)


def write(engine: OpenSearchEngine, name: str, *ids: str) -> None:
    engine.write(ROOT / name, previous=None, changes=[document(id_) for id_ in ids])


def about(server: Server, of: str = "*") -> dict[str, Any]:
    return Cluster(server).read(f"/{server.prefix}{of}", params={"flat_settings": "true"})


def test_a_sealed_index_is_read_only_and_has_its_copies(server: Server) -> None:
    engine = OpenSearchEngine(replace(server, shards=2, replicas=3))
    write(engine, "opensearch-1", "a")
    settings = about(server, "-opensearch-1")[f"{server.prefix}-opensearch-1"]["settings"]
    assert settings["index.number_of_shards"] == "2"
    assert settings["index.number_of_replicas"] == "3"
    assert settings["index.blocks.write"] == "true"
    with pytest.raises(Unavailable):
        Cluster(server).change("PUT", f"/{server.prefix}-opensearch-1/_doc/b", {"id": "b"})


def test_a_sweep_leaves_what_is_kept_and_draws_the_alias_to_the_newest(server: Server) -> None:
    engine = OpenSearchEngine(server)
    names = ["opensearch-00000009-aa", "opensearch-00000010-bb", "opensearch-00000011-cc"]
    for name in names:
        write(engine, name, "a")
    engine.sweep(ROOT, keep=names[1:].__contains__)
    told = about(server)
    assert sorted(told) == [f"{server.prefix}-{name}" for name in names[1:]]
    assert [*about(server, "")] == [f"{server.prefix}-{names[2]}"]
    engine.sweep(ROOT, keep=names[:2].__contains__)
    assert [*about(server, "")] == [f"{server.prefix}-{names[1]}"]
    engine.sweep(ROOT, keep=lambda _name: False)
    assert about(server) == {}


def test_a_sweep_touches_nothing_of_others(server: Server) -> None:
    other = replace(server, prefix=f"{server.prefix}-opensearch-x")
    write(OpenSearchEngine(other), "opensearch-1", "a")
    Cluster(server).change("PUT", f"/{server.prefix}-opensearch-notes")
    OpenSearchEngine(server).sweep(ROOT, keep=lambda _name: False)
    assert sorted(about(server)) == [
        f"{server.prefix}-opensearch-notes",
        f"{server.prefix}-opensearch-x-opensearch-1",
    ]


def test_a_sweep_without_a_server_is_put_off(caplog: pytest.LogCaptureFixture) -> None:
    OpenSearchEngine(replace(read_server("opensearch://127.0.0.1:9"))).sweep(
        ROOT, keep=lambda _name: False
    )
    assert "old search indexes are left for the next time" in caplog.text


def test_what_a_killed_write_left_is_never_opened_and_is_swept(server: Server) -> None:
    engine = OpenSearchEngine(server)
    write(engine, "opensearch-1", "a")

    def killed() -> Any:
        yield document("b")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.write(ROOT / "opensearch-2", previous=ROOT / "opensearch-1", changes=killed())
    with pytest.raises(IndexMissing):
        engine.open(ROOT / "opensearch-2")
    with pytest.raises(IndexMissing):
        engine.write(ROOT / "opensearch-3", previous=ROOT / "opensearch-2", changes=[])
    engine.sweep(ROOT, keep="opensearch-1".__eq__)
    assert [*about(server)] == [f"{server.prefix}-opensearch-1"]


def test_an_index_that_lost_articles_is_missing(server: Server) -> None:
    engine = OpenSearchEngine(server)
    write(engine, "opensearch-1", "a", "b")
    name = f"/{server.prefix}-opensearch-1"
    cluster = Cluster(server)
    cluster.change("PUT", f"{name}/_settings", {"index.blocks.write": False})
    cluster.change("DELETE", f"{name}/_doc/a", params={"refresh": "true"})
    with pytest.raises(IndexMissing, match=r"^the search index is damaged$"):
        engine.open(ROOT / "opensearch-1")


def test_an_index_has_no_remains_of_what_was_changed(server: Server) -> None:
    engine = OpenSearchEngine(server)
    write(engine, "opensearch-1", *map(str, range(100)))
    changes: list[Change] = []
    for n in range(50):
        changes += [Removal(str(n)), document(str(n), "y")]
    engine.write(ROOT / "opensearch-2", previous=ROOT / "opensearch-1", changes=changes)
    index = engine.open(ROOT / "opensearch-2")
    assert [index.frequency(term, Field.BODY) for term in ("x", "y")] == [50, 50]


def _texts(choice: random.Random, count: int) -> list[IndexDocument]:
    def text() -> str:
        ranks = (min(60, int(choice.paretovariate(0.8))) for _ in range(choice.randrange(3, 60)))
        return " ".join(f"word{rank}" for rank in ranks)

    return [document(f"{n:03}", text(), updated_ms=choice.randrange(5)) for n in range(count)]


@pytest.mark.parametrize("sort", list(Sort))
def test_the_number_of_shards_changes_nothing(
    server: Server, sort: Sort, request: pytest.FixtureRequest
) -> None:
    choice = random.Random(7)  # noqa: S311 - the same on every run
    documents = _texts(choice, 300)
    whole, divided = (
        OpenSearchEngine(replace(server, shards=shards, prefix=f"{server.prefix}-{shards}"))
        for shards in (1, 5)
    )
    indexes = []
    for engine in (whole, divided):
        request.addfinalizer(_sweeping(engine))
        engine.write(ROOT / "opensearch-1", previous=None, changes=documents[:200])
        changes: list[Change] = [Removal(f"{n:03}") for n in range(0, 100, 3)]
        changes += documents[200:]
        engine.write(ROOT / "opensearch-2", previous=ROOT / "opensearch-1", changes=changes)
        indexes.append(engine.open(ROOT / "opensearch-2"))
    one, five = indexes
    for _ in range(40):
        asked = plan(*(f"word{choice.randrange(1, 62)}" for _ in range(3)), sort=sort)
        assert five.search(asked, offset=3, limit=20) == one.search(asked, offset=3, limit=20)
    for number in range(1, 62):
        term = f"word{number}"
        assert five.frequency(term, Field.BODY) == one.frequency(term, Field.BODY)
        assert five.similar(term, limit=9) == one.similar(term, limit=9)


def _sweeping(engine: OpenSearchEngine) -> Callable[[], None]:
    return lambda: engine.sweep(ROOT, keep=lambda _name: False)
