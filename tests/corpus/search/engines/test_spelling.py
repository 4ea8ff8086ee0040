import pytest

from corpus.search.engines.spelling import Vocabulary

FREQUENCIES = {"refused": 3, "refuse": 1, "reused": 9, "relative": 2, "gone": 0, "gonee": 4}


def vocabulary() -> Vocabulary:
    return Vocabulary(
        lambda prefix: [term for term in FREQUENCIES if term.startswith(prefix)],
        lambda term, _field: FREQUENCIES[term],
    )


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
