"""Filters narrow what matches."""

import pytest

from corpus.search.engine import IndexDocument
from corpus.store.filters import Filters, label
from tests.corpus.search.engines.shelf import Shelf, document, found, words


def _labelled() -> list[IndexDocument]:
    rows = [
        ("a", "mcp", "verified", ["port", "net"], "low", "Ada L", 90, 3000),
        ("b", "mcp", "pending", ["net"], "high", "Bob", 50, 2000),
        ("c", "agent", "verified", [], "low", "Ada L", 10, 1000),
    ]
    return [
        document(
            id_,
            "x",
            labels=[
                label("domain", domain),
                label("status", status),
                *(label("tag", tag) for tag in tags),
                label("risk", risk),
                label("author", author),
            ],
            confidence=confidence,
            updated_ms=updated_ms,
        )
        for id_, domain, status, tags, risk, author, confidence, updated_ms in rows
    ]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(), ["a", "b", "c"]),
        (Filters(domains=("mcp",)), ["a", "b"]),
        (Filters(domains=("MCP", "agent")), ["a", "b", "c"]),
        (Filters(domains=("absent",)), []),
        (Filters(domains=("absent", "agent")), ["c"]),
        (Filters(statuses=("verified",)), ["a", "c"]),
        (Filters(statuses=("verified",), domains=("mcp",)), ["a"]),
        (Filters(tags=("port",)), ["a"]),
        (Filters(tags=("port", "net")), ["a", "b"]),
        (Filters(risks=("high",)), ["b"]),
        (Filters(authors=("ada  l",)), ["a", "c"]),
        (Filters(minimum_confidence=50), ["a", "b"]),
        (Filters(minimum_confidence=51), ["a"]),
        (Filters(minimum_confidence=100), []),
        (Filters(updated_since_ms=2000), ["a", "b"]),
        (Filters(updated_since_ms=2001), ["a"]),
        (Filters(domains=("mcp",), minimum_confidence=60, updated_since_ms=1), ["a"]),
        (Filters(domains=("agent",), minimum_confidence=60), []),
    ],
)
def test_filters_narrow(shelf: Shelf, filters: Filters, ids: list[str]) -> None:
    assert found(shelf.write(*_labelled()), words("x", filters=filters)) == ids


def test_filters_hold_for_names_and_pinned_too(shelf: Shelf) -> None:
    index = shelf.write(document("a", names=["n"]), document("b", labels=["domain:mcp"]))
    plan = words("x", names={"n": 1.0}, pinned={"b": 1.0}, filters=Filters(domains=("mcp",)))
    assert found(index, plan) == ["b"]


def test_dates_before_1970_and_far_ahead_are_kept(shelf: Shelf) -> None:
    index = shelf.write(
        document("old", "x", updated_ms=-5_000_000_000_000),
        document("new", "x", updated_ms=253_402_300_799_000),
    )
    assert found(index, words("x")) == ["new", "old"]
    assert found(index, words("x", filters=Filters(minimum_confidence=0))) == ["new", "old"]
