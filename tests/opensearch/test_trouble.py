"""Passwords, certificates, and a server that is ill: never an empty answer, never a wait."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from corpus.errors import IndexMissing, Unavailable
from corpus.search.engine import Alternative, Clause, Field, IndexDocument, OpenIndex, Plan
from corpus.search.engines.opensearch.circuit_breaker import FAILURES
from corpus.search.engines.opensearch.server import Server, read_server
from corpus.search.engines.registry import engine
from tests.api.process import PATIENCE
from tests.opensearch import address
from tests.opensearch.front import Front, Reply, make_certificate, standing

PLAN = Plan(boosts={Field.BODY: 1.0}, clauses=(Clause((Alternative(("x",)),)),))


def document(id_: str, body: str = "x") -> IndexDocument:
    return IndexDocument(
        id=id_, names=(), texts={Field.BODY: body}, labels=(), confidence=0, updated_ms=0
    )


def target() -> str:
    host, port = read_server(address.private()).hosts[0]
    return f"{host}:{port}"


def written(url: str, server: Server | None = None, *, documents: int = 2) -> OpenIndex:
    made = engine(url, server)
    folder = Path("opensearch-0")
    made.write(folder, previous=None, changes=[document(str(n)) for n in range(documents)])
    return made.open(folder)


def found(index: OpenIndex) -> list[str]:
    return [hit.id for hit in index.search(PLAN, offset=0, limit=1000).items]


# Who asks


def test_user_password_and_certificate_are_used(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    with standing(Front(target(), password="p@ss:w"), certificate=certificate) as front:  # noqa: S106
        url = f"opensearchs://ada:p%40ss%3Aw@127.0.0.1:{front.port}/t"
        server = read_server(url)
        index = written(url, replace(server, ca=tmp_path / "certificate.pem"))
        assert found(index) == ["0", "1"]


def test_a_certificate_of_nobody_known_is_refused(tmp_path: Path) -> None:
    with (
        standing(Front(target()), certificate=make_certificate(tmp_path)) as front,
        pytest.raises(Unavailable, match=r"^the certificate of the search server is not"),
    ):
        engine(f"opensearchs://127.0.0.1:{front.port}/t").open(Path("opensearch-0"))


def test_a_wrong_password_is_said_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with standing(Front(target(), password="right")) as front:  # noqa: S106
        made = engine(f"opensearch://ada:wr0ng@127.0.0.1:{front.port}/t")
        with pytest.raises(Unavailable) as raised:
            made.open(Path("opensearch-0"))
    assert raised.value.message == "the search server does not accept the user or the password"
    assert "wr0ng" not in f"{caplog.text}{raised.value!r}{raised.value.__cause__!r}"


def test_what_is_asked_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with standing(Front(target(), instead=_failing("_search", 400))) as front:
        index = written(f"opensearch://127.0.0.1:{front.port}/{address.private('t')[-8:]}")
        private = Plan(boosts={Field.BODY: 1.0}, clauses=(Clause((Alternative(("s3cret",)),)),))
        with pytest.raises(Unavailable, match=r"^the search server refused a request$"):
            index.search(private, offset=0, limit=5)
    assert "refused a request: 400" in caplog.text
    assert "s3cret" not in caplog.text


# A server that is ill


def _failing(part: str, status: int, *, times: int = 1_000) -> Callable[[str, bytes], Reply | None]:
    """Replies with a status to the first requests for paths with that part."""
    left = [times]

    def instead(path: str, _body: bytes) -> Reply | None:
        if part not in path or not left[0]:
            return None
        left[0] -= 1
        return status, b'{"error": {"type": "ill", "reason": "s3cret"}}'

    return instead


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_question_is_asked_again(status: int) -> None:
    with standing(Front(target(), instead=_failing("_search", status, times=2))) as front:
        index = written(f"opensearch://127.0.0.1:{front.port}/{address.private()[-8:]}")
        assert found(index) == ["0", "1"]
    assert sum("_search" in path for path in front.asked) == 3


def test_a_question_is_not_asked_for_ever_and_then_not_at_all() -> None:
    with standing(Front(target(), instead=_failing("_search", 503))) as front:
        index = written(f"opensearch://127.0.0.1:{front.port}/{address.private()[-8:]}")
        for _ in range(FAILURES + 3):
            with pytest.raises(Unavailable):
                found(index)
        assert sum("_search" in path for path in front.asked) == 4 * FAILURES
        front.instead = lambda _path, _body: None
        time.sleep(3.1)
        assert found(index) == ["0", "1"]


def test_a_missing_shard_is_no_answer() -> None:
    with standing(Front(target())) as front:
        index = written(f"opensearch://127.0.0.1:{front.port}/{address.private()[-8:]}")
        found(index)
        assert "allow_partial_search_results=false" in front.asked[-1]


def test_an_index_that_was_deleted_is_missing() -> None:
    made = engine(address.private())
    folder = Path("opensearch-0")
    made.write(folder, previous=None, changes=[document("a")])
    index = made.open(folder)
    index.check()
    made.sweep(Path(), keep=lambda _name: False)
    for ask in (index.check, lambda: found(index), lambda: index.frequency("x", Field.BODY)):
        with pytest.raises(IndexMissing):
            ask()


def test_nobody_there_is_said_at_once() -> None:
    made = engine("opensearch://127.0.0.1:9/t")
    for _ in range(50):
        with pytest.raises(Unavailable, match=r"^the search server does not answer$"):
            made.open(Path("opensearch-0"))


def test_what_failed_of_several_searches_is_asked_for_again() -> None:
    def instead(path: str, _body: bytes) -> Reply | None:
        refused = json.dumps({"responses": [{"status": 429}, {"status": 503}]}).encode()
        return (200, refused) if "_msearch" in path else None

    with standing(Front(target(), instead=instead)) as front:
        index = written(f"opensearch://127.0.0.1:{front.port}/{address.private()[-8:]}")
        found = index.search_each([PLAN, PLAN], limit=1000)
        assert [[hit.id for hit in hits.items] for hits in found] == [["0", "1"]] * 2
        assert sum("/_search" in path for path in front.asked) == 2


def test_a_server_that_does_not_answer_in_time_is_not_waited_for() -> None:
    def late(path: str, _body: bytes) -> Reply | None:
        if "_search" in path:
            ended.wait(PATIENCE)
        return None

    ended = Event()
    with standing(Front(target(), instead=late)) as front:
        url = f"opensearch://127.0.0.1:{front.port}/{address.private()[-8:]}"
        index = written(url, replace(read_server(url), timeout=0.3))
        with pytest.raises(Unavailable):
            found(index)
        ended.set()  # it was not waited for: nothing has come until now


def test_another_host_answers_where_one_is_away() -> None:
    host, port = read_server(address.private()).hosts[0]
    index = written(f"opensearch://127.0.0.1:9,{host}:{port}/{address.private()[-8:]}")
    for _ in range(10):
        assert found(index) == ["0", "1"]


# Writing


def test_a_busy_server_gets_the_articles_later() -> None:
    with standing(Front(target(), instead=_failing("_bulk", 429, times=3))) as front:
        index = written(f"opensearch://127.0.0.1:{front.port}/{address.private()[-8:]}")
        assert found(index) == ["0", "1"]


def test_articles_that_a_busy_server_left_out_are_sent_again() -> None:
    sent: list[bytes] = []

    def instead(path: str, body: bytes) -> Reply | None:
        if "_bulk" not in path:
            return None
        sent.append(body)
        if len(sent) > 1:
            return None
        lines = [json.loads(line) for line in body.splitlines()]
        items = [{"index": {"_id": head["index"]["_id"], "status": 429}} for head in lines[::2]]
        return 200, json.dumps({"errors": True, "items": items}).encode()

    with standing(Front(target(), instead=instead)) as front:
        url = f"opensearch://127.0.0.1:{front.port}/{address.private()[-8:]}"
        index = written(url, documents=5)
        assert len(found(index)) == 5
    assert sent[0] == sent[1]


@pytest.mark.parametrize("status", [400, 500])
def test_an_article_that_is_refused_leaves_no_index(status: int) -> None:
    def instead(path: str, _body: bytes) -> Reply | None:
        items = [{"index": {"_id": "0", "status": status}}]
        refused = json.dumps({"errors": True, "items": items}).encode()
        return (200, refused) if "_bulk" in path else None

    with standing(Front(target(), instead=instead)) as front:
        made = engine(f"opensearch://127.0.0.1:{front.port}/{address.private()[-8:]}")
        with pytest.raises(Unavailable, match=r"^the search server refused an article$"):
            made.write(Path("opensearch-0"), previous=None, changes=[document("0")])
        with pytest.raises(IndexMissing):
            made.open(Path("opensearch-0"))


def test_an_index_that_lacks_articles_is_not_sealed() -> None:
    def instead(path: str, _body: bytes) -> Reply | None:
        return (200, b'{"count": 1}') if "_count" in path else None

    with standing(Front(target(), instead=instead)) as front:
        made = engine(f"opensearch://127.0.0.1:{front.port}/{address.private()[-8:]}")
        documents = [document("a"), document("b")]
        with pytest.raises(Unavailable, match=r"^the search server has 1 of 2 articles$"):
            made.write(Path("opensearch-0"), previous=None, changes=documents)
        front.instead = lambda _path, _body: None
        with pytest.raises(IndexMissing):
            made.open(Path("opensearch-0"))


def test_a_large_index_is_sent_in_parts() -> None:
    with standing(Front(target())) as front:
        made = engine(f"opensearch://127.0.0.1:{front.port}/{address.private()[-8:]}")
        many = (document(str(n), "x " + f"filler{n} " * 40_000) for n in range(30))
        made.write(Path("opensearch-0"), previous=None, changes=many)
        assert made.open(Path("opensearch-0")).count() == 30
    assert sum("_bulk" in path for path in front.asked) == 3
