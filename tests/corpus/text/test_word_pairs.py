"""Tests of neighbouring words as terms."""

import pytest

from corpus.text.analysis import terms
from corpus.text.word_pairs import pairs


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Unexpected use of comma", ["unexpect&use", "of&comma"]),
        ("what is the use", []),
        ("port 端口 busy", []),
        ("word", []),
        ("", []),
    ],
)
def test_pairs(text: str, found: list[str]) -> None:
    assert list(pairs(terms(text))) == found
