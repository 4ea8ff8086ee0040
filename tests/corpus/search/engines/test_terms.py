"""Terms are literal; how many documents have them, and which are a typo away."""

import pytest

from corpus.search.engine import Field, Plan, Removal
from corpus.store.filters import Filters, label, name
from corpus.text.analysis import terms
from tests.corpus.search.engines.shelf import BODY_ONLY, Shelf, document, found, words

ODD = (
    "c++", "@scope/pkg", "-32602", "exit:137", "::1", "--no-cache", ".env", "c#", "a:b/c",
    "std::vector<int>", "$path", "*", "?", "\\n", '"', "(", "[x]", "~5", "^", "a^b", "and", "or",
    "not", "to", "连接", "拒绝", "ü", "e\u0301", "😀", "0x80070005", "1.2.3", "x" * 300,
)  # fmt: skip


@pytest.mark.parametrize("term", ODD)
def test_a_term_is_literal(shelf: Shelf, term: str) -> None:
    index = shelf.write(
        document("a", f"before {term} after", labels=[label("tag", term)], names=[term]),
        document("b", "before after"),
    )
    assert found(index, words(term)) == ["a"]
    assert found(index, words("before", filters=Filters(tags=(term,)))) == ["a"]
    assert found(index, words("after", phrases=(("before", term),))) == ["a"]
    assert found(index, words("after", excluded=(term,))) == ["b"]
    assert found(index, Plan(boosts=BODY_ONLY, names={name(term): 1.0})) == ["a"]
    assert index.frequency(term, Field.BODY) == 1


def test_case_is_not_the_engines_to_change(shelf: Shelf) -> None:
    index = shelf.write(document("a", "Abc"))
    assert found(index, words("abc")) == []
    assert found(index, words("Abc")) == ["a"]


def test_chinese_is_found_by_its_bigrams(shelf: Shelf) -> None:
    index = shelf.write(
        document("a", " ".join(terms("连接被拒绝"))), document("b", " ".join(terms("拒绝访问")))
    )
    assert found(index, words(" ".join(terms("拒绝")))) == ["b", "a"]
    assert found(index, words("x 拒绝", phrases=(tuple(terms("被拒绝")),))) == ["a"]


def test_very_long_terms_and_texts_do_no_harm(shelf: Shelf) -> None:
    long = "y" * 70_000
    index = shelf.write(document("a", f"x {long} " + "filler " * 50_000, names=[long]))
    assert found(index, words("x", phrases=(("filler", "filler"),))) == ["a"]
    assert index.frequency("filler", Field.BODY) == 1
    assert index.frequency(long, Field.BODY) == 0


def test_frequency_counts_documents_of_a_field(shelf: Shelf) -> None:
    shelf.write(document("a", "x x", key="x"), document("b", "x"))
    index = shelf.write(document("c", "x y", signature="x"), Removal("b"))
    asked = [index.frequency("x", where) for where in (Field.BODY, Field.KEY, Field.SIGNATURE)]
    assert asked == [2, 1, 1]
    assert index.frequency("absent", Field.BODY) == 0
    assert index.frequency("", Field.BODY) == 0


@pytest.mark.parametrize(
    ("typed", "similar"),
    [
        ("refusd", ["refused"]),
        ("refsued", ["refused"]),
        ("refuseds", ["refused"]),
        ("conection", ["connection", "connections"]),
        ("conectoin", ["connection"]),
        ("refused", []),
        ("rfsd", []),
        ("zzzzz", []),
        ("拒绝", []),
        ("x", []),
    ],
)
def test_similar_terms_are_a_typo_away(shelf: Shelf, typed: str, similar: list[str]) -> None:
    shelf.write(document("a", "connections refused"), document("b", "connection refused"))
    index = shelf.write(document("c", "connection timed out", key="refuse"))
    assert index.similar(typed, limit=3) == similar


def test_similar_terms_are_limited_to_the_most_frequent(shelf: Shelf) -> None:
    index = shelf.write(*(document(str(n), "reset1 reset2 reset3"[: 6 + 7 * n]) for n in range(3)))
    assert index.similar("resets", limit=2) == ["reset1", "reset2"]
