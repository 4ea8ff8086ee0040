"""What matches a plan, and how well."""

import pytest

from corpus.search.engine import Clause, Field, Plan
from corpus.store.filters import Sort, name
from tests.corpus.search.engines.shelf import (
    BODY_ONLY,
    Shelf,
    any_of,
    document,
    everything,
    found,
    words,
)


def test_a_name_must_be_whole(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", names=["Fix the port", "fix-the-port", "TRANS-002"]),
        document("b", names=["Fix the"]),
    )
    for asked in ("FIX  the port", "fix-the-port", "trans-002"):
        plan = Plan(boosts=BODY_ONLY, names={name(asked): 10_000.0})
        assert [(hit.id, hit.score) for hit in everything(index, plan).items] == [("a", 10_000.0)]


def test_a_name_comes_before_any_words(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", "x " * 40), document("b", "y", names=["x"]), document("c", "x")
    )
    assert found(index, words("x", names={"x": 10_000.0})) == ["b", "a", "c"]


def test_pinned_documents_match_by_themselves(shelf: Shelf) -> None:
    index = shelf.write(*(document(id_, "x") for id_ in "abc"), document("d", "y"))
    plan = words("x", pinned={"c": 20.0, "d": 30.0, "unknown": 40.0})
    assert found(index, plan) == ["d", "c", "a", "b"]


