# ruff: noqa: S311 - the same documents and plans on every run
"""The order of hits, and their pages."""

import random

import pytest

from corpus.store.filters import Sort
from tests.corpus.search.engines.shelf import Shelf, document, found, words


def test_ties_go_to_the_preferred_then_the_newest_then_by_id(shelf: Shelf) -> None:
    index = shelf.write(
        document("d", "x", updated_ms=1),
        document("c", "x", updated_ms=1),
        document("b", "x", updated_ms=2),
        document("a", "x", labels=["lang:zh"]),
    )
    assert found(index, words("x")) == ["b", "c", "d", "a"]
    assert found(index, words("x", preferred={"lang:zh": 1e-3})) == ["a", "b", "c", "d"]
    assert found(index, words("x", preferred={"lang:fr": 1e-3})) == ["b", "c", "d", "a"]


def test_the_preferred_does_not_match_by_itself_nor_overtake(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", "y", labels=["lang:zh"]),
        document("b", "x filler filler", labels=["lang:zh"]),
        document("c", "x"),
    )
    assert found(index, words("x", preferred={"lang:zh": 1e-3})) == ["c", "b"]


def test_sorting_by_time_or_confidence_breaks_ties_by_score(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", "x", confidence=10, updated_ms=5),
        document("b", "x x", confidence=10, updated_ms=9),
        document("c", "x", confidence=90, updated_ms=5),
        document("d", "x", confidence=10, updated_ms=7),
        document("e", "y", confidence=99, updated_ms=9),
    )
    assert found(index, words("x", sort=Sort.UPDATED)) == ["b", "d", "a", "c"]
    assert found(index, words("x", sort=Sort.CONFIDENCE)) == ["c", "b", "d", "a"]
    assert found(index, words("x", sort=Sort.RELEVANCE)) == ["b", "d", "a", "c"]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("step", [1, 7, 100])
def test_paging_never_repeats_or_skips(shelf: Shelf, sort: Sort, step: int) -> None:
    ids = [f"{number:03}" for number in range(300)]
    shuffled = random.Random(3).sample(ids, len(ids))
    shelf.write(*(document(id_, "x") for id_ in shuffled[:200]))
    index = shelf.write(*(document(id_, "x") for id_ in shuffled[200:]))
    plan = words("x", sort=sort)
    pages = [index.search(plan, offset=at, limit=step) for at in range(0, 300, step)]
    assert [hit.id for page in pages for hit in page.items] == ids
    assert {page.total for page in pages} == {300}


def test_pages_beyond_the_end_are_empty(shelf: Shelf) -> None:
    index = shelf.write(*(document(id_, "x") for id_ in "abc"))
    for offset, limit, count in ((3, 5, 0), (1_000_000, 20, 0), (2, 1_000_000, 1), (0, 0, 0)):
        hits = index.search(words("x"), offset=offset, limit=limit)
        assert (hits.total, len(hits.items)) == (3, count)


def test_the_order_is_the_same_each_time(shelf: Shelf) -> None:
    choice = random.Random(4)
    texts = [" ".join(choice.choices("pqrstu", k=6)) for _ in range(200)]
    index = shelf.write(*(document(f"{n:03}", text) for n, text in enumerate(texts)))
    answers = {tuple(found(index, words("p q r", minimum=2))) for _ in range(5)}
    assert len(answers) == 1


def test_several_searches_at_once_find_what_each_finds(shelf: Shelf) -> None:
    bodies = [" ".join("xyz"[: 1 + number % 3]) for number in range(90)]
    index = shelf.write(*(document(f"{n:02}", text) for n, text in enumerate(bodies)))
    plans = [words("x y"), words("z"), words("nothing"), words("y", sort=Sort.UPDATED)]
    for asked in (plans, plans[:1], []):
        alone = [index.search(plan, offset=0, limit=3) for plan in asked]
        assert list(index.search_each(asked, limit=3)) == alone


def test_who_is_far_away_counts_what_its_hits_have(shelf: Shelf) -> None:
    tags = [f"Tag {number:02}" for number in range(60)]
    one = {"domain": ("api design",), "status": ("verified",), "tag": ("Port", "Tag 59", "-1")}
    index = shelf.write(
        document("a", "x", facets=one),
        document("b", "x", facets={**one, "riskLevel": ("low",), "tag": ("port", *tags)}),
        document("c", "y", facets=one),
    )
    expected = {
        "domain": {"api design": 2},
        "status": {"verified": 2},
        "riskLevel": {"low": 1},
        "tag": dict.fromkeys(["Tag 59"], 2) | dict.fromkeys(["-1", "Port", *tags[:47]], 1),
    }
    assert index.facets(words("x")) == (expected if shelf.engine.is_shared else None)
    if (counted := index.facets(words("x"))) is not None:
        assert list(counted["tag"]) == list(expected["tag"])
        assert index.facets(words("z")) == {name: {} for name in expected}
