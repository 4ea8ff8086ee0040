"""Neighbouring words as terms of their own: `use of` and `of this` of `use of this`.

Words of grammar are part of them, for a message is known by them as well, but two of these
together tell nothing. Chinese, Japanese and Korean terms are pieces that overlap, and have none.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpus.text.words import stop_words

_JOINT = "&"
_FIRST_CJK = "\u3000"


def pairs(terms: Sequence[str]) -> Iterator[str]:
    """The pairs of the terms of a text, in order."""
    grammar = stop_words()
    for one, other in pairwise(terms):
        if one in grammar and other in grammar:
            continue
        if one < _FIRST_CJK and other < _FIRST_CJK:
            yield one + _JOINT + other