def test_enough_clauses_must_match(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x y z"), document("b", "x y"), document("c", "x"))
    asked = {minimum: found(index, words("x y z", minimum=minimum)) for minimum in range(5)}
    assert {minimum: sorted(ids) for minimum, ids in asked.items()} == {
        0: ["a", "b", "c"],
        1: ["a", "b", "c"],
        2: ["a", "b"],
        3: ["a"],
        4: [],
    }


def test_clauses_that_are_not_enough_add_nothing_to_a_name(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x", names=["n"]), document("b", "x y"))
    plan = words("x y", minimum=2, names={"n": 50.0})
    scores = {hit.id: hit.score for hit in everything(index, plan).items}
    assert list(scores) == ["a", "b"]
    assert scores["a"] == 50.0


def test_without_clauses_nothing_matches(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x"))
    assert found(index, Plan(boosts=BODY_ONLY, phrases=(("x",),))) == []
    assert found(index, Plan(boosts={}, clauses=(any_of("x"),))) == []
    assert found(index, Plan(boosts=BODY_ONLY, clauses=(Clause(()),))) == []


def test_a_clause_counts_its_best_alternative(shelf: Shelf) -> None:
    index = shelf.write(
        document("both", "x y"),
        document("one", "x z"),
        document("less", "y z"),
        document("no", "z"),
    )
    plan = Plan(boosts=BODY_ONLY, clauses=(any_of("x", ("y", 0.5)),))
    scores = {hit.id: hit.score for hit in everything(index, plan).items}
    assert list(scores) == ["both", "one", "less"]
    assert scores["both"] == scores["one"]
    assert scores["less"] == pytest.approx(scores["one"] / 2, abs=1e-3)


def test_an_alternative_of_several_terms_needs_them_all(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x y"), document("b", "x"), document("c", "y"))
    assert found(index, Plan(boosts=BODY_ONLY, clauses=(any_of("x y"),))) == ["a"]
    assert found(index, Plan(boosts=BODY_ONLY, clauses=(any_of("x q"),))) == []
    assert found(index, Plan(boosts=BODY_ONLY, clauses=(any_of("x y", "y"),))) == ["c", "a"]


def test_the_terms_of_an_alternative_may_stand_in_different_fields(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x", key="y"), document("b", "x"))
    boosts = {Field.KEY: 3.0, Field.BODY: 1.0}
    assert found(index, Plan(boosts=boosts, clauses=(any_of("x y"),))) == ["a"]


def test_a_field_without_a_boost_is_not_searched(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x"), document("b", key="x"), document("c", signature="x"))
    for field, id_ in ((Field.BODY, "a"), (Field.KEY, "b"), (Field.SIGNATURE, "c")):
        assert found(index, Plan(boosts={field: 1.0}, clauses=(any_of("x"),))) == [id_]


def test_a_boost_decides_between_fields(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x", key="y"), document("b", "y", key="x"))
    for boosts, ids in (
        ({Field.KEY: 3.0, Field.BODY: 1.0}, ["b", "a"]),
        ({Field.KEY: 1.0, Field.BODY: 3.0}, ["a", "b"]),
    ):
        assert found(index, Plan(boosts=boosts, clauses=(any_of("x"),))) == ids


def test_rare_terms_and_short_texts_score_more(shelf: Shelf) -> None:
    index = shelf.write(
        document("long", "x " + "filler " * 60),
        document("short", "x filler"),
        document("often", "x x x x filler filler"),
        document("rare", "y filler"),
    )
    assert found(index, words("x")) == ["often", "short", "long"]
    assert found(index, words("x y"))[0] == "rare"


def test_scores_are_bm25(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x x q"), document("b", "q"))
    # idf = ln(1 + 1.5 / 1.5), tf = 2 · 2.2 / (2 + 1.2 · (0.25 + 0.75 · 3 / 2))
    assert everything(index, words("x")).items[0].score == pytest.approx(0.8356, abs=2e-4)


def test_phrases_stand_in_the_body_word_for_word(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", "one two three"),
        document("b", "two one three"),
        document("c", "one x two three"),
        document("d", "one", key="one two"),
        document("e", "someone two three"),
    )
    asked = "one two three someone"
    assert found(index, words(asked, phrases=(("one", "two"),))) == ["a"]
    assert sorted(found(index, words(asked, phrases=(("two", "three"),)))) == ["a", "c", "e"]
    assert sorted(found(index, words(asked, phrases=(("two",),)))) == ["a", "b", "c", "e"]
    both = (("one", "x"), ("two", "three"))
    assert found(index, words(asked, phrases=both)) == ["c"]
    assert found(index, words(asked, phrases=(("one", "absent"),))) == []
    assert len(found(index, words(asked, phrases=((),)))) == 5


def test_excluded_terms_rule_out(shelf: Shelf) -> None:
    index = shelf.write(document("a", "x y"), document("b", "x z"), document("c", "x", names=["n"]))
    assert found(index, words("x", excluded=("y",))) == ["c", "b"]
    assert found(index, words("x", excluded=("y", "z"))) == ["c"]
    assert found(index, words("q", excluded=("x",), names={"n": 9.0})) == []


def test_a_pair_counts_the_same_wherever_it_is(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", "x y", pairs="x&y"),
        document("b", "x z y", pairs="x&z z&y"),
        document("c", "q", pairs="x&y"),
    )
    pair = {"x&y": 2.0}
    hits = {hit.id: hit.score for hit in everything(index, words("x", pairs=pair)).items}
    plain = {hit.id: hit.score for hit in everything(index, words("x")).items}
    assert hits["a"] == pytest.approx(plain["a"] + 2.0, abs=1e-3)
    assert hits["b"] == plain["b"]
    assert hits["c"] == 2.0
    assert [index.frequency(each, Field.PAIRS) for each in ("x&y", "z&y", "y&x")] == [2, 1, 0]


def test_a_hit_reaches_the_floor(shelf: Shelf) -> None:
    index = shelf.write(
        *(document(f"{n:03}", "x y" if n < 3 else "x z z z z") for n in range(100)),
        document("named", "q", names=["n"]),
    )
    best, *_, least = everything(index, words("x y")).items
    for sort in Sort:
        plan = words("x y", floor=best.score / 2, names={"n": 90.0}, sort=sort)
        assert sorted(found(index, plan)) == ["000", "001", "002", "named"]
    assert len(found(index, words("x y", floor=least.score - 0.001))) == 100
    page = index.search(words("x y", floor=best.score - 0.001), offset=1, limit=1)
    assert (page.total, [hit.id for hit in page.items]) == (3, ["001"])
    assert found(index, words("x y", floor=best.score + 1)) == []
    for sort in Sort:
        few = words("x y", floor=least.score - 0.001, counted=7, sort=sort)
        page = index.search(few, offset=0, limit=9)
        assert (page.total, len(page.items)) == (7, 9)
