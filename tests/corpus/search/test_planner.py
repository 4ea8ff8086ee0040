"""Tests of how a query becomes a plan, over a small index."""

from collections.abc import Iterator

import pytest

from corpus.search.engine import Alternative, Clause, Field, IndexDocument, OpenIndex, Plan
from corpus.search.engines.registry import engine
from corpus.search.planner import (
    NAME,
    PARTS,
    PARTS_BESIDE,
    READING,
    SYNONYM,
    TYPO,
    lookup_plan,
    plan,
)
from corpus.search.query import read_query
from corpus.store.filters import Filters, Sort
from corpus.text.analysis import terms

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
        texts={Field.KEY: found, Field.BODY: found, Field.SIGNATURE: found},
        labels=(),
        confidence=0,
        updated_ms=0,
    )


def planned(typed: str, index: OpenIndex) -> Plan:
    query = read_query(typed, Filters())
    return plan(query, index, pinned={}, lang="", sort=Sort.RELEVANCE)


def asked(typed: str, index: OpenIndex) -> tuple[list[list[tuple[str, float]]], int]:
    """The clauses, each alternative as its terms and its weight, and the minimum."""
    found = planned(typed, index)
    clauses = [
        [(" ".join(way.terms), way.weight) for way in clause.alternatives]
        for clause in found.clauses
    ]
    return clauses, found.minimum


@pytest.mark.parametrize(
    ("typed", "clauses", "minimum"),
    [
        ("firewall", [[("firewal", 1.0)]], 1),
        ("the firewall of the server", [[("firewal", 1.0)], [("server", 1.0)]], 2),
        ("what is the", [[("is", 1.0)], [("the", 1.0)]], 2),
        ("package.json", [[("package.json", 1.0), ("packag json", PARTS_BESIDE)]], 1),
        ("serverPackets", [[("server packet", PARTS)]], 1),
        (
            "exit code 137",
            [[("exit", 1.0)], [("code", 1.0)], [("exit:137", 1.0), ("137", READING)]],
            2,
        ),
        ("连接被拒绝", [[("econnrefused", SYNONYM)]] * 4, 3),
        ("settings", [], 1),
        ("configuration", [[("configur", 1.0)]], 1),
        ("端口被占用", [[("端口", 1.0)], [("口被", 1.0)], [("被占", 1.0)], [("占用", 1.0)]], 3),
        ("firewal", [[("firew", 1.0), ("firewal", TYPO)]], 1),
        ("firewlal", [[("firewl", 1.0), ("firewal", TYPO)]], 1),
        ("packetings", [[("packet", 1.0)]], 1),
        ("", [], 1),
    ],
)
def test_clauses(
    index: OpenIndex, typed: str, clauses: list[list[tuple[str, float]]], minimum: int
) -> None:
    assert asked(typed, index) == (clauses, minimum)


@pytest.mark.parametrize(
    ("typed", "clauses", "minimum"),
    [
        ("E0382", 1, 1),
        ("E0383", 0, 2),
        ("error E0383 in the proxy", 2, 3),
        ("error 4711 in the proxy", 2, 3),
        ("exit code 42", 2, 3),
        ("server proxy 42", 2, 2),
        ("server proxy 'my_value'", 2, 2),
        ("server proxy 10.1.2.3", 2, 2),
        ("server zqxwv", 1, 2),
        ("server proxy zqxwv", 2, 2),
        ("server zqxwv jkjkj", 1, 2),
        ("server proxy timeout zqxwvSomething", 3, 4),
        ("server proxy timeout packets E0383", 4, 4),
    ],
)
def test_what_no_article_has_counts_against_a_hit(
    index: OpenIndex, typed: str, clauses: int, minimum: int
) -> None:
    found = planned(typed, index)
    assert (len(found.clauses), found.minimum) == (clauses, minimum)


def test_a_whole_query_may_be_a_name_a_keyword_or_a_tag(index: OpenIndex) -> None:
    found = planned("Exit  Codes", index)
    assert found.names == ("name:exit_codes", "keyword:exit_codes", "tag:exit_codes")
    assert found.name_boost == NAME


def test_phrases_and_minus(index: OpenIndex) -> None:
    found = planned('"the server" -timeout', index)
    assert found.phrases == (("the", "server"),)
    assert found.excluded == ("timeout",)


def test_a_language_is_preferred(index: OpenIndex) -> None:
    query = read_query("server", Filters())
    found = plan(query, index, pinned={"art_0": 2.0}, lang="zh", sort=Sort.UPDATED)
    assert (found.preferred, found.pinned, found.sort) == (
        {"trust:executed": 6e-4, "trust:attested": 4e-4, "trust:stale": 2e-4, "lang:zh": 1e-3},
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
