"""The signatures of one article with an inverted index of them.

A diagnosis compares a log with the signatures of dozens of articles: those that share nothing with
it, nearly all, are never looked at.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Self

import msgspec

from corpus.diagnosis.signatures.signature import Signature
from corpus.text import codes


class IndexedSignatures(tuple[Signature, ...]):
    """Signatures, and by what they have the places of those that have it, in their order."""

    by_key: Mapping[str, Sequence[int]]
    """By term and by code without its namespace; a place comes as often as a code has the key."""
    by_text: Mapping[str, Sequence[int]]
    """By message without the marks of Markdown."""

    def __new__(cls, signatures: Iterable[Signature]) -> Self:
        """The same, if they have an index already.

        Strings that many signatures have are in memory once, which pays for the index.
        """
        if isinstance(signatures, cls):
            return signatures
        made = super().__new__(cls, map(_interned, signatures))
        by_key: defaultdict[str, list[int]] = defaultdict(list)
        by_text: defaultdict[str, list[int]] = defaultdict(list)
        for place, signature in enumerate(made):
            for key in (*dict.fromkeys(signature.terms), *map(codes.value, signature.codes)):
                by_key[key].append(place)
            by_text[bare(signature)].append(place)
        made.by_key, made.by_text = dict(by_key), dict(by_text)
        return made


def _interned(signature: Signature) -> Signature:
    return msgspec.structs.replace(
        signature,
        terms=tuple(map(sys.intern, signature.terms)),
        anchor=sys.intern(signature.anchor),
        remedy=sys.intern(signature.remedy),
    )


def bare(signature: Signature) -> str:
    """The text of a message without the marks of Markdown, and with plain quotes: programs print
    curly ones where the terminal has them.
    """
    text = signature.text
    is_plain = text.isascii() and not ("`" in text or "*" in text or "\\" in text)
    return text if is_plain else text.translate(_PLAIN)


_PLAIN = str.maketrans("‘’“”", "''\"\"", "`*\\")
