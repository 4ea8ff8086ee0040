"""Rarity: counted where there is something to count, usual where there is not."""

from collections.abc import Iterator, Mapping

import pytest

from corpus.search.engine import Field, IndexDocument, OpenIndex
from corpus.search.engines.registry import engine
from corpus.search.term_statistics import weigher
from corpus.text.term_weights import FEW, LEAST_CODE, LITTLE, UNKNOWN, USUAL, idf, telling

TEXTS = ("the server is away", "a server of the proxy", "exit:137", "disk", "port")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    whoosh, folder = engine("whoosh"), tmp_path_factory.mktemp("rarity") / "index"
    whoosh.write(folder, previous=None, changes=map(_document, range(len(TEXTS)), TEXTS))
    opened = whoosh.open(folder)
    yield opened
    opened.close()


def _document(number: int, text: str) -> IndexDocument:
    texts: Mapping[Field, str] = dict.fromkeys(Field, text)
    return IndexDocument(
        id=f"art_{number}", names=(), texts=texts, labels=(), confidence=0, updated_ms=0
    )


def test_a_rare_term_weighs_more(index: OpenIndex) -> None:
    weight = weigher(index, Field.BODY)
    assert weight("server") == idf(2, 5)
    assert weight("zqxwv") == idf(0, 5)
    assert idf(0, 5) > idf(1, 5) > idf(5, 5) > 0


def test_where_nothing_can_be_counted_a_term_tells_what_its_kind_does() -> None:
    weight, most = telling(lambda _: 0.0, 0), idf(0, 0)
    assert weight(UNKNOWN) == most
    assert weight("segment") == USUAL * most
    assert (weight("the"), weight("error")) == (LITTLE * most, LITTLE * most)
    assert weight("econnrefused") == USUAL * most


def test_what_was_counted_counts_as_the_corpus_grows() -> None:
    few, many = telling(lambda _: 1.0, FEW), telling(lambda _: 1.0, 1_000_000)
    assert few("segment") == (USUAL * idf(0, FEW) + 1.0) / 2
    assert many("segment") == pytest.approx(1.0, abs=0.001)


def test_a_code_tells_something_even_if_every_article_has_it() -> None:
    documents = 1_000_000
    weight = telling(lambda _: idf(documents, documents), documents)
    assert weight("econnrefused") == LEAST_CODE * idf(0, documents)
    assert weight("segment") < 0.001
