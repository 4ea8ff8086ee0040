"""Tests of how a query becomes a plan, over a small index."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from corpus.search.engine import Alternative, Clause, Field, IndexDocument, OpenIndex, Plan
from corpus.search.engines.registry import engine
from corpus.search.planner import PlannedQuery, lookup_plan, plan
from corpus.search.query import read_query
from corpus.search.tuning import (
    ACROSS_WORDS,
    INSIDE,
    NAME,
    OTHER_HITS,
    PART_BESIDE,
    STOP_WORD,
    SYNONYM,
    TYPO,
)
from corpus.store.filters import Filters, Sort
from corpus.text.analysis import terms
from corpus.text.word_pairs import pairs

TEXTS = (
    "connect ECONNREFUSED: the server is away",
    "the firewall drops packets until the timeout",
    "exit code 137 of the server, see package.json",
    "error E0382 in the configuration of the proxy",
    "端口被占用",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    whoosh, folder = engine("whoosh"), tmp_path_factory.mktemp("ranking") / "index"
    whoosh.write(folder, previous=None, changes=map(_document, range(len(TEXTS)), TEXTS))
    opened = whoosh.open(folder)
    yield opened
    opened.close()


def _document(number: int, text: str) -> IndexDocument:
    found = " ".join(terms(text))
    return IndexDocument(
        id=f"art_{number}",
        names=(),
        texts={**dict.fromkeys(Field, found), Field.PAIRS: " ".join(pairs(terms(text)))},
        labels=(),
        confidence=0,
        updated_ms=0,
    )


def planned(typed: str, index: OpenIndex) -> PlannedQuery:
    query = read_query(typed, Filters())
    return plan(query, index, words=query.text, pinned={}, lang="", sort=Sort.RELEVANCE)


def asked(typed: str, index: OpenIndex) -> set[tuple[str, ...]]:
    """Of each clause the terms of its alternatives."""
    clauses = planned(typed, index).plan.clauses
    return {tuple(" ".join(way.terms) for way in clause.alternatives) for clause in clauses}


def _weights(index: OpenIndex, typed: str) -> dict[str, float]:
    """What each way to satisfy a clause counts."""
    ways = (way for clause in planned(typed, index).plan.clauses for way in clause.alternatives)
    return {" ".join(way.terms): round(way.weight, 3) for way in ways}


@pytest.mark.parametrize(
    ("typed", "clauses"),
    [
        ("firewall", {("firewal",)}),
        ("the firewall of the server", {("firewal",), ("server",), ("the",), ("of",)}),
        ("package.json", {("package.json",), ("packag",), ("json",)}),
        ("serverPackets", {("server",), ("packet",)}),
        ("exit code 137", {("exit",), ("code",), ("exit:137", "137")}),
        ("连接被拒绝", {("connect", "econnrefused")} | {("econnrefused",)}),
        ("settings", set()),
        ("configuration", {("configur",)}),
        ("端口被占用", {("端口",), ("口被",), ("被占",), ("占用",)}),
        ("firewlal", {("firewal",)}),
        ("packetings", {("packet",)}),
        ("ECONNREFUSE", {("econnrefused",)}),
        ("E0383", set()),
        ("", set()),
    ],
)
def test_clauses(index: OpenIndex, typed: str, clauses: set[tuple[str, ...]]) -> None:
    assert asked(typed, index) == clauses


def test_a_code_of_digits_is_never_corrected(index: OpenIndex) -> None:
    assert planned("E0383", index).typos == {}
    assert planned("ECONREFUSED", index).typos == {"econrefused": ["econnrefused"]}


def test_a_word_with_a_typo_has_the_synonyms_of_what_is_meant(index: OpenIndex) -> None:
    weights = _weights(index, "conect refused")
    assert weights["econnrefused"] == round(weights["connect"] * SYNONYM, 3)


def test_a_word_weighs_more_than_a_part_a_synonym_or_a_word_of_grammar(index: OpenIndex) -> None:
    weights = partial(_weights, index)

    one = weights("firewall")["firewal"]
    assert weights("package.json") == {
        "package.json": one,
        "packag": round(one * PART_BESIDE, 3),
        "json": round(one * PART_BESIDE, 3),
    }
    assert weights("the firewall drops")["firewal"] == one
    assert weights("is drops") == {"drop": one, "is": round(one * STOP_WORD, 3)}
    assert weights("firewal") == {"firewal": round(one * TYPO, 3)}
    assert weights("连接被拒绝")["econnrefused"] == round(one * SYNONYM, 3)


def test_a_piece_that_two_chinese_words_share_weighs_less(tmp_path: Path) -> None:
    texts = ("唯一约束", "唯一", "唯一", "唯一", "约束", "约束", "约束")
    whoosh, folder = engine("whoosh"), tmp_path / "index"
    whoosh.write(folder, previous=None, changes=map(_document, range(len(texts)), texts))
    index = whoosh.open(folder)
    alone, between = (_weights(index, typed)["一约"] for typed in ("一约", "唯一约束"))
    index.close()
    assert between == round(alone * ACROSS_WORDS, 3)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("firewall drops packets", "firewall drops packets zqxwv"),
        ("firewall drops packets zqxwv", "firewall drops packets zqxwv jkjkj"),
        ("firewall drops packets zqxwv", "firewall drops packets E0383"),
        ("firewall drops zqxwv", "firewall drops packets zqxwv"),
    ],
)
def test_the_more_is_asked_the_higher_is_the_floor(index: OpenIndex, less: str, more: str) -> None:
    low, high = planned(less, index), planned(more, index)
    assert low.floor < high.floor
    assert low.plan.floor == low.floor * OTHER_HITS
    assert low.likely < high.likely


@pytest.mark.parametrize("value", ["42", "'my_value'", "10.1.2.3"])
def test_values_that_no_article_has_cost_nothing(index: OpenIndex, value: str) -> None:
    plain, filled = (planned(f"server proxy drops{rest}", index) for rest in ("", f" {value}"))
    assert plain.plan.floor == filled.plan.floor


def test_one_or_two_known_words_find_whatever_has_one(index: OpenIndex) -> None:
    assert planned("server proxy", index).plan.floor == 0.0
    assert planned("server zqxwv", index).plan.floor > 0.0


def test_neighbouring_words_count_where_an_article_has_them_side_by_side(index: OpenIndex) -> None:
    found = planned("is the server away or is away", index)
    assert list(found.plan.pairs) == ["the&server", "is&away"]


def test_a_whole_query_may_be_a_name_a_keyword_or_a_tag(index: OpenIndex) -> None:
    found = planned("Exit  Codes", index).plan
    assert found.names == {
        "name:exit_codes": NAME,
        "keyword:exit_codes": NAME,
        "tag:exit_codes": NAME,
    }


def test_a_name_inside_a_text_is_looked_up(index: OpenIndex) -> None:
    found = planned("12:5  error  Bad label  @scope/no-label-var", index).plan
    assert found.names["inside:nolabelvar"] == INSIDE


def test_phrases_and_minus(index: OpenIndex) -> None:
    found = planned('"the server" -timeout', index).plan
    assert found.phrases == (("the", "server"),)
    assert found.excluded == ("timeout",)


def test_a_language_is_preferred(index: OpenIndex) -> None:
    query = read_query("server", Filters())
    pinned = {"art_0": 2.0}
    made = plan(query, index, words="server", pinned=pinned, lang="zh", sort=Sort.UPDATED)
    found = made.plan
    assert (found.preferred, found.pinned, found.sort) == (
        {"level:executed": 6e-4, "level:attested": 4e-4, "level:stale": 2e-4, "lang:zh": 1e-3},
        {"art_0": 2.0},
        Sort.UPDATED,
    )


def test_a_lookup_asks_for_some_of_the_terms() -> None:
    filters = Filters(domains=("mcp",))
    assert lookup_plan(["a", "b"], Field.SIGNATURE, filters=filters) == Plan(
        boosts={Field.SIGNATURE: 1.0},
        clauses=(Clause((Alternative(("a",)),)), Clause((Alternative(("b",)),))),
        filters=filters,
    )
    both = lookup_plan(["a", "b"], Field.SIGNATURE, minimum=2, filters=filters)
    assert both.minimum == 2
