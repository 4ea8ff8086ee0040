"""The labelled sets as a test: floors for every kind of query, on every engine.

A floor is a little below what is measured, so that one query more or less does not fail.
`python -m tests.relevance.measure whoosh tantivy` prints the numbers.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.document.article import Article
from corpus.search.highlight import Highlight
from corpus.search.reading import Reading
from corpus.search.service import SearchRequest, search
from corpus.store import articles
from corpus.store.filters import Filters, Sort
from corpus.store.queries.catalog import newest
from tests.opensearch import address
from tests.relevance.measure import (
    FOLDER,
    NEGATIVE,
    Answered,
    Row,
    answers,
    read_cases,
    reciprocal,
    rows,
    table,
)
from tests.shared_corpus import SharedCorpus
from tests.static_models import wordllama

FLOORS = {
    ("search MRR@10", "code"): 1.0,
    ("search MRR@10", "message"): 0.98,
    ("search MRR@10", "log"): 0.95,
    ("search MRR@10", "question"): 0.98,
    ("search MRR@10", "name"): 0.98,
    ("search MRR@10", "chinese"): 0.96,
    ("search MRR@10", "mixed"): 0.87,
    ("search MRR@10", "typo"): 0.94,
    ("search MRR@10", "punctuation"): 0.93,
    ("search hit@1", "code"): 1.0,
    ("search hit@1", "message"): 0.97,
    ("diagnosis MRR@10", "message"): 0.97,
    ("diagnosis MRR@10", "log"): 0.95,
    ("search MRR@10", "asked"): 0.885,
    ("search hit@3", "asked"): 0.92,
    ("search MRR@10", "held out"): 0.85,
    ("search hit@3", "held out"): 0.93,
    ("search MRR@10", "asked zh"): 0.86,
    ("search hit@3", "asked zh"): 0.95,
    ("search MRR@10", "held out zh"): 0.78,
    ("search hit@3", "held out zh"): 0.81,
    ("search finds nothing", "nothing"): 0.71,
    ("search finds nothing", "off topic"): 0.54,
    ("search is sure of nothing", "nothing"): 0.95,
    ("search is sure of nothing", "off topic"): 0.93,
    ("precision of search", "exact"): 0.99,
    ("precision of search", "likely"): 0.96,
    ("diagnosis finds nothing", "nothing"): 0.87,
    ("diagnosis finds nothing", "unclaimed"): 0.47,
    ("precision of outcome", "exact"): 0.985,
    ("precision of outcome", "likely"): 0.89,
}

FLOORS_WITH_VECTORS = {
    ("search MRR@10", "asked"): 0.87,
    ("search hit@3", "asked"): 0.93,
    ("search MRR@10", "held out"): 0.86,
    ("search hit@3", "held out"): 0.93,
    ("search MRR@10", "question"): 0.98,
    ("search finds nothing", "nothing"): 0.73,
    ("search finds nothing", "off topic"): 0.6,
}
WITH_VECTORS = ("asked", "held out", "question", "off topic", "nothing")
WITHOUT = ("code", "message", "log", "name", "typo", "chinese", "mixed", "asked zh", "held out zh")

EVERY = {"whoosh": 12, "tantivy": 3}
"""Of how many names one is asked for: engines rank them alike, and content has thousands."""


@pytest.fixture(
    scope="module",
    params=["whoosh", "tantivy", *(["opensearch"] if address.IS_THERE else [])],
)
def reading(request: pytest.FixtureRequest, shared_corpus: SharedCorpus) -> Iterator[Reading]:
    engine: str = request.param
    url = address.private() if engine == "opensearch" else engine
    with shared_corpus.reading(url) as reading:
        yield reading


@pytest.fixture(scope="module")
def answered(reading: Reading) -> list[Answered]:
    """What is answered to all cases."""
    return answers(reading, read_cases())


def test_every_kind_of_query_reaches_its_floor(answered: list[Answered]) -> None:
    found = rows("measured", answered)
    low = [row for row in found if row.value < FLOORS.get((row.measure, row.kind), 0.0)]
    assert low == [], table(found)
    assert {(row.measure, row.kind) for row in found} >= set(FLOORS)


@pytest.mark.parametrize("reading", ["tantivy"], indirect=True)
def test_vectors_add_to_questions_in_words_and_change_nothing_else(
    answered: list[Answered], shared_corpus: SharedCorpus, tmp_path: Path
) -> None:
    model = wordllama(tmp_path / "model")
    plain = [one for one in answered if one.case.kind in (*WITH_VECTORS, *WITHOUT)]
    with shared_corpus.reading("tantivy", vectors=model) as reading:
        found = answers(reading, [one.case for one in plain])
    changed = {one.case.kind for one, other in zip(plain, found, strict=True) if one != other}
    assert changed & {*WITHOUT} == set()
    values = {(row.measure, row.kind): row.value for row in rows("with vectors", found)}
    low = {key: values[key] for key, floor in FLOORS_WITH_VECTORS.items() if values[key] < floor}
    assert low == {}


def test_an_article_comes_first_by_its_names_and_questions(reading: Reading) -> None:
    lost = [
        (text, article.slug)
        for article in _articles(reading)[:: EVERY.get(reading.engine, 1)]
        for text in _names(article)
        if _first(reading, text, 1) != [article.slug]
    ]
    assert lost == []


def test_those_with_a_keyword_or_tag_come_before_those_without(reading: Reading) -> None:
    having: defaultdict[str, set[str]] = defaultdict(set)
    for article in _articles(reading):
        for word in (*article.metadata.keywords, *article.metadata.tags):
            having[word.casefold()].add(article.slug)
    lost = {
        word: slugs
        for word, slugs in [*having.items()][:: EVERY.get(reading.engine, 1)]
        if not slugs <= set(_first(reading, word, max(len(slugs), 3)))
    }
    assert lost == {}


def _articles(reading: Reading) -> list[Article]:
    page = newest(reading.connection, Filters(), sort=Sort.UPDATED, offset=0, limit=1_000)
    return [entry.article for entry in articles.load(reading.connection, page.items)]


def _names(article: Article) -> Iterator[str]:
    yield from (article.slug, article.metadata.id, article.metadata.code or article.slug)
    for translation in article.translations:
        yield translation.title
        yield from (qa.question for qa in translation.questions)


def _first(reading: Reading, text: str, number: int) -> list[str]:
    page = search(reading, SearchRequest(q=text, page_size=number, highlight=Highlight.NONE))
    return [item.summary.slug for item in page.items]


def test_the_set_is_large_enough_and_whole() -> None:
    cases = read_cases()
    positive = [case for case in cases if case.kind not in NEGATIVE]
    assert len(positive) >= 300
    assert all(case.expected for case in positive)
    assert sum(case.kind == "nothing" for case in cases) >= 40
    named = (FOLDER / "queries.tsv").read_text("utf-8")
    assert [p.name for p in sorted(Path(FOLDER / "logs").iterdir()) if p.name not in named] == []


@pytest.mark.parametrize(
    ("slugs", "expected"),
    [(["a", "b"], 1.0), (["b", "a"], 0.5), (["b"], 0.0), ([], 0.0)],
)
def test_the_reciprocal_rank_of_an_expected_slug(slugs: list[str], expected: float) -> None:
    assert reciprocal(slugs, frozenset({"a"})) == expected


def test_the_table_has_engines_side_by_side() -> None:
    found = [
        Row(engine=engine, measure="search hit@1", kind="code", cases=2, value=value)
        for engine, value in (("whoosh", 1.0), ("tantivy", 0.5))
    ]
    assert table(found).splitlines() == [
        "measure                  kind         cases   whoosh  tantivy",
        "search hit@1             code             2    1.000    0.500",
    ]
