import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.search.spelling import Vocabulary, distance

FREQUENCIES = {"refused": 3, "refuse": 1, "reused": 9, "relative": 2, "gone": 0, "gonee": 4}


def vocabulary() -> Vocabulary:
    return Vocabulary(
        lambda prefix: [term for term in FREQUENCIES if term.startswith(prefix)],
        lambda term, _field: FREQUENCIES[term],
    )


@pytest.mark.parametrize(
    ("one", "other", "typos"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("refused", "refused", 0),
        ("refused", "refusd", 1),
        ("refused", "reffused", 1),
        ("refused", "refuzed", 1),
        ("refused", "refsued", 1),
        ("refused", "erfsued", 2),
        ("kitten", "sitting", 3),
        ("ca", "abc", 3),
    ],
)
def test_distance(one: str, other: str, typos: int) -> None:
    assert distance(one, other) == typos
    assert distance(other, one) == typos


@given(st.text(max_size=8), st.text(max_size=8))
def test_distance_is_bounded_by_the_longer_word(one: str, other: str) -> None:
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


@pytest.mark.parametrize(
    ("typed", "similar"),
    [
        ("refusd", ["refused", "refuse"]),
        ("reuesd", ["reused"]),
        ("relatvie", ["relative"]),
        ("relatv", []),
        ("gonex", ["gonee"]),
        ("", []),
        ("r" * 81, []),
    ],
)
def test_similar_terms_are_in_use_and_the_frequent_come_first(
    typed: str, similar: list[str]
) -> None:
    assert vocabulary().similar(typed, limit=5) == similar


def test_similar_terms_are_limited() -> None:
    assert vocabulary().similar("refusee", limit=1) == ["refused"]
