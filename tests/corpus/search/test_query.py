"""Tests of what is data and what is syntax in a query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.search.query import LONGEST, Query, read_query
from corpus.store.filters import Filters


def read(typed: str) -> Query:
    return read_query(typed, Filters())


@pytest.mark.parametrize(
    "typed",
    [
        "ECONNRESET",
        "--no-cache",
        "-32602",
        "C++ .env @scope/pkg",
        'an "unbalanced quote',
        '""',
        "AND OR NOT (a",
        "path:C:\\temp",
        "status:done",
        "risk:huge tag:",
        "minConfidence:high",
        "updatedSince:yesterday",
        "domain: transport",
        "a -1 -x",
        "-",
        "!!! ??? ...",
    ],
)
def test_odd_input_is_literal(typed: str) -> None:
    assert read(typed) == Query(typed=typed, text=typed, filters=Filters())


@pytest.mark.parametrize(
    ("typed", "text", "phrases"),
    [
        ('"socket hang up"', '"socket hang up"', ("socket hang up",)),
        ('"socket hang up" node', '"socket hang up" node', ("socket hang up",)),
        ('"users" missing', '"users" missing', ("users",)),
        ('relation "users" does not exist', 'relation "users" does not exist', ()),
        ('"a b" one two three four five six seven', None, ()),
    ],
)
def test_phrases(typed: str, text: str | None, phrases: tuple[str, ...]) -> None:
    query = read(typed)
    assert (query.text, query.phrases) == (text or typed, phrases)


@pytest.mark.parametrize(
    ("typed", "text", "excluded"),
    [
        ("timeout -docker", "timeout", ("docker",)),
        ("超时 -端口", "超时", ("端口",)),
        ('timeout -"in a container"', "timeout", ("in a container",)),
        ("-docker", "-docker", ()),
        ("rm -rf", "rm -rf", ()),
        ("gcc says unknown option -foo in the file main.c", None, ()),
    ],
)
def test_minus(typed: str, text: str | None, excluded: tuple[str, ...]) -> None:
    query = read(typed)
    assert (query.text, query.excluded) == (text or typed, excluded)


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("timeout domain:transport", Filters(domains=("transport",))),
        ("status:verified timeout status:partial", Filters(statuses=("verified", "partial"))),
        ("tag:json-rpc timeout", Filters(tags=("json-rpc",))),
        ('author:"Night Bot" timeout', Filters(authors=("Night Bot",))),
        ("timeout risk:high", Filters(risks=("high",))),
        ("timeout minConfidence:80", Filters(minimum_confidence=80)),
        ("timeout minConfidence:" + "9" * 30, Filters(minimum_confidence=100)),
        ("timeout updatedSince:1970-01-02", Filters(updated_since_ms=86_400_000)),
    ],
)
def test_filters(typed: str, filters: Filters) -> None:
    assert read(typed) == Query(typed=typed, text="timeout", filters=filters)


def test_only_filters_ask_for_a_list() -> None:
    assert read("domain:transport status:pending") == Query(
        typed="domain:transport status:pending",
        text="",
        filters=Filters(domains=("transport",), statuses=("pending",)),
    )


def test_parameters_come_before_what_was_typed() -> None:
    given_filters = Filters(domains=("mcp",), minimum_confidence=50)
    query = read_query("timeout domain:transport minConfidence:20", given_filters)
    assert query.filters == given_filters


def test_a_log_is_literal() -> None:
    log = 'line one -docker\n"quoted words" domain:transport'
    query = read(log)
    assert query == Query(typed=log, text=log, filters=Filters())
    assert query.is_log


def test_what_cannot_be_text_goes() -> None:
    assert read(" a\0b \ud800c ").text == "a b ?c"
    assert len(read("x" * (LONGEST + 1)).text) == LONGEST


PIECES = (
    *("-", '"', ":", " ", "\n", "\0", "\ud800", "\u202e", "x", "端口"),
    *("domain:", "tag:a", "status:verified", "minConfidence:٣"),
    *("updatedSince:9999-12-31", "updatedSince:0001-01-01T00:00+14:00"),
)


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_nothing_raises_and_everything_can_be_sent(typed: str) -> None:
    query = read(typed)
    assert (query.typed + query.text).encode().decode() == query.typed + query.text
